// The page works without this: it tells of a file that is too large, and opens a citation beside the draft without leaving it.
(() => {
  "use strict";
  const form = document.getElementById("verify-form");
  if (form) {
    const file = form.querySelector("input[type=file]"), told = form.querySelector("[data-js=progress]");
    file.addEventListener("change", () => {
      const large = [...file.files].some((f) => f.size > Number(form.dataset.limit) * 1024 * 1024);
      const words = large ? `文件超过 ${form.dataset.limit} MB，请拆分或者压缩后再选。` : "";
      file.setCustomValidity(words);
      told.textContent = words;
    });
    form.addEventListener("submit", () => (told.textContent = "正在核验，请稍候…"));
  }

  const panel = document.getElementById("panel");
  if (!panel) return;
  let opener = null;
  const show = () => {
    document.body.classList.add("has-panel");
    const hit = panel.querySelector(".hit"), statute = panel.querySelector(".statute");
    if (hit) statute.scrollTop = hit.offsetTop - statute.offsetTop - 16;
    panel.focus({ preventScroll: true });
  };
  const close = () => {
    document.body.classList.remove("has-panel");
    opener?.focus({ preventScroll: true });
  };
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-js=close]")) {
      event.preventDefault();
      return close();
    }
    const link = event.target.closest("a[data-c]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    try {
      const answer = await fetch(`${panel.dataset.address}?c=${encodeURIComponent(link.dataset.c)}`);
      if (!answer.ok) throw new Error(answer.statusText);
      panel.innerHTML = await answer.text();
      show();
    } catch {
      location.assign(link.href); // the page itself says what is wrong
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && document.body.classList.contains("has-panel") && close());
  if (panel.dataset.chosen) show();
})();
