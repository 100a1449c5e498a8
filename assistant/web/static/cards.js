// Cards: voice where the browser has it, the service worker, printing with everything unfolded.
(() => {
  const worker = document.querySelector("[data-worker]");
  if (worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(worker.dataset.worker, { scope: worker.dataset.scope }).catch(() => {});
  }

  document.querySelector("[data-js=print]")?.addEventListener("click", () => window.print());

  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  const button = document.querySelector("[data-js=voice]");
  if (!button || !Recognition) return;
  const field = document.getElementById("q");
  const told = document.getElementById("voice-state");
  button.hidden = false;
  button.addEventListener("click", () => {
    const hearing = new Recognition();
    hearing.lang = "zh-CN";
    hearing.onstart = () => { told.textContent = "请说……"; button.setAttribute("aria-pressed", "true"); };
    hearing.onend = () => { button.setAttribute("aria-pressed", "false"); };
    hearing.onerror = () => { told.textContent = "没有听清，或者没有允许使用麦克风；请再试，或者打字。"; };
    hearing.onresult = (event) => {
      field.value = event.results[0][0].transcript.replace(/[。？！]$/, "");
      told.textContent = "听到：" + field.value;
      field.form.requestSubmit();
    };
    hearing.start();
  });
})();
