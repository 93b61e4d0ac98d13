// The editor of documents: client, dates, currency, totals as one types, live preview, the keys of the whole page.
"use strict";
{
const form = document.getElementById("editor");
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

if (form) {
const { rows, cell, isBlank, choose } = facturier.lines;
const at = form.elements;
const LARGEST = 10n ** 12n * totals.MILLION;
const currency = () => at.currency.value;
const sign = () => (currency() === "RON" ? "lei" : currency());
const payer = () => "payer" in form.dataset;
const post = (address, body) => fetch(address, { method: "POST", body });

/* ---- Totals as one types: static/js/totals.js, the same rules as the server's ---------------------------------------- */
function readLine(row) {
  const option = cell(row, "vat").selectedOptions[0];
  const quantity = cell(row, "quantity").value.trim();
  const discount = totals.parseDiscount(cell(row, "discount").value, currency()) ?? { percent: 0n, amount: 0n };
  return {
    quantity: within(quantity ? totals.parse(quantity) ?? 0n : totals.MILLION),
    price: within(totals.parse(cell(row, "price").value) ?? 0n),
    category: option?.dataset.category ?? "S",
    rate: totals.parse((option?.dataset.percent ?? "0").replace(".", ",")) ?? 0n,
    discountPercent: discount.percent,
    discountAmount: discount.amount,
    name: option?.text ?? "",
  };
}

/* The server takes twelve digits before the comma; more count as nothing until they are corrected. */
const within = (number) => (number < LARGEST && number > -LARGEST ? number : 0n);

function recalculate() {
  const filled = rows().filter((row) => !isBlank(row));
  const lines = filled.map(readLine);
  const discount = totals.parseDiscount(at.discount.value, currency()) ?? { percent: 0n, amount: 0n };
  const result = totals.documentTotals({ lines, withVat: at.prices_include_vat.checked, discountPercent: discount.percent, discountAmount: discount.amount });
  filled.forEach((row, index) => { $("[data-value]", row).textContent = totals.money(result.lines[index].value - result.lines[index].discount); });
  if (!settles()) showTotals(result, lines);
}

/* Advances keep their own rates, to the ban: then the sums are the server's, which it says with each save. */
const settles = () => Boolean($('[name="advance"]:checked', form));
form.addEventListener("editor:saved", () => { if (settles()) $("[data-foot-total]").textContent = $('#totals [data-sum="total"]').textContent; });

function showTotals(result, lines) {
  const rate = currency() === "RON" ? totals.MILLION : totals.parse(at.exchange_rate.value) ?? totals.MILLION;
  const lei = totals.inLei(result.groups, rate);
  const vatRon = lei.reduce((sum, group) => sum + group.vat, 0n);
  const netRon = lei.reduce((sum, group) => sum + group.taxable, 0n);
  const sums = { lines_net: result.linesNet, allowance: result.allowance, net: result.net, vat: result.vat, total: result.total, vat_ron: vatRon, total_ron: netRon + vatRon };
  for (const [name, value] of Object.entries(sums)) for (const place of $$(`[data-sum="${name}"]`)) place.textContent = totals.money(value);
  $("[data-foot-total]").textContent = totals.money(result.total);
  for (const place of $$("[data-currency]")) place.textContent = sign();
  for (const place of $$("[data-if-discount]")) place.hidden = !result.allowance;
  for (const place of $$("[data-if-lei]")) place.hidden = currency() === "RON";
  showGroups(result.groups, lines);
}

function showGroups(groups, lines) {
  const body = $("[data-vat-table] tbody");
  body.replaceChildren(...groups.map((group) => {
    const row = document.createElement("tr");
    const name = lines.find((line) => line.category === group.category && line.rate === group.rate).name;
    row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: name }));
    for (const value of [group.taxable, group.vat]) row.append(Object.assign(document.createElement("td"), { className: "number", textContent: totals.money(value) }));
    return row;
  }));
}

