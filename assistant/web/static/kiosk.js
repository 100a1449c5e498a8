// The kiosk goes back to its start and forgets what was typed when nobody has touched it for a while.
(() => {
  const own = document.querySelector("[data-idle]");
  const wait = Number(own.dataset.idle) * 1000;
  let last = Date.now();
  const touched = () => { last = Date.now(); };
  for (const name of ["pointerdown", "keydown", "scroll", "touchstart", "input"]) addEventListener(name, touched, { passive: true });
  setInterval(() => {
    if (Date.now() - last < wait) return;
    for (const form of document.forms) form.reset();
    for (const field of document.querySelectorAll("input:not([type=hidden]), textarea")) field.value = "";
    location.replace(own.dataset.start);
  }, 1000);
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(own.dataset.start); });
})();
