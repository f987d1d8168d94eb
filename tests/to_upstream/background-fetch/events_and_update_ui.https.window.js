// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#perform-a-background-fetch-algorithm steps 8.8 to 8.11,
// https://wicg.github.io/background-fetch/#background-fetch-event and
// https://wicg.github.io/background-fetch/#background-fetch-update-ui-event-update-ui

for (const [type, parameters, constructor] of [
  ['backgroundfetchsuccess', {}, 'BackgroundFetchUpdateUIEvent'], ['backgroundfetchfail', { status: 404 }, 'BackgroundFetchUpdateUIEvent'],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event } = await fetch_one(manager, terminal_event, content(parameters));
    assert_equals(event.type, type);
    assert_equals(event.value, `${constructor} true false false true true`);
  }, `The event ${type}`, event => `${event.constructor.name} ${event.isTrusted} ${event.bubbles} ${event.cancelable} ${event.target === self} ` +
     (event.registration instanceof BackgroundFetchRegistration));
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  await (await manager.fetch('a', gated().url)).abort();
  assert_equals((await terminal_event('a')).value, 'BackgroundFetchEvent true false');
}, 'The event backgroundfetchabort has no updateUI()', event => `${event.constructor.name} ${event.isTrusted} ${'updateUI' in event}`);

for (const [what, handler, expected] of [
  ['a title', async event => String(await event.updateUI({ title: 'T' })), 'undefined'],
  ['nothing', async event => String(await event.updateUI()), 'undefined'],
  ['null', async event => String(await event.updateUI(null)), 'undefined'],
  ['icons', async event => String(await event.updateUI({ icons: [{ src: 'icon.png' }] })), 'undefined'],
  ['icons with all members', async event => String(await event.updateUI({ icons: [{ src: 'x', sizes: '1x1 any', type: 'image/png', label: 'L' }], title: '' })), 'undefined'],
  ['a title, twice', event => event.updateUI({ title: '1' }).then(() => event.updateUI({ title: '2' })).catch(error => error.name), 'InvalidStateError'],
  ['nothing, and then a title', event => event.updateUI().then(() => event.updateUI({ title: '2' })).catch(error => error.name), 'InvalidStateError'],
  ['two titles at once', async event => (await Promise.allSettled([event.updateUI({ title: '1' }), event.updateUI({ title: '2' })])).map(r => r.status).join(), 'fulfilled,rejected'],
  ['an icon without src', event => event.updateUI({ icons: [{}] }).catch(error => error.name), 'TypeError'],
  ['no dictionary', event => event.updateUI(1).catch(error => error.name), 'TypeError'],
  ['no dictionary, and then one', event => event.updateUI(1).catch(() => event.updateUI({ title: 'T' })).then(() => 'resolved'), 'resolved'],
  ['a title after waiting', async event => { await new Promise(r => setTimeout(r, 20)); return String(await event.updateUI({ title: 'T' })); }, 'undefined'],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event } = await fetch_one(manager, terminal_event, content());
    assert_equals(event.value, expected);
  }, `updateUI() with ${what}: ${expected}`, handler);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ status: 404 }));
  assert_equals(event.value, 'undefined');
}, 'updateUI() after a failure', async event => String(await event.updateUI({ title: 'T' })));

background_fetch_test(async (t, { manager, in_worker, terminal_event }) => {
  await manager.fetch('a', gated().url);
  const names = await in_worker(async () => {
    const event = new BackgroundFetchUpdateUIEvent('backgroundfetchsuccess', { registration: await registration.backgroundFetch.get('a') });
    const before = await event.updateUI({ title: 'T' }).catch(error => error.name);
    const during = new Promise(resolve => self.addEventListener('backgroundfetchclick', e => resolve(e.updateUI({ title: 'T' }).catch(error => error.name))));
    const click = new BackgroundFetchUpdateUIEvent('backgroundfetchclick', { registration: await registration.backgroundFetch.get('a') });
    self.dispatchEvent(click);
    return [before, await during];
  });
  assert_array_equals(names, ['InvalidStateError', 'InvalidStateError']);
}, 'updateUI() step 1: an event that a script made has none');

background_fetch_test(async (t, { manager, terminal_event, in_worker }) => {
  await fetch_one(manager, terminal_event, content());
  await new Promise(resolve => t.step_timeout(resolve, 100));
  assert_equals(await in_worker(() => self.kept.updateUI({ title: 'T' }).catch(error => error.name)), 'InvalidStateError');
}, 'updateUI() step 1: nor has one that is over', event => { self.kept = event; });