/* ---- Client --------------------------------------------------------------------------------------------------------------- */
const client = at.client;
let chosenName = client.value;
let dueIsOurs = !at.due_date.value;

function takeClient(option) {
  const data = option.dataset;
  at.client_key.value = data.key;
  client.value = chosenName = data.name;
  $("#client-about").textContent = $(".option-note", option).textContent;
  $("#client-card").href = data.card;
  $("#client-card").hidden = false;
  facturier.draft.showError(client, document.getElementById(`${client.id}-e`), "");
  if (data.dueDays !== "" && dueIsOurs) setDue(Number(data.dueDays));
  if (isNew()) {
    if (data.currency) choose(at.currency, data.currency);
    choose(at.language, data.language);
    if (data.currency && data.currency !== "RON") $("[data-terms]").open = true;
    followTerms();
  }
  touched();
  cell(rows().find(isBlank) ?? rows()[0], "name").focus();
}

const isNew = () => rows().every(isBlank);

function setDue(days) {
  const day = facturier.readDate(at.issue_date.value);
  if (!day) return;
  day.setDate(day.getDate() + days);
  at.due_date.value = facturier.asText(day);
}

async function addByCif(cif) {
  const about = $("#client-about");
  about.textContent = "Se caută în registrul ANAF…";
  facturier.startWork();
  const body = new FormData();
  body.set("cif", cif);
  body.set("csrfmiddlewaretoken", at.csrfmiddlewaretoken.value);
  try {
    const answer = await post(form.dataset.byCif, body);
    const text = await answer.text();
    about.textContent = "";
    if (answer.ok) return takeClient(asOption(text));
    const sentence = answer.status === 422 ? text : "Eroare neașteptată. Încercați din nou.";
    return facturier.draft.showError(client, document.getElementById(`${client.id}-e`), sentence);
  } catch {
    about.textContent = "";
    return facturier.draft.showError(client, document.getElementById(`${client.id}-e`), "Fără legătură cu serverul. Încercați din nou.");
  } finally {
    facturier.endWork();
  }
}

function asOption(html) {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  return $("[role=option]", holder);
}

function askNewClient(name) {
  const dialog = $("#new-client");
  $("[name=name]", dialog).value = name;
  facturier.openDialog(dialog);
  $(name ? "[name=street]" : "[name=name]", dialog).focus();
}

$("#new-client form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post(event.target.getAttribute("action"), new FormData(event.target));
  const html = await answer.text();
  if (answer.ok) {
    $("#new-client").close();
    return takeClient(asOption(html));
  }
  $("#new-client-fields").innerHTML = html;
  return $("[aria-invalid=true]", event.target)?.focus();
});

facturier.combo.attach(client, {
  address: (box) => (box.value.trim() && box.value !== chosenName ? `${form.dataset.clients}?${new URLSearchParams({ q: box.value.trim() })}` : ""),
  firstChosen: () => true,
  takesOnTab: (option) => "key" in option.dataset,
  take(box, option) {
    if (option.dataset.key) return takeClient(option);
    if (option.dataset.cif) return addByCif(option.dataset.cif);
    return askNewClient(box.value.trim());
  },
});
client.addEventListener("focus", () => client.select());
client.addEventListener("input", () => {
  at.client_key.value = client.value && client.value === chosenName ? at.client_key.value : "";
  $("#client-about").textContent = "";
  $("#client-card").hidden = true;
});
client.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.ctrlKey) event.preventDefault();
});

/* ---- Series, dates, currency ------------------------------------------------------------------------------------------------- */
at.series?.addEventListener?.("change", () => { $("#next-number").textContent = `ar fi ${at.series.selectedOptions[0].dataset.next}`; });
at.due_date.addEventListener("input", (event) => { if (event.isTrusted) dueIsOurs = false; });
for (const name of ["issue_date", "delivery_date", "currency"]) at[name].addEventListener("change", followTerms);

let dayAsked = "";

