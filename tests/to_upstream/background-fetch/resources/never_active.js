'use strict';

// A worker that installs until it gets a message.
const message = new Promise(resolve => self.addEventListener('message', resolve));
self.addEventListener('install', event => event.waitUntil(message));
