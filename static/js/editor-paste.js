// Rows of a spreadsheet pasted into the grid of lines: which column is what, how its numbers are written, what has no place here.
"use strict";
{
const form = document.getElementById("editor");
const list = document.getElementById("lines");
const MOST = 999; // lines of a document
const GRID = ["name", "unit", "quantity", "price", "vat", "discount"]; // the cells of a row, from left to right
const NAMED = 3; // columns without a place that are called by their names

if (form && list) {
const { rows, rowOf, cell, isBlank, choose, newRow, keepBlankRow, tidy, changed } = facturier.lines;
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
const most = (values, test) => values.length > 0 && values.filter(test).length * 2 > values.length;
const column = (data, index) => data.map((row) => row[index] ?? "").filter(Boolean);

list.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const place = GRID.indexOf(event.target.name?.slice(2));
  if (place < 0 || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  vats.clear();
  const table = readTable(text, place === 0);
  const titled = columnsByTitle(table[0] ?? []);
  const data = titled ? table.slice(1) : table;
  if (!data.length) return;
  const left = MOST - rows().filter((row) => !isBlank(row)).length;
  if (place === 0 && data.length > left) {
    facturier.toast(`Un document poate avea cel mult ${MOST} de linii; ați copiat ${data.length}. Nu s-a lipit nimic.`, "warning");
    return;
  }
  const columns = titled ?? (place === 0 ? guessColumns(data) : data[0].map((_, index) => GRID[place + index]));
  const wrong = pasteRows(rowOf(event.target), data, columns, place === 0);
  say(data, wrong, withoutPlace(columns, titled ? table[0] : null, data), pricesWithVat(titled ? table[0] : []));
});

/* The cells of a copied range. Rows with nothing in them are left out when they would become lines, and kept when they only fill a column. */
function readTable(text, asLines) {
  const cells = [[]];
  for (const [, quoted, simple, end] of text.replace(/\r\n?/g, "\n").matchAll(/(?:"((?:[^"\t]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
    cells.at(-1).push((quoted?.replaceAll('""', '"') ?? simple).replace(/\s+/g, " ").trim());
    if (end === "\n") cells.push([]);
    if (!end) break;
  }
  while (cells.length && !cells.at(-1).some(Boolean)) cells.pop();
  return asLines ? cells.filter((row) => row.some(Boolean)) : cells;
}

/* ---- Which column is what ---------------------------------------------------------------------------------------------- */
const TITLES = [
  ["name", /^(denumire|produs|serviciu|articol|nume|name|item|product)/],
  ["description", /^(descriere|detalii|description)/],
  ["code", /^(cod|code|sku)/],
  ["quantity", /^(cant|q|buc)/],
  ["unit", /^(u\.?\s?m|unit)/],
  ["price", /^(pret|price|p\.?\s?u)/],
  ["vat", /^(tva|cota|vat)/],
  ["discount", /^(disc|reducere)/],
];

/* The cell of each column when the first row holds titles, which are no numbers; otherwise null. Of two columns with one meaning the first counts. */
function columnsByTitle(titles) {
  const found = titles.map((title) => TITLES.find(([, pattern]) => pattern.test(bare(title)))?.[0]);
  const sure = found.includes("name") && found.filter(Boolean).length >= Math.min(2, titles.length) && !titles.some(isNumber);
  return sure ? found.map((name, index) => (found.indexOf(name) === index ? name : undefined)) : null;
}

const pattern = document.getElementById("line-pattern").content; // a row with what may be chosen, and nothing that was typed
const units = new Map([...cell(pattern, "unit").options].map((option) => [bare(option.value), option.value]));
const isNumber = (text) => totals.parse(text.replace(/%|lei|ron|eur|€/gi, "")) !== null || ENGLISH.test(text);

/* Without titles: words, a unit, then quantity, price and VAT in this order; one number alone is a price. Most cells of a column decide. */
function guessColumns(data) {
  const width = Math.max(...data.map((row) => row.length));
  const columns = Array(width).fill(undefined);
  const numbers = [];
  const words = [];
  for (let index = 0; index < width; index += 1) {
    const values = column(data, index);
    if (!columns.includes("unit") && most(values, (text) => units.has(bare(text)))) columns[index] = "unit";
    else if (most(values, isNumber)) numbers.push(index);
    else if (values.length) words.push(index);
  }
  guessNumbers(data, numbers, columns);
  guessWords(data, words, columns);
  return columns;
}

function guessNumbers(data, numbers, columns) {
  const counts = (index) => data.every((row, place) => row[index] === String(place + 1));
  const left = numbers.length > 1 && data.length > 1 && numbers[0] === 0 && counts(0) ? numbers.slice(1) : numbers; // Nr. crt.
  const percents = left.filter((index) => most(column(data, index), (text) => text.includes("%")));
  const plain = left.filter((index) => !percents.includes(index));
  const isRate = (text) => vatOf(text) !== undefined;
  if (plain.length === 1) columns[plain[0]] = "price";
  else [columns[plain[0]], columns[plain[1]]] = ["quantity", "price"];
  for (const index of [...percents, ...plain.slice(2)]) {
    if (!columns.includes("vat") && most(column(data, index), isRate)) columns[index] = "vat";
    else if (percents.includes(index) && !columns.includes("discount")) columns[index] = "discount";
  }
}

/* The first column of words is the name, unless it looks like codes beside a longer one; further ones describe. */
function guessWords(data, words, columns) {
  const size = (index) => column(data, index).reduce((sum, text) => sum + text.length, 0);
  const isCode = (text) => /^\S*\d\S*$/.test(text);
  const coded = words.length > 1 && most(column(data, words[0]), isCode) && size(words[0]) < size(words[1]);
  if (coded) columns[words[0]] = "code";
  words.slice(coded ? 1 : 0).forEach((index, place) => { columns[index] = place ? "description" : "name"; });
}

function withoutPlace(columns, titles, data) {
  return columns.flatMap((name, index) => (name || !column(data, index).length ? [] : [titles?.[index] ? `„${titles[index]}”` : `coloana ${index + 1}`]));
}

/* ---- Into the grid ----------------------------------------------------------------------------------------------------- */
/* The cells that are wrong. New lines go after what is there; a column goes down over the lines that are there. */
function pasteRows(start, data, columns, asLines) {
  const styles = columns.map((name, index) => (name === "price" || name === "quantity" ? pointsDecimals(column(data, index)) : false));
  const wrong = [];
  const fresh = document.createDocumentFragment(); // rows filled beside the page, and put in at once
  let row = asLines && !isBlank(start) ? null : start;
  let last = start;
  for (const values of data) {
    if (!row) { row = newRow(); fresh.append(row); }
    columns.forEach((name, index) => { if (name && values[index]) pasteCell(row, name, values[index], styles[index]); });
    wrong.push(...marked(row));
    last = row.isConnected ? row : last;
    row = asLines || !row.isConnected ? null : row.nextElementSibling;
  }
  last.after(fresh);
  keepBlankRow();
  (wrong[0] ?? cell(rows().at(-1), "name")).focus();
  changed();
  return wrong;
}

function pasteCell(row, name, text, points) {
  const input = cell(row, name);
  switch (name) {
    case "vat": choose(input, vatOf(text) ?? text); break;
    case "unit": choose(input, units.get(bare(text)) ?? text); break;
    case "description": input.value = input.value ? `${input.value}, ${text}` : text; break;
    case "price": case "quantity": input.value = numberText(text, points); tidy(input); break;
    default: input.value = text; tidy(input);
  }
}

/* `21`, `21%` and `0,21` are the rate of 21 %; a name is a treatment by its name. The value of its option, looked for once for each text. */
const vats = new Map();

function vatOf(text) {
  if (!vats.has(text)) {
    const number = totals.parse(text.replace("%", ""));
    const percent = number !== null && number > 0n && number < totals.MILLION ? number * 100n : number;
    const options = [...cell(pattern, "vat").options];
    vats.set(text, (options.find((option) => bare(option.text) === bare(text))
      ?? options.find((option) => option.dataset.category === "S" && totals.parse(option.dataset.percent.replace(".", ",")) === percent))?.value);
  }
  return vats.get(text);
}

/* ---- Numbers as spreadsheets write them ---------------------------------------------------------------------------------- */
const ENGLISH = /^-?\d{1,3}(,\d{3})+\.\d+$/;
const signs = () => (form.elements.currency.value === "RON" ? "lei|ron" : { EUR: "eur|euro|€", USD: "usd|\\$", GBP: "gbp|£" }[form.elements.currency.value] ?? form.elements.currency.value);

/* Whether a column writes decimals with a point: then `12.500` beside `12.5` is twelve and a half. */
function pointsDecimals(values) {
  return !values.some((text) => text.includes(",") && !ENGLISH.test(text)) && values.some((text) => ENGLISH.test(text) || /^-?\d+\.(\d{1,2}|\d{4,})$/.test(text));
}

/* As the grid reads it: without the document's own currency; what stands in another one stays as it is, and is marked. */
function numberText(text, points) {
  const number = text.replace(new RegExp(`^(?:${signs()})\\s*|\\s*(?:${signs()})$`, "gi"), "").replace(/^\((.*)\)$/, "-$1");
  return points && /^-?[\d, ]+(\.\d+)?$/.test(number) ? number.replace(/[, ]/g, "").replace(".", ",") : number;
}

/* ---- What is wrong, and what is said --------------------------------------------------------------------------------------- */
function marked(row) {
  const faults = { unit: notOffered, quantity: notNumber, price: notPrice, vat: notOffered, discount: notDiscount };
  return Object.entries(faults).flatMap(([name, fault]) => {
    const input = cell(row, name);
    const sentence = fault(input, name);
    facturier.draft.showError(input, row.querySelector(`[id="${input.id}-e"]`), sentence);
    return sentence ? [input] : [];
  });
}

const notNumber = (input) => (input.value && totals.parse(input.value) === null ? `„${input.value}” nu este un număr.` : "");
const notPrice = (input) => notNumber(input) || (input.value.startsWith("-") ? "Prețul nu poate fi negativ; pentru o scădere scrieți cantitatea cu minus." : "");
const notDiscount = (input) => (totals.parseDiscount(input.value, form.elements.currency.value) === null ? "Scrieți un procent (10%) sau o sumă cu moneda ei." : "");

function notOffered(input, name) {
  const known = name === "vat" ? input.selectedOptions[0]?.dataset.category : units.has(bare(input.value));
  if (known) return "";
  return name === "vat" ? `„${input.value}” nu este o cotă în vigoare. Alegeți din listă.` : `Unitatea „${input.value}” nu este în listă. Alegeți una din listă.`;
}

/* Titles that say "cu TVA": an empty document takes them so, one with lines is left as it is and the person is told. */
function pricesWithVat(titles) {
  const box = form.elements.prices_include_vat;
  if (!titles.some((title) => /^(pret|price).*cu tva/.test(bare(title))) || box.checked) return "";
  return "Prețurile copiate sunt cu TVA, iar documentul le are fără TVA: bifați „prețurile includ TVA” dacă este cazul.";
}

function say(data, wrong, left, more) {
  const said = [data.length === 1 ? "O linie lipită." : `Linii lipite: ${data.length}.`];
  if (wrong.length) said.push(wrong.length === 1 ? "O celulă este de corectat." : `Celule de corectat: ${wrong.length}.`);
  if (left.length) said.push(`Fără loc pe document: ${left.slice(0, NAMED).join(", ")}${left.length > NAMED ? "…" : ""}.`);
  if (more) said.push(more);
  facturier.toast(said.join(" "), wrong.length || more ? "warning" : "success");
}
}
}
