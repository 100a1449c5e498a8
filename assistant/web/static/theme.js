// The chosen colours, before anything is drawn; the same choice as on the staff desk.
(() => {
  const apply = (name) => (document.documentElement.dataset.theme = name);
  const chosen = localStorage.getItem("desk-theme");
  const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  apply(chosen || system());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-js=theme]")) return;
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("desk-theme", next);
    apply(next);
  });
})();
