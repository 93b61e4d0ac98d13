// The grid of lines: rows that appear, move, copy and go; keys, barcode scanners, product suggestions.
"use strict";
{
const form = document.getElementById("editor");
const list = document.getElementById("lines");
const BURST = 50; // milliseconds between the keys of a scanner, at most
const SHORTEST_CODE = 6;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

if (form && list) {
let lastNumber = $$("[data-line]", list).length;

const rows = () => $$("[data-line]", list);
const rowOf = (element) => element.closest("[data-line]");
const cell = (row, name) => $(`[name="l-${name}"]`, row);
const isBlank = (row) => ["name", "description", "price", "product"].every((name) => !cell(row, name).value.trim());
const changed = () => form.dispatchEvent(new CustomEvent("editor:changed"));

function newRow() {
  lastNumber += 1;
  const fresh = $("#line-pattern").content.firstElementChild.cloneNode(true);
  for (const element of $$("[id], [for], [aria-describedby]", fresh)) {
    for (const name of ["id", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replaceAll("__n__", lastNumber));
    }
  }
  prepare(fresh);
  return fresh;
}

/* One empty row at the end, always; the others that are blank stay where the person left them. */
function keepBlankRow() {
  const all = rows();
  while (all.length > 1 && isBlank(all.at(-1)) && isBlank(all.at(-2)) && !all.at(-1).contains(document.activeElement)) all.pop().remove();
  if (!all.length || !isBlank(all.at(-1))) list.append(newRow());
}

function copyValues(from, to) {
  for (const name of ["product", "name", "description", "code", "quantity", "unit", "price", "vat", "discount"]) choose(cell(to, name), cell(from, name).value);
}

/* Set a cell; a select gets the value as an option of its own if it has none such, so that the server can say what is wrong. */
function choose(input, value) {
  input.value = value;
  if (input.matches("select") && input.value !== value) { input.add(new Option(value, value)); input.value = value; }
}

/* ---- What one may do with a row --------------------------------------------------------------------------------- */
const doings = {
  up(row) { if (row.previousElementSibling) row.previousElementSibling.before(row); },
  down(row) { if (row.nextElementSibling && !isBlank(row.nextElementSibling)) row.nextElementSibling.after(row); },
  copy(row) {
    if (isBlank(row)) return row;
    const fresh = newRow();
    copyValues(row, fresh);
    row.after(fresh);
    return fresh;
  },
  delete(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    keepBlankRow();
    return next ?? rows()[0];
  },
  describe(row) {
    const input = cell(row, "description");
    input.classList.add("open");
    input.focus();
    return null;
  },
};

function act(name, row, at) {
  const focused = at ?? "l-name";
  facturier.combo.close();
  const target = name in doings ? doings[name](row) : row;
  const stay = target === undefined ? row : target;
  if (stay) $(`[name="${focused}"]`, stay)?.focus();
  changed();
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) act(button.dataset.do, rowOf(button));
});

/* ---- Keys --------------------------------------------------------------------------------------------------------- */
list.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  const name = event.target.name;
  if (!row || !name) return;
  const doing = event.altKey ? { ArrowUp: "up", ArrowDown: "down" }[event.key]
    : event.ctrlKey || event.metaKey ? { d: "copy", D: "copy", Backspace: "delete" }[event.key] : null;
  if (doing) { event.preventDefault(); return act(doing, row, name); }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") { event.preventDefault(); return name === "l-name" ? enterName(row) : next(event.target); }
  if ((event.key === "ArrowUp" || event.key === "ArrowDown") && event.target.matches("input") && name !== "l-name") {
    const neighbour = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (neighbour) { event.preventDefault(); const to = $(`[name="${name}"]`, neighbour); (to.offsetParent ? to : cell(neighbour, "name")).focus(); }
  }
});

/* The next cell that can be seen: in this row, or the first of the next one. */
function next(input) {
  const stops = $$("input:not([type=hidden]), select", list).filter((stop) => stop.offsetParent);
  stops[stops.indexOf(input) + 1]?.focus();
}

/* ---- Barcodes: a burst of keys ended by Enter ---------------------------------------------------------------------- */
let burst = "";
let lastKey = 0;

document.addEventListener("keydown", (event) => {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    burst = event.timeStamp - lastKey < BURST ? burst + event.key : event.key;
    lastKey = event.timeStamp;
  } else if (event.key === "Enter" && !event.target.matches("input, textarea, select, button, a") && isScanned(burst)) {
    event.preventDefault();
    const row = rows().at(-1);
    cell(row, "name").value = burst;
    enterName(row);
  }
}, true);

const isScanned = (text) => text.length >= SHORTEST_CODE && text === burst && performance.now() - lastKey < 4 * BURST;
const looksLikeCode = (text) => /^\d{8,14}$/.test(text);

async function enterName(row) {
  const input = cell(row, "name");
  const code = input.value.trim();
  const scanned = isScanned(code);
  burst = "";
  if (!scanned && !looksLikeCode(code)) return next(input);
  facturier.combo.close();
  const holder = document.createElement("div");
  holder.innerHTML = await facturier.combo.ask(productAddress(code));
  const option = $("[role=option]", holder);
  if (!option) { if (scanned) facturier.toast(`Niciun produs cu codul ${code}.`, "warning"); return next(input); }
  if (input.value.trim() === code) addScanned(row, option);
}

