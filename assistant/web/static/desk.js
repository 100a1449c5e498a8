// The desk's small behaviours: what Gradio does not do by itself. No text of law is made here.
window.desk ??= (() => {
  let opener = null, loaded = false;

  function bind(element, trigger, watch, event) {
    const send = (node, extra = {}) => trigger(event, { ...node.dataset, ...extra });
    element.addEventListener("click", (e) => {
      const own = e.target.closest("[data-js]");
      if (own && element.contains(own)) return local[own.dataset.js]?.(own);
      const node = e.target.closest("button[data-act], [role=button][data-act]");
      if (!node || !element.contains(node)) return;
      if (["cite", "statute", "address"].includes(node.dataset.act)) opener = node;
      if (node.dataset.act === "open") showSide(false);
      send(node);
      if (node.dataset.act === "example") document.querySelector("#question textarea")?.focus();
    });
    // Words in running text that act are no buttons to the browser: they would not break over lines.
    element.addEventListener("keydown", (e) => {
      if (!["Enter", " "].includes(e.key) || !e.target.matches("[role=button][data-act]")) return;
      e.preventDefault();
      e.target.click();
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
    box.querySelectorAll("details[data-narrow]").forEach(refill);
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
    "sign-out": async () => {
      await fetch("/logout", { method: "POST", redirect: "manual" });
      location.assign("/login");
    },
  };

  // ---- the fines of an answer narrowed by the case ---------------------------------------------

  // The talk is written anew with every answer; what was filled in is kept here and put back.
  const cases = new Map();

  async function narrow(details) {
    const form = details.querySelector("form"), fields = Object.fromEntries(new FormData(form));
    const kept = { fields, open: true, html: cases.get(details.dataset.narrow)?.html ?? "" };
    cases.set(details.dataset.narrow, kept);
    try {
      const answer = await fetch(`/staff/narrow/${details.dataset.narrow}?${new URLSearchParams(fields)}`);
      if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
      kept.html = await answer.text();
    } catch {
      kept.html = '<p class="failure" role="alert">没有算出来，请再试一次。</p>';
    }
    if (cases.get(details.dataset.narrow) !== kept) return;
    const shown = document.querySelector(`details[data-narrow="${details.dataset.narrow}"] .narrowed`);
    if (shown) shown.innerHTML = kept.html;
  }

  function refill(details) {
    const kept = cases.get(details.dataset.narrow);
    if (!kept) return;
    details.open = kept.open;
    for (const field of details.querySelector("form").elements) {
      if (field.type === "checkbox") field.checked = field.name in kept.fields;
      else if (field.name) field.value = kept.fields[field.name] ?? "";
    }
    details.querySelector(".narrowed").innerHTML = kept.html;
  }

  const narrowing = (e) => e.target.closest?.("details[data-narrow]");
  addEventListener("submit", (e) => {
    const details = narrowing(e);
    if (!details) return;
    e.preventDefault();
    narrow(details);
  });
  addEventListener("change", (e) => narrowing(e) && narrow(narrowing(e)));
  addEventListener("reset", (e) => {
    const details = narrowing(e);
    if (!details) return;
    cases.delete(details.dataset.narrow);
    details.querySelector(".narrowed").replaceChildren();
  });
  addEventListener("toggle", (e) => {
    const kept = e.target.matches?.("details[data-narrow]") && cases.get(e.target.dataset.narrow);
    if (kept) kept.open = e.target.open;
  }, true);

  // ---- written questions like the one being typed ----------------------------------------------

  const PAUSE = 160, SHORTEST = 2;
  let typing = 0, chosen = -1;
  const questionBox = () => document.querySelector("#question textarea");
  const suggestions = () => document.querySelector("#suggestion-list");
  const say = (line) => (document.querySelector("#suggestions [role=status]").textContent = line);

  function closeSuggestions() {
    clearTimeout(typing);
    chosen = -1;
    const list = suggestions();
    if (!list || list.hidden) return;
    list.hidden = true;
    list.replaceChildren();
    questionBox()?.removeAttribute("aria-activedescendant");
    say("");
  }

  async function suggest(box) {
    const text = box.value;
    if (text.trim().length < SHORTEST) return closeSuggestions();
    let found = [];
    try {
      const answer = await fetch(`/staff/suggest?q=${encodeURIComponent(text)}`);
      if (answer.ok) found = await answer.json();
    } catch {
      return; // asking works without suggestions
    }
    // Typed on, asked, or gone elsewhere in the meantime.
    if (box.value !== text || document.activeElement !== box) return;
    closeSuggestions();
    if (!found.length) return;
    const list = suggestions();
    list.replaceChildren(...found.map((question, place) =>
      Object.assign(document.createElement("li"), { id: `suggestion-${place}`, role: "option", textContent: question })));
    list.hidden = false;
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
    say(`有 ${found.length} 个相似的问题，按上下键选择，回车填入。`);
  }

  function choose(place) {
    const options = [...suggestions().children];
    chosen = place < -1 ? options.length - 1 : place >= options.length ? -1 : place;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    if (chosen < 0) return questionBox().removeAttribute("aria-activedescendant");
    questionBox().setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  function fill(text) {
    const box = questionBox();
    closeSuggestions();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(typing);
    box.focus();
  }

  function typed(e) {
    if (e.target !== questionBox() || e.isComposing) return;
    clearTimeout(typing);
    typing = setTimeout(() => suggest(e.target), PAUSE);
  }
  addEventListener("input", typed);
  addEventListener("compositionend", typed);
  addEventListener("focusout", (e) => e.target === questionBox() && closeSuggestions());
  // Keep the focus in the box while a suggestion is pressed.
  addEventListener("mousedown", (e) => e.target.closest?.("#suggestion-list") && e.preventDefault());
  addEventListener("click", (e) => {
    const option = e.target.closest?.("#suggestion-list [role=option]");
    if (option) fill(option.textContent);
  });
  // Before Gradio sees the key: Enter on a suggestion fills it in, any other Enter asks.
  addEventListener("keydown", (e) => {
    if (e.target !== questionBox() || e.isComposing) return;
    const open = !suggestions().hidden, step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (open && step) choose(chosen < 0 && step < 0 ? -2 : chosen + step);
    else if (open && e.key === "Escape") closeSuggestions();
    else if (open && chosen >= 0 && e.key === "Enter") fill(suggestions().children[chosen].textContent);
    else return e.key === "Enter" && closeSuggestions();
    e.preventDefault();
    e.stopImmediatePropagation();
  }, true);

  return { bind };
})();
