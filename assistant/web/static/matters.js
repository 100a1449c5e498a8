// A form is sent once: a second press while the first is under way does nothing. The server would take it once anyway.
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
});
// Coming back with the browser's Back, the form may be used again; its key still tells what was taken.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.querySelector("#told")?.scrollIntoView({ block: "nearest" });
