// What every page does beyond its HTML. Everything here only adds: without it links, forms, menus and the drawer still work.
"use strict";
{
const YEAR = 60 * 60 * 24 * 365;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const within = (selector, root) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
const setCookie = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`; };
const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

/* ---- Work over 200 ms shows the bar at the top --------------------------------------------------------------- */
let running = 0;
let busyTimer;

function startWork() {
  running += 1;
  clearTimeout(busyTimer);
  busyTimer = setTimeout(() => document.documentElement.classList.add("busy"), 200);
}

function endWork() {
  running = Math.max(0, running - 1);
  if (running) return;
  clearTimeout(busyTimer);
  document.documentElement.classList.remove("busy");
}

/* ---- A form is sent once: its buttons rest until the answer -------------------------------------------------- */
const submitButtons = (form) => [...form.elements].filter((element) => element.matches("button:not([type=button]), input[type=submit]"));

function lock(form) {
  for (const button of submitButtons(form)) {
    if (button.disabled) continue;
    button.disabled = true;
    button.dataset.locked = "";
    button.setAttribute("aria-busy", "true");
  }
}

function unlock(root = document) {
  for (const button of $$("[data-locked]", root)) {
    button.disabled = false;
    delete button.dataset.locked;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.target === "_blank") return;
  startWork();
  // After this event, so that the pressed button's own value is still sent.
  setTimeout(() => lock(form));
  // A file as an answer never leaves the page.
  setTimeout(() => { unlock(form); endWork(); }, 8000);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) { running = 0; endWork(); unlock(); } });

document.addEventListener("htmx:beforeRequest", (event) => {
  startWork();
  if (event.target.matches("form")) setTimeout(() => lock(event.target));
});
document.addEventListener("htmx:afterRequest", (event) => { endWork(); unlock(event.target); });

/* ---- Toasts --------------------------------------------------------------------------------------------------- */
function toast(text, tone = "info") {
  const box = document.createElement("div");
  box.className = `toast toast--${tone}`;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  box.append(paragraph);
  $("#toasts").append(box);
  settle(box);
}

function settle(box) {
  if (box.matches(".toast--error, .toast--warning") || box.dataset.settled) return;
  box.dataset.settled = "";
  setTimeout(() => { if (!box.matches(":hover, :focus-within")) box.remove(); }, 6000);
}

const failed = () => toast("Nu am primit răspuns. Ce ați scris a rămas pe pagină; încercați din nou.", "error");
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:responseError", () => toast("Eroare neașteptată. Ce ați scris a rămas pe pagină; încercați din nou.", "error"));

/* ---- Dialogs: htmx fills #dialog, or <dialog id> is opened by data-dialog="id" ------------------------------------ */
function openDialog(dialog) {
  if (dialog.open) return;
  const heading = $("h2", dialog);
  if (heading) dialog.setAttribute("aria-label", heading.textContent.trim());
  dialog.showModal();
  $("[autofocus], .field input:not([type=hidden]), .field select, .field textarea", dialog)?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (dialog?.id === "dialog" && dialog.childElementCount) openDialog(dialog);
});
document.addEventListener("dialog:close", () => $$("dialog[open]").forEach((dialog) => dialog.close()));
document.addEventListener("close", (event) => { if (event.target.id === "dialog") event.target.replaceChildren(); }, true);

/* ---- Questions before what cannot be undone: data-confirm="…" on a form or button, hx-confirm="…" ------------------ */
function ask(question, { danger = false, label = "Continuă" } = {}) {
  const dialog = $("#confirm");
  const yes = $("[data-confirm-yes]", dialog);
  $("#confirm-text").textContent = question;
  yes.textContent = label;
  yes.classList.toggle("button--danger", danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

const questionOf = (element) => ({ danger: "danger" in element.dataset, label: element.dataset.confirmLabel || "Continuă" });

document.addEventListener("submit", (event) => {
  const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!asker.dataset.confirm || "agreed" in asker.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asker.dataset.confirm, questionOf(asker)).then((agreed) => {
    if (!agreed) return;
    asker.dataset.agreed = "";
    event.target.requestSubmit(event.submitter);
    delete asker.dataset.agreed;
  });
}, true);
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, questionOf(event.target)).then((agreed) => agreed && event.detail.issueRequest(true));
});

/* ---- Clicks ------------------------------------------------------------------------------------------------------- */
document.addEventListener("click", (event) => {
  const target = event.target;
  const opener = target.closest("[data-dialog]");
  if (opener) return openDialog(document.getElementById(opener.dataset.dialog));
  if (target.matches("dialog:not(#confirm)")) return target.close(); // the backdrop
  if (target.closest("[data-close]")) { event.preventDefault(); return target.closest("dialog").close(); }
  if (target.closest("[data-dismiss]")) return target.closest(".toast, .callout").remove();
  if (target.closest("[data-back]") && history.length > 1) { event.preventDefault(); return history.back(); }
  if (target.closest("[data-slim]")) return toggleSlim();
  if (target.closest("[data-copy]")) return copy(target.closest("[data-copy]"));
  if (target.closest("[data-all]")) return tickAll(target.closest("[data-all]"));
  if (target.closest(".menu :is(a, button)")) target.closest("[popover]")?.hidePopover();
  closeFlyouts(target);
  openRow(event);
});

function openRow(event) {
  const row = event.target.closest("tr[data-open]");
  if (!row || event.target.closest("a, button, input, label, select, [popover]") || getSelection().toString()) return;
  const link = $(row.dataset.open || "a", row);
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank"); else link.click();
}

function copy(button) {
  navigator.clipboard.writeText(button.dataset.copy).then(() => toast("Copiat.", "success"));
}

/* ---- Ticked rows --------------------------------------------------------------------------------------------------- */
const rowTicks = (form) => $$("tbody input[type=checkbox]", form);

function tickAll(box) {
  for (const tick of rowTicks(box.form)) tick.checked = box.checked;
  countTicked(box.form);
}

function countTicked(form) {
  const ticked = rowTicks(form).filter((tick) => tick.checked).length;
  const all = $("[data-all]", form);
  if (all) all.indeterminate = ticked > 0 && ticked < rowTicks(form).length;
  for (const place of $$("[data-ticked]", form)) place.textContent = ticked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("tbody input[type=checkbox]") && event.target.form) countTicked(event.target.form);
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

/* ---- Navigation ------------------------------------------------------------------------------------------------------ */
const wide = matchMedia("(width >= 64rem)");

$(".nav-scroll [aria-current]")?.scrollIntoView({ block: "nearest" }); // a long menu begins where its page is

function toggleSlim() {
  const slim = document.documentElement.classList.toggle("slim");
  setCookie("meniu", slim ? "ingust" : "larg");
  $("[data-slim]").setAttribute("aria-pressed", slim);
  const opened = rememberedGroups();
  for (const group of $$(".nav details")) group.open = !slim && (opened.includes(group.dataset.group) || Boolean($("[aria-current]", group)));
}

const isSlim = () => document.documentElement.classList.contains("slim") && wide.matches;
const rememberedGroups = () => (document.cookie.match(/(?:^|; )meniu_deschis=([^;]*)/)?.[1] ?? $("#nav")?.dataset.open ?? "").split(".");

function closeFlyouts(target) {
  if (!isSlim()) return;
  for (const group of $$(".nav details[open]")) if (!group.contains(target)) group.open = false;
}

document.addEventListener("toggle", (event) => {
  const element = event.target;
  if (element.matches(".nav details") && !isSlim() && document.readyState === "complete") {
    setCookie("meniu_deschis", $$(".nav details[open]").map((group) => group.dataset.group).join("."));
  }
  if (element.matches(".menu") && event.newState === "open") placeMenu(element);
}, true);

/* Browsers without anchor positioning get the menu placed here. */
function placeMenu(menu) {
  if (CSS.supports("position-area: block-end")) return;
  const button = $(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  const left = menu.matches(".menu--start") ? button.left : button.right - menu.offsetWidth;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  const below = button.bottom + menu.offsetHeight < innerHeight;
  menu.style.top = `${below ? button.bottom : button.top - menu.offsetHeight - 8}px`;
}

/* ---- Keys --------------------------------------------------------------------------------------------------------------- */
document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key === "Escape") { closeFlyouts(document.body); leaveResults(target); }
  if (event.key === "/" && !isTyping(target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = $("[data-search]");
    if (search?.offsetParent) { event.preventDefault(); search.select(); }
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") moveFocus(event);
});

/* Arrows walk through the entries of a menu, the results of the search and the rows of a list. */
function moveFocus(event) {
  const menu = event.target.closest(".menu") ?? (event.target.popoverTargetElement?.matches(".menu:popover-open") ? event.target.popoverTargetElement : null);
  const search = event.target.closest(".search");
  const row = event.target.matches("a") ? event.target.closest("tr[data-open]") : null;
  if (!menu && !search && !row) return;
  const stops = menu ? $$("a, button", menu)
    : search ? $$("input, .search-results a", search)
    : $$("tr[data-open]", row.closest("table")).map((other) => $(other.dataset.open || "a", other));
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[stops.indexOf(event.target) + step] ?? (menu ? stops.at(step > 0 ? 0 : -1) : null);
  if (next) { event.preventDefault(); next.focus(); }
}

function leaveResults(target) {
  const search = target.closest(".search");
  if (!search) return;
  $(".search-results", search).replaceChildren();
  $("input", search).focus();
}

/* ---- Dates: the browser's calendar beside the text, short forms completed, arrows change the day ------------------------- */
const twoDigits = (number) => String(number).padStart(2, "0");
const asText = (day) => `${twoDigits(day.getDate())}.${twoDigits(day.getMonth() + 1)}.${day.getFullYear()}`;

function readDate(text) {
  const clean = text.replace(/\s/g, "");
  const iso = clean.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
  const parts = iso ? [iso[3], iso[2], iso[1]] : clean.match(/^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4}))?\.?$/)?.slice(1)
    ?? clean.match(/^(\d{2})(\d{2})(\d{2}|\d{4})$/)?.slice(1);
  if (!parts) return null;
  const [day, month, year] = [Number(parts[0]), Number(parts[1]), Number(parts[2] ?? new Date().getFullYear())];
  const found = new Date(year < 100 ? 2000 + year : year, month - 1, day);
  return found.getDate() === day && found.getMonth() === month - 1 ? found : null;
}

function setDate(input, day) {
  if (!day || input.value === asText(day)) return;
  input.value = asText(day);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function addCalendar(input) {
  if (input.parentElement.matches(".date-box")) return;
  const box = document.createElement("div");
  box.className = "date-box";
  const native = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1 });
  native.setAttribute("aria-hidden", "true");
  const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
  button.setAttribute("aria-label", "Alege din calendar");
  const sprite = $("use")?.getAttribute("href").split("#")[0];
  button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#calendar"/></svg>`;
  const focused = input === document.activeElement;
  input.replaceWith(box);
  box.append(input, button, native);
  if (focused) input.focus();
  button.addEventListener("click", () => {
    const day = readDate(input.value);
    native.value = day ? `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}` : "";
    native.showPicker?.();
  });
  native.addEventListener("change", (event) => { event.stopPropagation(); setDate(input, readDate(native.value)); input.focus(); });
  input.addEventListener("blur", () => setDate(input, readDate(input.value)));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const day = step && !event.altKey && readDate(input.value);
    if (!day) return;
    event.preventDefault();
    day.setDate(day.getDate() + step);
    setDate(input, day);
  });
}

