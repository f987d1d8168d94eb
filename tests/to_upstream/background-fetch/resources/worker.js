'use strict';

// The service worker of these tests. Everything it needs to know is in its URL and in messages, so that it may be stopped and started at any
// time. `handler`: the source of a function (event) => value for the events that end a background fetch.
const source_of_handler = new URL(location.href).searchParams.get('handler');
const handle = source_of_handler ? (0, eval)(`(${source_of_handler})`) : describe_all;

const ATTRIBUTES = ['id', 'uploadTotal', 'uploaded', 'downloadTotal', 'downloaded', 'result', 'failureReason', 'recordsAvailable'];

function attributes_of(registration) {
  return Object.fromEntries(ATTRIBUTES.map(name => [name, registration[name]]));
}

async function describe(record) {
  const response = await record.responseReady.catch(error => error);
  if (!(response instanceof Response)) return { error: response.name };
  return {
    url: response.url,
    status: response.status,
    statusText: response.statusText,
    ok: response.ok,
    type: response.type,
    redirected: response.redirected,
    headers: Object.fromEntries(response.headers),
    text: await response.text().catch(error => `error: ${error.name}`),
  };
}

async function describe_all(event) {
  return Promise.all((await event.registration.matchAll()).map(describe));
}

async function tell(message) {
  for (const client of await clients.matchAll({ includeUncontrolled: true, type: 'all' })) {
    client.postMessage({ scope: registration.scope, ...message });
  }
}

async function outcome(steps) {
  try {
    return { value: await steps() };
  } catch (error) {
    return { error: { name: error.name, message: String(error.message) } };
  }
}

for (const type of ['backgroundfetchsuccess', 'backgroundfetchfail', 'backgroundfetchabort']) {
  self.addEventListener(type, event => {
    // Read before any waiting: what the event shows when it is dispatched.
    const attributes = attributes_of(event.registration);
    const about = { type, id: event.registration.id, attributes, constructor: event.constructor.name };
    event.waitUntil(outcome(() => handle(event)).then(result => tell({ ...about, ...result })));
  });
}

self.addEventListener('message', event => {
  const { steps, argument } = event.data;
  const port = event.ports[0];
  event.waitUntil(outcome(() => (0, eval)(`(${steps})`)(argument)).then(result => port.postMessage(result)));
});
