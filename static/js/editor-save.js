// The draft saves itself: two seconds after the last key, or soon after one leaves a field. The server's answer wins.
"use strict";
{
const form = document.getElementById("editor");
const IDLE = 2000;
const LEFT = 500;
const AGAIN = 10_000; // after a failed attempt
const state = document.getElementById("save-state");
let changes = 0; // since the page opened
let savedAt = 0; // how many of them are saved
let running = null;
let timer;
let leaving = false;

const isDirty = () => changes !== savedAt;
const saves = () => form?.hasAttribute("data-autosave");

function say(text, tone = "") {
  state.textContent = text;
  state.dataset.tone = tone;
}

/* Worth a draft: a client, or a line with something in it. */
const hasContent = () => Boolean(form.elements.client_key.value) || facturier.lines.rows().some((row) => !facturier.lines.isBlank(row));

function schedule(wait) {
  clearTimeout(timer);
  if (saves() && isDirty()) timer = setTimeout(save, wait);
}

/* Save now; true when the server has everything that stands on the page. Calls that meet wait for one another. */
async function save() {
  clearTimeout(timer);
  while (running) await running;
  if (!saves() || !isDirty() || !hasContent()) return !isDirty();
  running = send();
  const done = await running;
  running = null;
  if (done && isDirty()) schedule(IDLE);
  return done && !isDirty();
}

async function send() {
  const until = changes;
  const sent = facturier.lines.rows().filter((row) => !facturier.lines.isBlank(row));
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "autosave");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.includes("application/json")) return refused(answer);
    const said = await answer.json();
    showErrors(said.errors ?? {}, sent);
    if (!said.saved) {
      say(said.conflict ? said.message : `Nesalvat: ${said.message}`, "danger");
      if (said.conflict) showConflict(said.message);
      return false;
    }
    take(said, until);
    return true;
  } catch {
    say("Nesalvat: fără legătură cu serverul. Încercăm din nou; ce ați scris a rămas pe pagină.", "danger");
    timer = setTimeout(save, AGAIN);
    return false;
  }
}

function refused(answer) {
  const sentence = answer.redirected ? "sesiunea a expirat. Intrați în cont în altă filă, apoi continuați aici." : "eroare neașteptată. Ce ați scris a rămas pe pagină.";
  say(`Nesalvat: ${sentence}`, "danger");
  return false;
}

function take(said, until) {
  savedAt = until;
  form.elements.version.value = said.version;
  if (form.getAttribute("action") !== said.address) {
    form.setAttribute("action", said.address);
    history.replaceState(null, "", said.address);
  }
  say(said.message);
  if (said.attachments) {
    document.getElementById("attachments").outerHTML = said.attachments;
    htmx.process(document.getElementById("attachments"));
  }
  if (isDirty()) return;
  document.getElementById("totals").outerHTML = said.totals;
  const advances = document.getElementById("advances");
  if (said.advances && advances && !advances.contains(document.activeElement)) advances.outerHTML = said.advances;
  form.dispatchEvent(new CustomEvent("editor:saved"));
}

/* What the server said about each cell; the one that is being written is left alone. The server counts the lines that it was sent. */
function showErrors(errors, sent) {
  for (const place of form.querySelectorAll(".cell-error")) {
    const own = place.id.slice(0, -2);
    const input = document.getElementById(own);
    if (input === document.activeElement) continue;
    const line = place.closest("[data-line]");
    showError(input, place, errors[line ? own.replace(/\d+$/, String(sent.indexOf(line) + 1)) : own] ?? "");
  }
}

function showError(input, place, sentence) {
  place.textContent = sentence;
  place.hidden = !sentence;
  place.closest(".cell")?.classList.toggle("wrong", Boolean(sentence));
  if (!input?.matches("input, select, textarea")) return;
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/* Two people on one draft: nothing is overwritten unless this one says so. */
function showConflict(message) {
  if (document.getElementById("conflict")) return;
  const box = document.createElement("div");
  box.className = "callout callout--warning";
  box.id = "conflict";
  box.setAttribute("role", "alert");
  const text = Object.assign(document.createElement("p"), { textContent: message });
  const link = Object.assign(document.createElement("a"), { className: "button button--small", href: form.getAttribute("action"), target: "_blank", textContent: "Deschide ciorna salvată" });
  const keep = Object.assign(document.createElement("button"), { className: "button button--small", name: "overwrite", value: "1", textContent: "Păstrează varianta mea" });
  keep.setAttribute("form", "editor");
  box.append(text, link, keep);
  form.prepend(box);
}

if (form) {
  form.addEventListener("input", () => { changes += 1; schedule(IDLE); });
  form.addEventListener("change", () => { changes += 1; schedule(IDLE); });
  form.addEventListener("editor:changed", () => { changes += 1; schedule(IDLE); });
  form.addEventListener("focusout", () => schedule(LEFT));

  /* A press of a button waits for the save that is on its way, so that the two never meet at the server. */
  form.addEventListener("submit", (event) => {
    if (running) {
      const pressed = event.submitter;
      event.preventDefault();
      event.stopImmediatePropagation();
      running.then(() => form.requestSubmit(pressed));
      return;
    }
    clearTimeout(timer);
    leaving = true;
    setTimeout(() => { leaving = false; }, 8000);
  }, true);
  addEventListener("beforeunload", (event) => { if (isDirty() && !leaving) event.preventDefault(); });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  if ("saved" in form.dataset) history.replaceState(null, "", form.getAttribute("action"));
  if (document.querySelector("[data-errors]")) changes += 1; // what stands here was not taken yet
}

facturier.draft = { save, isDirty, showError };
}