/* ---- What a page or a new part needs when it arrives ------------------------------------------------------------------------ */
function prepare(root) {
  for (const form of within("form", root)) form.noValidate = true; // our own sentences, in Romanian, stand at the fields
  within("[data-date]", root).forEach(addCalendar);
  within("input[type=file]", root).forEach(addChooser);
  within(".toast", root).forEach(settle);
  within("form[data-dirty]", root).forEach(guard);
  $("[data-errors]", root)?.focus();
}

/* A browser writes the words on a file input in its own language; here they are those of the page. The input lies over them. */
function addChooser(input) {
  if (input.closest(".chooser")) return;
  const box = document.createElement("span"), button = document.createElement("span"), names = document.createElement("span");
  const show = () => { names.textContent = [...input.files].map((file) => file.name).join(", ") || "Niciun fișier ales"; };
  [box.className, button.className, names.className] = ["chooser", "button", "chooser-names"];
  button.textContent = input.multiple ? "Alege fișiere" : "Alege fișierul";
  button.ariaHidden = names.ariaHidden = "true";
  input.replaceWith(box);
  box.append(button, names, input);
  input.addEventListener("change", show);
  input.form?.addEventListener("reset", () => setTimeout(show));
  show();
}

/* A form marked data-dirty warns before its page is left with something unsaved. */
function guard(form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty && form.isConnected) event.preventDefault(); });
}

prepare(document.documentElement);
if (document.body.dataset.company) setCookie("firma", document.body.dataset.company); // pages of no company keep its menu
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target); });

window.facturier = { toast, ask, openDialog, readDate, asText, startWork, endWork };
}
