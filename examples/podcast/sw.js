// The service worker: it is woken when the download is over, whether or not a page is left.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("fetch", (event) => {
  event.respondWith((async () => (await caches.match(event.request)) ?? fetch(event.request))());
});

async function tell_pages(message) {
  for (const client of await clients.matchAll({ includeUncontrolled: true })) {
    client.postMessage(message);
  }
}

self.addEventListener("backgroundfetchsuccess", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open("downloads");
    const records = await event.registration.matchAll();
    await Promise.all(records.map(async (record) => {
      const response = await record.responseReady;
      await cache.put(record.request, response);
    }));
    await event.updateUI({ title: "Episode 5 ready to listen!" });
    await tell_pages("Downloaded: it plays offline.");
  })());
});

self.addEventListener("backgroundfetchfail", (event) => {
  event.waitUntil((async () => {
    // Keep what did arrive.
    const cache = await caches.open("downloads");
    for (const record of await event.registration.matchAll()) {
      const response = await record.responseReady.catch(() => undefined);
      if (response?.ok) {
        await cache.put(record.request, response);
      }
    }
    await event.updateUI({ title: `Episode 5 failed: ${event.registration.failureReason}` });
    await tell_pages(`The download failed: ${event.registration.failureReason}`);
  })());
});

self.addEventListener("backgroundfetchabort", () => {
  console.log("The download was stopped; nothing is kept.");
});

self.addEventListener("backgroundfetchclick", (event) => {
  event.waitUntil(clients.openWindow("/"));
});
