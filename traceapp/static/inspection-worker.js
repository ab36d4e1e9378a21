// Pages of a draft for when there is no net: the network first, what was kept where it fails.
// Only pages that the script of a draft put on the shelf are renewed there; a page that sends to the sign-in
// empties it.
const SHELF = "inspections-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.method !== "GET" || new URL(asked.url).origin !== self.location.origin) return;
  event.respondWith(answer(asked));
});

async function answer(asked) {
  const shelf = await caches.open(SHELF);
  try {
    const fresh = await fetch(asked);
    if (asked.mode === "navigate" && (fresh.redirected || fresh.type === "opaqueredirect")) {
      if (new URL(fresh.url || asked.url).pathname.startsWith("/account/")) await caches.delete(SHELF);
    } else if (asked.mode === "navigate" && fresh.ok && (await shelf.match(asked, { ignoreVary: true }))) {
      await shelf.put(asked, fresh.clone());
    }
    return fresh;
  } catch (lost) {
    const kept = await shelf.match(asked, { ignoreVary: true });
    if (kept) return kept;
    throw lost;
  }
}
