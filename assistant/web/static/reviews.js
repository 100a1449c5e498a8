// The review pages work without this: it tells of uploads, carries a selection into the form, opens what a link leads to.
(() => {
  "use strict";
  const one = (name) => document.querySelector(`[data-js=${name}]`);
  const megabyte = 1024 * 1024;

  const upload = one("upload");
  if (upload) {
    const input = upload.querySelector("input[type=file]");
    const list = one("chosen"), progress = one("progress"), button = upload.querySelector("button");
    const tooBig = () => {
      const files = [...input.files];
      const largest = Number(upload.dataset.fileLimit) * megabyte, all = Number(upload.dataset.limit) * megabyte;
      const big = files.find((f) => f.size > largest);
      if (big) return `${big.name} 超过 ${upload.dataset.fileLimit} MB，请拆分或者压缩后再选。`;
      return files.reduce((sum, f) => sum + f.size, 0) > all ? `合计超过 ${upload.dataset.limit} MB，请分开审查。` : "";
    };
    input.addEventListener("change", () => {
      list.replaceChildren(...[...input.files].map((f) => {
        const item = document.createElement("li");
        item.textContent = `${f.name}（${(f.size / megabyte).toFixed(1)} MB）`;
        return item;
      }));
      list.hidden = !input.files.length;
      input.setCustomValidity(tooBig());
      progress.textContent = tooBig();
    });
    upload.addEventListener("submit", () => {
      button.disabled = true;
      const begun = Date.now();
      const tell = () => { progress.textContent = `正在上传并阅读，已用 ${Math.round((Date.now() - begun) / 1000)} 秒，请稍候…`; };
      tell();
      setInterval(tell, 1000);
    });
    window.addEventListener("pageshow", () => { button.disabled = false; });
  }

  const paper = one("paper"), use = one("use-selection"), own = document.getElementById("own");
  if (paper && use && own) {
    let picked = null;
    document.addEventListener("selectionchange", () => {
      const selection = document.getSelection();
      if (!selection.rangeCount || selection.isCollapsed) return;
      const range = selection.getRangeAt(0);
      if (!paper.contains(range.commonAncestorContainer)) return;
      const before = document.createRange();
      before.setStart(paper, 0);
      before.setEnd(range.startContainer, range.startOffset);
      picked = { text: range.toString(), start: before.toString().length };
      use.disabled = !picked.text.trim();
    });
    use.addEventListener("click", () => {
      if (!picked) return;
      own.open = true;
      own.querySelector("[name=quote]").value = picked.text.trim();
      own.querySelector("[name=start]").value = String(picked.start + picked.text.length - picked.text.trimStart().length);
      own.scrollIntoView({ block: "start" });
      own.querySelector("[name=title]").focus({ preventScroll: true });
    });
  }

  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (target && target.matches(".finding, section")) target.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", open);
  open();

  const hit = document.querySelector("[data-js=statute] .hit");
  if (hit) hit.scrollIntoView({ block: "center" });
})();
