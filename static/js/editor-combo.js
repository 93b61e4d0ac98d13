// Suggestions under a text box: the server renders the options, arrows choose, Enter takes. One list serves the whole editor.
"use strict";
{
const WAIT = 120; // milliseconds after the last key
const list = () => document.getElementById("options");
let owner = null; // the box whose options are shown
let timer;
let request;

const optionsShown = () => [...list().querySelectorAll("[role=option]")];
const active = () => list().querySelector("[aria-selected=true]");
const isOpen = (box) => owner === box && list().matches(":popover-open");

function close() {
  clearTimeout(timer);
  request?.abort();
  if (list()?.matches(":popover-open")) list().hidePopover();
  owner?.setAttribute("aria-expanded", "false");
  owner?.removeAttribute("aria-activedescendant");
  owner = null;
}

function open(box) {
  owner = box;
  box.setAttribute("aria-expanded", "true");
  if (!list().matches(":popover-open")) list().showPopover();
  place();
}

/* Under the box, or above it where the keyboard of a phone leaves no room. */
function place() {
  if (!owner) return;
  const spot = owner.getBoundingClientRect();
  const room = (window.visualViewport?.height ?? innerHeight);
  const width = Math.min(Math.max(spot.width, 320), innerWidth - 16);
  list().style.width = `${width}px`;
  list().style.left = `${Math.max(8, Math.min(spot.left, innerWidth - width - 8))}px`;
  const below = spot.bottom + Math.min(list().offsetHeight, 180) + 8 < room || spot.top < room / 2;
  list().style.maxHeight = `${Math.max(120, Math.min(352, (below ? room - spot.bottom : spot.top) - 12))}px`;
  list().style.top = below ? `${spot.bottom + 4}px` : `${spot.top - list().offsetHeight - 4}px`;
}

function select(option) {
  for (const other of optionsShown()) other.setAttribute("aria-selected", String(other === option));
  if (!option) return owner?.removeAttribute("aria-activedescendant");
  owner.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

/* The HTML of the options for what is in the box; "" when the answer failed or is late. */
async function ask(address) {
  request?.abort();
  request = new AbortController();
  try {
    const answer = await fetch(address, { signal: request.signal, headers: { Accept: "text/html" } });
    return answer.ok && !answer.redirected ? await answer.text() : "";
  } catch {
    return "";
  }
}

async function show(box, settings) {
  const address = settings.address(box);
  if (!address) return close();
  const text = box.value;
  const html = await ask(address);
  if (document.activeElement !== box || box.value !== text) return;
  if (!html.trim()) return close();
  list().innerHTML = html;
  open(box);
  if (settings.firstChosen(box)) select(optionsShown()[0]);
}

function take(box, settings, option) {
  close();
  clearTimeout(timer);
  settings.take(box, option);
}

function step(box, by) {
  const all = optionsShown();
  const next = all.indexOf(active()) + by;
  select(all[next < -1 ? all.length - 1 : next] ?? (by > 0 ? all[0] : null));
}

/* `settings`: address(box) → URL or "", take(box, option), firstChosen(box) → whether the first option is chosen at once. */
function attach(box, settings) {
  if (box.dataset.combo) return;
  box.dataset.combo = "";
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(box, settings), WAIT);
  });
  box.addEventListener("focus", () => { if (settings.onFocus?.(box)) show(box, settings); });
  box.addEventListener("blur", () => { if (owner === box) close(); else clearTimeout(timer); });
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen(box)) step(box, event.key === "ArrowDown" ? 1 : -1);
      else show(box, settings);
    } else if (event.key === "Enter" && isOpen(box) && active()) {
      event.preventDefault();
      event.stopPropagation();
      take(box, settings, active());
    } else if (event.key === "Escape" && isOpen(box)) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && isOpen(box) && active() && settings.takesOnTab?.(active())) {
      take(box, settings, active());
    }
  });
  box.comboTake = (option) => take(box, settings, option);
}

document.addEventListener("pointerdown", (event) => { if (event.target.closest("#options")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const option = event.target.closest("#options [role=option]");
  if (option && owner) owner.comboTake(option);
});
addEventListener("scroll", place, { passive: true, capture: true });
addEventListener("resize", place);
window.visualViewport?.addEventListener("resize", place);

facturier.combo = { attach, close, ask, isOpen, active };
}