/* The VAT treatments on offer and BNR's rate follow the day; a rate that was typed stays. */
async function followTerms() {
  const asked = [at.issue_date.value, at.delivery_date.value, currency()].join(" ");
  if (asked === dayAsked || !at.series) return;
  dayAsked = asked;
  const answer = await post(form.dataset.terms, new URLSearchParams(new FormData(form))).catch(() => null);
  if (!answer?.ok || dayAsked !== asked) return;
  const terms = await answer.json();
  offerVat(terms.vat);
  if (currency() !== "RON") showRate(terms);
  recalculate();
  form.dispatchEvent(new CustomEvent("editor:changed"));
}

function showRate(terms) {
  at.exchange_rate.value = terms.rate;
  at.rate_shown.value = terms.rate_shown;
  $("#rate-about").textContent = terms.rate_date ? `BNR din ${terms.rate_date}` : terms.rate ? "scris de mână" : "";
  facturier.draft.showError(at.exchange_rate, document.getElementById(`${at.exchange_rate.id}-e`), terms.rate_error);
}

function offerVat(options) {
  for (const select of [...$$('[name="l-vat"]'), $('[name="l-vat"]', $("#line-pattern").content)]) {
    const before = select.selectedOptions[0];
    select.innerHTML = options;
    if ([...select.options].some((option) => option.value === before?.value)) select.value = before.value;
    else if (before && !isBlank(select.closest("[data-line]"))) { select.prepend(before); before.selected = true; }
  }
}

at.exchange_rate.addEventListener("input", () => {
  if (at.exchange_rate.value !== at.rate_shown.value) $("#rate-about").textContent = at.exchange_rate.value ? "scris de mână" : "la salvare, cursul BNR";
});

/* ---- Live preview: beside the form where there is room, otherwise in a dialog ---------------------------------------------------- */
const pane = $("#preview");
const paper = $("#preview-paper");
const shownPane = () => [pane, paper].find((place) => place?.offsetParent);
let previewTimer;
let previewed = 0;

async function preview() {
  const place = shownPane();
  if (!place) return;
  previewed += 1;
  const turn = previewed;
  const answer = await post(form.dataset.preview, new URLSearchParams(new FormData(form))).catch(() => null);
  if (turn !== previewed || !answer?.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
}

function schedulePreview() {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(preview, 700);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("button[data-preview]")) return;
  facturier.openDialog($("#preview-dialog"));
  preview();
});

/* ---- What every change sets going, and the keys of the page ------------------------------------------------------------------------ */
function touched() {
  form.dataset.touched = "";
  form.dispatchEvent(new CustomEvent("editor:changed"));
}

form.addEventListener("input", () => { form.dataset.touched = ""; recalculate(); schedulePreview(); });
form.addEventListener("change", (event) => {
  if (event.target === at.prices_include_vat && payer()) $("[data-price-title]").textContent = at.prices_include_vat.checked ? "Preț cu TVA" : "Preț fără TVA";
  recalculate();
  schedulePreview();
});
form.addEventListener("editor:changed", () => { recalculate(); schedulePreview(); });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches("input:not([type=checkbox], [type=radio])")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if ($("dialog[open]")) return;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "s") { event.preventDefault(); saveNow(); }
  if (control && event.key === "Enter") { event.preventDefault(); leaveField(); form.requestSubmit($("[data-issue]", form) ?? $(".editor-foot .button--primary", form)); }
  if (event.key === "?" && !event.target.matches("input, textarea, select")) { event.preventDefault(); facturier.openDialog($("#keys")); }
});

/* The field that is being written is put in order first, as when one leaves it. */
function leaveField() {
  facturier.combo.close();
  document.activeElement?.blur?.();
}

async function saveNow() {
  const back = document.activeElement;
  leaveField();
  back?.focus?.();
  facturier.combo.close();
  if (!form.hasAttribute("data-autosave")) return form.requestSubmit($(".editor-foot .button--primary", form));
  if (await facturier.draft.save()) facturier.toast("Ciorna este salvată.", "success");
  return null;
}

recalculate();
schedulePreview();
}
}
