// A document's totals as one types: lib/totals.py and lib/formats.py in whole numbers (BigInt), the same to the ban.
// tests/vectors/totals.json holds both to one set of answers. Amounts are in hundredths, all the rest in millionths.
"use strict";
{
const MILLION = 1_000_000n;
const HUNDRED = 100n * MILLION; // percent
const BAN = 10_000n; // millionths in a hundredth

const size = (value) => (value < 0n ? -value : value);

/* A quotient rounded to a whole number, halves away from zero. */
function divided(value, by) {
  const whole = (2n * size(value) + size(by)) / (2n * size(by));
  return (value < 0n) === (by < 0n) ? whole : -whole;
}

/* A number typed the Romanian way, in millionths; null when it cannot be read, or has more than six decimals. */
function parse(text) {
  const clean = text.replace(/\s/g, "").replace("\u2212", "-");
  const negative = clean.startsWith("-");
  const digits = negative ? clean.slice(1) : clean;
  const comma = digits.indexOf(",");
  let [whole, decimals] = comma < 0 ? [digits, ""] : [digits.slice(0, comma), digits.slice(comma + 1)];
  if (/^[1-9]\d{0,2}(\.\d{3})+$/.test(whole)) whole = whole.replaceAll(".", "");
  else if (comma < 0) {
    const dot = whole.indexOf(".");
    if (dot >= 0) [whole, decimals] = [whole.slice(0, dot), whole.slice(dot + 1)];
  }
  if (!/^\d*$/.test(whole + decimals) || !(whole + decimals) || decimals.length > 6) return null;
  const value = BigInt(whole || "0") * MILLION + BigInt(decimals.padEnd(6, "0"));
  return negative ? -value : value;
}

/* `10` and `10%` are a percent, an amount carries its currency: {percent, amount}, or null. */
function parseDiscount(text, currency) {
  const [, number, unit] = text.trim().match(/^(.*?)\s*(%|\p{L}*)$/su);
  if (!number && !unit) return { percent: 0n, amount: 0n };
  const value = parse(number);
  if (value === null) return null;
  if (unit === "" || unit === "%") return value >= 0n && value <= HUNDRED ? { percent: value, amount: 0n } : null;
  const known = [currency.toLowerCase(), currency === "RON" ? "lei" : currency.toLowerCase()].includes(unit.toLowerCase());
  return known && value % BAN === 0n ? { percent: 0n, amount: value / BAN } : null;
}

const grouped = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ".");

/* Hundredths as an amount: 1.234,50 */
function money(value) {
  const digits = String(size(value)).padStart(3, "0");
  return `${value < 0n ? "-" : ""}${grouped(digits.slice(0, -2))},${digits.slice(-2)}`;
}

/* Millionths without idle zeros, `least` decimals at least, not grouped: what stands in an input. */
function plain(value, least = 0) {
  const digits = String(size(value)).padStart(7, "0");
  const decimals = digits.slice(-6).replace(/0+$/, "").padEnd(least, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -6)}${decimals ? `,${decimals}` : ""}`;
}

const vatWithin = (gross, rate) => divided(gross * rate, HUNDRED + rate);
const vatOn = (net, rate) => divided(net * rate, HUNDRED);
const sum = (values) => values.reduce((total, value) => total + value, 0n);
const keyOf = (line) => `${line.category} ${line.rate}`;

/* `lines` hold quantity, price, category, rate, discountPercent, discountAmount. The order of groups is the server's. */
function documentTotals({ lines, withVat = false, discountPercent = 0n, discountAmount = 0n }) {
  const typed = lines.map(typedLine);
  const groups = new Map();
  lines.forEach((line, index) => {
    const group = groups.get(keyOf(line)) ?? { category: line.category, rate: line.rate, typed: 0n };
    group.typed += typed[index].value - typed[index].discount;
    groups.set(keyOf(line), group);
  });
  const ordered = [...groups.values()].sort((a, b) => (a.rate === b.rate ? (a.category < b.category ? -1 : 1) : (a.rate > b.rate ? -1 : 1)));
  shareDiscount(ordered, discountPercent, discountAmount);
  const made = ordered.map((group) => groupTotals(group, withVat));
  const net = sum(made.map((group) => group.taxable));
  const vat = sum(made.map((group) => group.vat));
  return {
    lines: lineTotals(lines, typed, withVat),
    groups: made,
    linesNet: sum(made.map((group) => group.linesNet)),
    allowance: sum(made.map((group) => group.allowance)),
    net,
    vat,
    total: net + vat,
  };
}

function typedLine(line) {
  const value = divided(line.quantity * line.price, MILLION * BAN);
  return { value, discount: line.discountPercent ? divided(value * line.discountPercent, HUNDRED) : line.discountAmount };
}

/* The discount on the whole, split over the groups: by percent, or an amount in proportion to the sums. */
function shareDiscount(groups, percent, amount) {
  const whole = sum(groups.map((group) => group.typed));
  let soFar = 0n;
  let given = 0n;
  for (const group of groups) {
    if (percent) { group.share = divided(group.typed * percent, HUNDRED); continue; }
    soFar += group.typed;
    const reached = whole ? divided(amount * soFar, whole) : 0n;
    group.share = reached - given;
    given = reached;
  }
}

function groupTotals({ category, rate, typed, share }, withVat) {
  if (!withVat) return { category, rate, linesNet: typed, allowance: share, taxable: typed - share, vat: vatOn(typed - share, rate) };
  const linesNet = typed - vatWithin(typed, rate);
  const vat = vatWithin(typed - share, rate);
  const taxable = typed - share - vat;
  return { category, rate, linesNet, allowance: linesNet - taxable, taxable, vat };
}

function lineTotals(lines, typed, withVat) {
  const running = new Map();
  return lines.map((line, index) => {
    const { value, discount } = typed[index];
    const before = running.get(keyOf(line)) ?? { sum: 0n, vat: 0n };
    const after = before.sum + value - discount;
    const vatAfter = withVat ? vatWithin(after, line.rate) : vatOn(after, line.rate);
    running.set(keyOf(line), { sum: after, vat: vatAfter });
    const vat = vatAfter - before.vat;
    const net = value - discount - (withVat ? vat : 0n);
    const allowance = withVat ? discount - vatWithin(discount, line.rate) : discount;
    return { value, discount, allowance, net, vat, netPrice: netPrice(line, net + allowance, withVat) };
  });
}

function netPrice(line, netValue, withVat) {
  if (!withVat) return line.price;
  return line.quantity ? divided(netValue * BAN * MILLION, line.quantity) : divided(line.price * HUNDRED, HUNDRED + line.rate);
}

/* Base and VAT in lei of each group; totals in lei are their sums. */
const inLei = (groups, rate) => groups.map((group) => ({ taxable: divided(group.taxable * rate, MILLION), vat: divided(group.vat * rate, MILLION) }));

globalThis.totals = { parse, parseDiscount, money, plain, documentTotals, inLei, BAN, MILLION };
}
