// The right side follows the boxes at once; without this script the button 更新右边 does the same.
"use strict";
const form = document.querySelector("[data-js=confirm]");
form?.addEventListener("change", (event) => {
  const box = event.target.closest("input[name=replace]");
  if (!box) return;
  for (const mark of form.querySelectorAll("[data-js=after] mark")) {
    if (mark.dataset.original !== box.dataset.text) continue;
    mark.textContent = box.checked ? mark.dataset.replacement : mark.dataset.original;
    mark.className = box.checked ? "replaced" : "stays";
  }
});
