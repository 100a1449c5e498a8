// Keeps the shell and the cards opened before, so that they open without network. The scope it was registered for
// (/onsite, or /public/cards) decides what it keeps; nothing else is touched.
"use strict";
const KEPT = "cards-1";
const MOST_PAGES = 120;
const scope = new URL(self.registration.scope).pathname.replace(/\/$/, "");
const shell = [
  `${scope}/offline`, "/static/site.css", "/static/cards.css", "/static/theme.js", "/static/cards.js", "/static/icon.svg",
  ...(scope === "/onsite" ? ["/onsite"] : []),
];
const isPage = (url) => url.pathname === scope || /\/(cards|fields)\/[^/]+$/.test(url.pathname);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    await Promise.all(shell.map(async (address) => {
      const answer = await fetch(address, { credentials: "same-origin", cache: "reload" });
      if (answer.ok && !answer.redirected) await cache.put(address, answer);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("cards-") && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromStore(event, url));
  else if (event.request.mode === "navigate" && (url.pathname === scope || url.pathname.startsWith(`${scope}/`))) {
    event.respondWith(fromNetwork(event, url));
  }
});

// Style and scripts: what is kept at once, renewed behind it.
async function fromStore(event, url) {
  const cache = await caches.open(KEPT);
  const held = await cache.match(url.pathname);
  const renewed = fetch(event.request).then(async (answer) => {
    if (answer.ok) await cache.put(url.pathname, answer.clone());
    return answer;
  });
  if (!held) return renewed;
  event.waitUntil(renewed.catch(() => {}));
  return held;
}

// Pages: the network's, so that the text is today's; without network the one kept, marked as such.
async function fromNetwork(event, url) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !answer.redirected && isPage(url)) {
      event.waitUntil(keep(cache, url, answer.clone()));
    }
    return answer;
  } catch {
    const held = isPage(url) && await cache.match(url.pathname);
    return marked(held || await cache.match(`${scope}/offline`));
  }
}

async function keep(cache, url, answer) {
  await cache.delete(url.pathname);
  await cache.put(url.pathname, answer);
  const pages = (await cache.keys()).filter((r) => isPage(new URL(r.url)));
  for (const old of pages.slice(0, Math.max(0, pages.length - MOST_PAGES))) await cache.delete(old);
}

async function marked(held) {
  if (!held) return Response.error();
  const text = (await held.text()).replace("<html ", '<html data-offline="1" ');
  return new Response(text, { status: 200, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": held.headers.get("Content-Security-Policy") || "" } });
}