for (const name of ['BackgroundFetchEvent', 'BackgroundFetchUpdateUIEvent']) {
  background_fetch_test(async (t, { manager, in_worker }) => {
    await manager.fetch('a', gated().url);
    const results = await in_worker(async name => {
      const Interface = self[name];
      const bg = await registration.backgroundFetch.get('a');
      const event = new Interface('t', { registration: bg, bubbles: true, cancelable: true });
      const error = steps => { try { steps(); } catch (e) { return e.name; } return 'none'; };
      return [
        event.type, event.registration === bg, event.bubbles, event.cancelable, event.isTrusted, event instanceof ExtendableEvent, event instanceof BackgroundFetchEvent,
        error(() => new Interface()), error(() => new Interface('t')), error(() => new Interface('t', {})), error(() => new Interface('t', { registration: {} })),
        error(() => new Interface('t', { registration: null })), error(() => Interface('t', { registration: bg })),
        error(() => { 'use strict'; event.registration = bg; }), Interface.length, new Interface('t', { registration: bg }).bubbles,
        error(() => event.waitUntil(Promise.resolve())),
      ];
    }, name);
    assert_array_equals(results, ['t', true, true, true, false, true, true, 'TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError', 2, false, 'InvalidStateError']);
  }, `The constructor of ${name}`);
}

for (const type of ['backgroundfetchsuccess', 'backgroundfetchfail', 'backgroundfetchabort', 'backgroundfetchclick']) {
  background_fetch_test(async (t, { in_worker, manager }) => {
    await manager.fetch('a', gated().url);
    assert_array_equals(await in_worker(async type => {
      const before = self[`on${type}`];
      const seen = [];
      self[`on${type}`] = event => seen.push(event.type);
      const event = new BackgroundFetchEvent(type, { registration: await registration.backgroundFetch.get('a') });
      const others = e => e.stopImmediatePropagation();
      self.onbackgroundfetchclick === null || self.dispatchEvent(type === 'backgroundfetchclick' ? event : new Event('backgroundfetchclick'));
      if (type !== 'backgroundfetchclick') {
        const handler = self[`on${type}`];
        handler(event);
      }
      self[`on${type}`] = 1;
      return [before, seen.join(), self[`on${type}`]];
    }, type), [null, type, null]);
  }, `on${type} is an event handler of the worker`);
}

background_fetch_test(async (t, { manager, in_worker, terminal_event }) => {
  await in_worker(() => { self.onbackgroundfetchsuccess = event => event.waitUntil(tell({ type: 'handler', id: event.type })); });
  await manager.fetch('a', content());
  assert_equals((await terminal_event('backgroundfetchsuccess')).type, 'handler');
  assert_equals((await terminal_event('a')).type, 'backgroundfetchsuccess');
}, 'An event handler of the worker is called beside the listeners');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  const { value } = await terminal_event('a');
  assert_equals(value, 'content');
}, 'Step 8.11.1: waitUntil() keeps the records available', async event => {
  await new Promise(resolve => setTimeout(resolve, 150));
  return (await (await event.registration.matchAll())[0].responseReady).text();
});

background_fetch_test(async (t, { manager, terminal_event, in_worker }) => {
  await fetch_one(manager, terminal_event, content());
  await new Promise(resolve => t.step_timeout(resolve, 150));
  assert_equals(await in_worker(() => kept.matchAll().catch(error => error.name)), 'InvalidStateError');
}, 'Step 8.11.2: afterwards they are not, in the worker neither', event => { self.kept = event.registration; });

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  await new Promise(resolve => t.step_timeout(resolve, 100));
  await until(t, registration, () => !registration.recordsAvailable);
  assert_equals(registration.result, 'success');
}, 'Step 8.11.1: a handler that fails ends the event as well', () => { throw new Error('mine'); });

background_fetch_test(async (t, { manager, terminal_event }) => {
  for (const id of ['a', 'b', 'c']) await manager.fetch(id, content({ text: id }));
  const events = await Promise.all(['a', 'b', 'c'].map(terminal_event));
  assert_array_equals(events.map(({ value }) => value[0].text), ['a', 'b', 'c']);
}, 'Each fetch has an event of its own');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('first', content());
  await terminal_event('first');
  assert_equals((await terminal_event('second')).type, 'backgroundfetchsuccess');
}, 'The event of one fetch may begin another', async event => {
  if (event.registration.id === 'first') await registration.backgroundFetch.fetch('second', 'content.py?text=x');
});

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: 'to be cached' }));
  assert_equals(event.value, 'to be cached text/plain basic');
}, 'The responses can be put into a cache', async event => {
  const cache = await caches.open('background-fetch');
  for (const record of await event.registration.matchAll()) await cache.put(record.request, await record.responseReady);
  const response = await cache.match(new URL('content.py?text=to+be+cached', location.href).href);
  const text = await response.text();
  await caches.delete('background-fetch');
  return `${text} ${response.headers.get('content-type')} ${response.type}`;
});
