// The fields of a partner are drawn anew when the kind, the country or the county changes; what was typed while the answer
// was on its way is put back into the fields of the same name.
"use strict";
{
const form = document.getElementById("partner-form");
const typed = () => Object.fromEntries([...form.querySelectorAll("#partner-fields [name]:not([type=radio], [type=hidden])")]
  .map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
let sent = {};
let changed = [];

form.addEventListener("htmx:beforeRequest", () => { sent = typed(); });
form.addEventListener("htmx:beforeSwap", () => { changed = Object.entries(typed()).filter(([name, value]) => sent[name] !== value); });
form.addEventListener("htmx:afterSwap", () => {
  for (const [name, value] of changed) {
    const field = form.elements[name];
    if (!field || field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) continue;
    if (field.type === "checkbox") field.checked = value; else field.value = value;
  }
  changed = [];
});

// A hand quicker than the scripts, or a browser that restores a form on reload: the choice was made before anybody listened.
document.addEventListener("htmx:load", () => {
  const chosen = (select) => [...select.options].findIndex((option) => option.defaultSelected) !== select.selectedIndex;
  const early = [form.elements.country, form.elements.county].find((field) => field?.tagName === "SELECT" && field.value && chosen(field));
  early?.dispatchEvent(new Event("change", { bubbles: true }));
}, { once: true });
}
