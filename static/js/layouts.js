// The form of a layout: columns are moved up and down; the live preview is htmx's.
const columns = document.querySelector("#layout-columns");

columns?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-move]");
  if (!button) return;
  const row = button.closest("li");
  const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.dataset.move === "up") other.before(row);
  else other.after(row);
  button.focus();
  columns.dispatchEvent(new Event("layout:moved", { bubbles: true }));
  columns.dispatchEvent(new Event("input", { bubbles: true }));
});
