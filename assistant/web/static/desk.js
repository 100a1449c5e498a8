// The desk's small behaviours: what Gradio does not do by itself. No text of law is made here.
window.desk ??= (() => {
  let opener = null, loaded = false;

  function bind(element, trigger, watch, event) {
    const send = (node, extra = {}) => trigger(event, { ...node.dataset, ...extra });
    element.addEventListener("click", (e) => {
      const own = e.target.closest("[data-js]");
      if (own && element.contains(own)) return local[own.dataset.js]?.(own);
      const node = e.target.closest("button[data-act]");
      if (!node || !element.contains(node)) return;
      if (["cite", "statute"].includes(node.dataset.act)) opener = node;
      if (node.dataset.act === "open") showSide(false);
      send(node);
      if (node.dataset.act === "example") document.querySelector("#question textarea")?.focus();
    });
    element.addEventListener("submit", (e) => {
      const form = e.target.closest("form[data-act]");
      if (!form) return;
      e.preventDefault();
      send(form, Object.fromEntries(new FormData(form)));
    });
    watch("value", () => {
      loaded = true;
      shown(element);
    });
    shown(element);
  }

  function bringToTop(box, part) {
    box.scrollTop += part.getBoundingClientRect().top - box.getBoundingClientRect().top - 12;
  }

  function shown(element) {
    const host = element.closest("#article-panel, #statute-open")?.closest("#chat-panel, #shelf-open");
    if (host) return showPanel(host);
    element.querySelector("[data-focus]")?.focus();
    const bar = element.querySelector("[data-conversation]");
    if (bar && loaded) remember(bar);
    if (element.closest("#transcript")) followTalk(element.closest("#transcript"));
  }

  // ---- the article beside the chat -----------------------------------------------------------

  function showPanel(host) {
    const panel = host.querySelector(".panel");
    const was = host.classList.contains("has-panel");
    host.classList.toggle("has-panel", Boolean(panel));
    if (!panel) return;
    if (!was && small()) history.pushState({ panel: true }, "");
    const body = panel.querySelector(".statute"), hit = panel.querySelector(".article.hit");
    if (body) hit ? bringToTop(body, hit) : (body.scrollTop = 0);
    (hit ?? panel.querySelector("h2"))?.focus({ preventScroll: true });
  }

  function closePanel() {
    document.querySelectorAll(".has-panel").forEach((host) => host.classList.remove("has-panel"));
    if (opener?.isConnected) opener.focus();
  }

  const small = () => matchMedia("(max-width: 899px)").matches;
  addEventListener("popstate", closePanel);
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    showSide(false);
    local["close-panel"]();
  });

  // ---- the conversation ----------------------------------------------------------------------

  let questions = 0;
  function followTalk(box) {
    box.setAttribute("role", "log");
    box.setAttribute("aria-label", "问答");
    box.tabIndex = 0;
    const asked = box.querySelectorAll(".turn.question");
    // A new question goes to the top and stays there: the answer grows below it, nothing jumps.
    if (asked.length !== questions && asked.length) {
      bringToTop(box, asked[asked.length - 1]);
    }
    questions = asked.length;
  }

  // The address names the conversation, so that a reload or a bookmark comes back to it.
  function remember(bar) {
    const url = new URL(location.href), id = bar.dataset.conversation;
    id ? url.searchParams.set("c", id) : url.searchParams.delete("c");
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  // ---- pressed here, done here ---------------------------------------------------------------

  async function copy(node) {
    const text = node.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain http in the office network there is no clipboard object.
      const area = Object.assign(document.createElement("textarea"), { value: text, className: "off-screen" });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      node.focus();
    }
    const before = node.textContent;
    node.textContent = "已复制";
    setTimeout(() => (node.textContent = before === "已复制" ? "复制引用" : before), 1500);
  }

  function showSide(on) {
    document.body.classList.toggle("side-open", on);
    document.querySelector("[data-js=side]")?.setAttribute("aria-expanded", String(on));
  }

  const local = {
    copy,
    "close-panel": () => {
      const open = document.querySelector(".has-panel");
      if (open && small() && history.state?.panel) return history.back();
      closePanel();
    },
    side: () => showSide(!document.body.classList.contains("side-open")),
    theme: () => {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem("desk-theme", dark ? "dark" : "light");
    },
  };

  // The as-of box becomes a date input as soon as Gradio has put it on the page.
  const dates = new MutationObserver(() => {
    const box = document.querySelector("#as-of input, #as-of textarea");
    if (box?.tagName === "INPUT") {
      box.type = "date";
      dates.disconnect();
    }
  });
  dates.observe(document.documentElement, { childList: true, subtree: true });

  return { bind };
})();
