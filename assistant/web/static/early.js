// Runs before Gradio: its own words in Chinese whatever the browser's language, and the chosen colours.
(() => {
  for (const name of ["language", "languages"]) {
    Object.defineProperty(navigator, name, { configurable: true, get: () => (name === "language" ? "zh-CN" : ["zh-CN"]) });
  }
  const chosen = localStorage.getItem("desk-theme");
  const url = new URL(location.href);
  if (chosen && url.searchParams.get("__theme") !== chosen) {
    url.searchParams.set("__theme", chosen);
    history.replaceState(null, "", url);
  }
  // A session that has run out shows as 401 on whatever Gradio asks for: sign in again and come back.
  const asked = window.fetch;
  window.fetch = async (...given) => {
    const answer = await asked(...given);
    if (answer.status === 401) location.assign("/login?next=" + encodeURIComponent(location.pathname));
    return answer;
  };
})();
