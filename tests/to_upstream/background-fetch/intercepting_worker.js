'use strict';

// Answers everything that the pages in its scope fetch from content.py.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(clients.claim()));
self.addEventListener('fetch', event => {
  if (event.request.url.includes('/content.py')) event.respondWith(new Response('from the worker'));
});