function addScanned(row, option) {
  const same = rows().find((other) => other !== row && cell(other, "product").value === option.dataset.product);
  if (same) {
    const quantity = cell(same, "quantity");
    quantity.value = totals.plain((totals.parse(quantity.value || "1") ?? 0n) + totals.MILLION);
    stepLadder(same);
    cell(row, "name").value = "";
  } else {
    fill(row, option.dataset);
  }
  keepBlankRow();
  cell(rows().at(-1), "name").focus();
  changed();
}

/* ---- Product suggestions --------------------------------------------------------------------------------------------- */
function productAddress(text) {
  const at = form.elements;
  const query = new URLSearchParams({
    q: text,
    client: at.client_key.value,
    currency: at.currency.value,
    rate: at.exchange_rate.value,
    with_vat: at.prices_include_vat.checked ? "1" : "",
    issue_date: at.issue_date.value,
    delivery_date: at.delivery_date.value,
  });
  return `${form.dataset.products}?${query}`;
}

function fill(row, found) {
  cell(row, "product").value = found.product;
  cell(row, "name").value = found.name;
  cell(row, "description").value = found.description;
  cell(row, "code").value = found.code;
  choose(cell(row, "unit"), found.unit);
  if (found.price) cell(row, "price").value = found.price;
  choose(cell(row, "vat"), found.vat);
  takeLadder(row, found);
}

/* Prices of special lists, by quantity. What the person wrote over an offered price stays as written. */
const ladders = new WeakMap(); // row → {product, steps, price, discount}: what is offered, and what was put in the cells

function takeLadder(row, found) {
  const former = ladders.get(row);
  if (former?.discount && cell(row, "discount").value === former.discount) cell(row, "discount").value = "";
  ladders.delete(row);
  if (!found.steps) return;
  if (found.discount) cell(row, "discount").value = found.discount;
  ladders.set(row, { product: found.product, steps: JSON.parse(found.steps), price: found.price, discount: found.discount });
  stepLadder(row);
}

function stepLadder(row) {
  const ladder = ladders.get(row);
  if (!ladder) return;
  const [price, discount] = [cell(row, "price"), cell(row, "discount")];
  if (cell(row, "product").value !== ladder.product || price.value !== ladder.price || discount.value !== ladder.discount) return;
  const typed = totals.parse(cell(row, "quantity").value || "1") ?? totals.MILLION;
  const quantity = typed < 0n ? -typed : typed;
  const step = ladder.steps.filter((one) => totals.parse(one.from) <= quantity).at(-1);
  if (step.price === ladder.price && step.discount === ladder.discount) return;
  price.value = ladder.price = step.price;
  discount.value = ladder.discount = step.discount;
  facturier.toast(`${cell(row, "name").value}: ${step.price || "fără preț"}${step.discount ? `, discount ${step.discount}` : ""}, ${step.source}.`, "info");
  changed();
}

const suggestions = {
  address: (input) => (input.value.trim() || form.elements.client_key.value ? productAddress(input.value.trim()) : ""),
  onFocus: (input) => !input.value && form.elements.client_key.value && form.dataset.touched !== undefined,
  firstChosen: (input) => Boolean(input.value.trim()),
  take(input, option) {
    const row = rowOf(input);
    fill(row, option.dataset);
    keepBlankRow();
    changed();
    const quantity = cell(row, "quantity");
    quantity.focus();
    quantity.select();
  },
};

/* ---- Numbers put in order when one leaves their cell ------------------------------------------------------------------------ */
function tidy(input) {
  const least = { "l-price": 2, "l-quantity": 0 }[input.name];
  const value = least === undefined ? null : totals.parse(input.value);
  if (value !== null) input.value = totals.plain(value, least);
  if (input.name === "l-discount" && /^\s*[\d.,]+\s*$/.test(input.value) && totals.parse(input.value) !== null) input.value = `${input.value.trim()}%`;
}

function prepare(row) {
  facturier.combo.attach(cell(row, "name"), suggestions);
  for (const input of $$("input", row)) input.addEventListener("change", () => tidy(input));
  cell(row, "quantity").addEventListener("change", () => stepLadder(row));
}

list.addEventListener("input", (event) => {
  const row = rowOf(event.target);
  if (event.target.name === "l-name" && !event.target.value) clearOrigin(row);
  if (event.target.name === "l-name" && row === rows().at(-1)) keepBlankRow();
});

/* A line without its name is no longer of that product, nor out of that proforma or delivery note. */
function clearOrigin(row) {
  for (const name of ["product", "code", "source"]) if (cell(row, name)) cell(row, name).value = "";
  $(".line-source", row)?.remove();
}

rows().forEach(prepare);
keepBlankRow();

facturier.lines = { rows, rowOf, cell, isBlank, choose, newRow, keepBlankRow, tidy, changed };
}
}
