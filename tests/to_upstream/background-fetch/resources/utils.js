'use strict';

// Depends on /common/utils.js (token) and, in windows, on /resources/testdriver.js and testdriver-vendor.js.

const RESOURCES = new URL('resources/', location.href).href;

// A URL of resources/NAME with a query. A parameter whose value is a list is repeated.
function resource(name, parameters = {}, base = RESOURCES) {
  const url = new URL(name, base);
  for (const [key, values] of Object.entries(parameters)) {
    for (const value of [values].flat()) url.searchParams.append(key, value);
  }
  return url.href;
}

const content = (parameters, base) => resource('content.py', parameters, base);
const echo = (parameters) => resource('echo.py', parameters);
const parts = (parameters) => resource('parts.py', { token: token(), ...parameters });

// The same resources at another origin.
function elsewhere() {
  const url = new URL(RESOURCES);
  url.hostname = `www1.${url.hostname}`;
  return url.href;
}

// An answer that waits: `url` for the request, `open()` lets it go on.
function gated(parameters = {}, base = RESOURCES) {
  const gate = token();
  return {
    url: content({ gate, ...parameters }, base),
    open: () => fetch(resource('gate.py', { open: gate })),
  };
}

// The same for one that sends nothing at all before.
function held(parameters = {}, base = RESOURCES) {
  const hold = token();
  return {
    url: content({ hold, ...parameters }, base),
    open: () => fetch(resource('gate.py', { open: hold })),
  };
}

const requests_logged = async log => (await fetch(resource('gate.py', { log }), { cache: 'no-store' })).json();

// Resolves when `condition` holds; checks at every progress event and now and then.
async function until(t, registration, condition) {
  await new Promise(resolve => {
    const check = () => { if (condition()) resolve(); };
    registration.addEventListener('progress', check);
    const again = () => { check(); t.step_timeout(again, 50); };
    again();
  });
}

const ended = (t, registration) => until(t, registration, () => registration.result !== '');

// Events of service workers, as they come: scope → those nobody has asked for, and those who wait.
const events = [];
const waiting = [];
function deliver() {
  for (let i = 0; i < waiting.length; i += 1) {
    const at = events.findIndex(event => event.scope === waiting[i].scope && event.id === waiting[i].id);
    if (at === -1) continue;
    const [event] = events.splice(at, 1);
    waiting.splice(i, 1)[0].resolve(event);
    i -= 1;
  }
}
if (self.document) {
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (!data.type) return;
    events.push(data);
    deliver();
  });
  navigator.serviceWorker.startMessages();
}

// A registration with an active worker of its own. `handler`: see worker.js.
async function new_registration(t, handler) {
  const query = handler ? `?handler=${encodeURIComponent(handler)}` : '';
  const registration = await navigator.serviceWorker.register(`resources/worker.js${query}`, { scope: `resources/scope/${token()}` });
  t.add_cleanup(() => registration.unregister());
  const worker = registration.installing || registration.waiting || registration.active;
  if (worker.state !== 'activated') {
    await new Promise(resolve => worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
    }));
  }
  return registration;
}

// A registration whose worker installs until the test ends, so that there is no active one.
async function registration_without_active_worker(t) {
  const registration = await navigator.serviceWorker.register('resources/never_active.js', { scope: `resources/scope/${token()}` });
  const { installing } = registration;
  t.add_cleanup(() => {
    installing.postMessage('go on');
    return registration.unregister();
  });
  return registration;
}

const set_permission = state => test_driver.set_permission({ name: 'background-fetch' }, state);

// A promise_test in a window. `steps` gets the test and
//   manager: the BackgroundFetchManager of a new, active registration;  registration: that;
//   terminal_event(id): the event that ended the fetch, with what its handler returned;
//   in_worker(function, argument): what the function returns (or resolves to), run in the worker.
function background_fetch_test(steps, name, handler) {
  promise_test(async t => {
    await set_permission('granted');
    const registration = await new_registration(t, handler);
    return steps(t, { registration, manager: registration.backgroundFetch, ...tools_for(registration) });
  }, name);
}

function tools_for(registration) {
  return {
    async terminal_event(id) {
      const event = await new Promise(resolve => {
        waiting.push({ scope: registration.scope, id, resolve });
        deliver();
      });
      if (event.error) throw new Error(`the handler in the worker failed: ${event.error.name}: ${event.error.message}`);
      return event;
    },
    async in_worker(steps, argument) {
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise(resolve => port1.onmessage = ({ data }) => resolve(data));
      registration.active.postMessage({ steps: String(steps), argument }, [port2]);
      const { value, error } = await answer;
      if (error) throw Object.assign(new Error(error.message), { name: error.name });
      return value;
    },
  };
}

// Fetch one thing and wait for the end: { event, result } with what the worker saw of its (first) record.
async function fetch_one(manager, terminal_event, request, options) {
  const id = token();
  await manager.fetch(id, request, options);
  const event = await terminal_event(id);
  return { event, result: event.value && event.value[0] };
}
