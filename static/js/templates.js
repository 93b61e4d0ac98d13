/* The words of an e-mail: a field of the list goes where the cursor was last. */
const form = document.getElementById("template-form");
let place = form.elements.body;

form.addEventListener("focusin", (event) => { if (["subject", "body"].includes(event.target.name)) place = event.target; });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  place.setRangeText(button.dataset.insert, place.selectionStart, place.selectionEnd, "end");
  place.focus();
  place.dispatchEvent(new Event("input", { bubbles: true }));
});
