// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-manager-fetch steps 8.1 to 8.4, and what belongs to a registration.

promise_test(async t => {
  const { backgroundFetch: manager } = await new_registration(t);
  await set_permission('denied');
  t.add_cleanup(() => set_permission('granted'));
  await promise_rejects_dom(t, 'NotAllowedError', manager.fetch('a', content()));
  assert_array_equals(await manager.getIds(), []);
  assert_equals(await manager.get('a'), undefined);
}, 'Step 8.2: without permission fetch() rejects with NotAllowedError; get() and getIds() do not');

promise_test(async t => {
  const registration = await new_registration(t);
  await set_permission('denied');
  t.add_cleanup(() => set_permission('granted'));
  const { in_worker } = tools_for(registration);
  assert_equals(await in_worker(() => registration.backgroundFetch.fetch('a', 'content.py').catch(error => error.name)), 'NotAllowedError');
}, 'Step 8.2: in a worker neither');

promise_test(async t => {
  const { backgroundFetch: manager } = await new_registration(t);
  await set_permission('denied');
  t.add_cleanup(() => set_permission('granted'));
  await promise_rejects_js(t, TypeError, manager.fetch('a', []));
  await promise_rejects_js(t, TypeError, manager.fetch('a', new Request(content(), { mode: 'no-cors' })));
}, 'Steps 5 and 6 come before the permission');

promise_test(async t => {
  await set_permission('denied');
  t.add_cleanup(() => set_permission('granted'));
  const registration = await registration_without_active_worker(t);
  await promise_rejects_dom(t, 'NotAllowedError', registration.backgroundFetch.fetch('a', content()));
}, 'Step 8.2 comes before step 8.4');

for (const state of ['granted', 'denied', 'prompt']) {
  promise_test(async t => {
    await set_permission(state);
    t.add_cleanup(() => set_permission('granted'));
    assert_equals((await navigator.permissions.query({ name: 'background-fetch' })).state, state);
  }, `The permission "background-fetch" can be queried: ${state}`);
}

promise_test(async t => {
  const { backgroundFetch: manager } = await new_registration(t);
  await set_permission('prompt');
  t.add_cleanup(() => set_permission('granted'));
  const registration = await manager.fetch('a', gated().url);
  assert_true(await registration.abort());
}, 'With the permission "prompt" fetch() resolves, and the fetch can be aborted');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  await set_permission('denied');
  t.add_cleanup(() => set_permission('granted'));
  assert_equals((await manager.get('a')).id, 'a');
  assert_equals(registration.result, '');
}, 'A fetch that is active goes on without permission');

promise_test(async t => {
  await set_permission('granted');
  const registration = await registration_without_active_worker(t);
  assert_equals(registration.active, null);
  await promise_rejects_js(t, TypeError, registration.backgroundFetch.fetch('a', content()));
  assert_array_equals(await registration.backgroundFetch.getIds(), []);
}, 'Step 8.4: without an active worker fetch() rejects with TypeError');

background_fetch_test(async (t, { manager, registration }) => {
  await registration.unregister();
  await promise_rejects_js(t, TypeError, manager.fetch('a', content()));
  assert_array_equals(await manager.getIds(), []);
}, 'A registration that was unregistered begins no fetch');

background_fetch_test(async (t, { manager, registration, terminal_event }) => {
  const bg = await manager.fetch('a', gated().url);
  await registration.unregister();
  assert_array_equals(await manager.getIds(), []);
  assert_equals(await manager.get('a'), undefined);
  assert_false(await bg.abort());
  const event = await Promise.race([terminal_event('a'), new Promise(resolve => t.step_timeout(resolve, 150))]);
  assert_equals(event, undefined, 'no event tells of it');
}, 'To unregister ends all fetches, without an event');

background_fetch_test(async (t, { manager, registration }) => {
  const bg = await manager.fetch('a', gated({ text: 'abc', first: 1 }).url);
  const { responseReady } = (await bg.matchAll())[0];
  const text = responseReady.then(response => response.text());
  await registration.unregister();
  await promise_rejects_dom(t, 'AbortError', text);
  await promise_rejects_dom(t, 'InvalidStateError', bg.matchAll());
}, 'To unregister aborts what is being read and takes the records away');

background_fetch_test(async (t, { registration, manager }) => {
  const bg = await manager.fetch('a', gated().url);
  await registration.unregister();
  const again = await new_registration(t);
  assert_array_equals(await again.backgroundFetch.getIds(), []);
  const other = await again.backgroundFetch.fetch('a', gated().url);
  assert_not_equals(bg, other);
}, 'A new registration begins without fetches');

background_fetch_test(async (t, { manager, in_worker, terminal_event }) => {
  const id = await in_worker(async () => {
    const bg = await registration.backgroundFetch.fetch('from the worker', ['content.py?text=x', new Request('echo.py', { method: 'POST', body: 'y' })]);
    return `${bg.id} ${bg.uploadTotal} ${bg instanceof BackgroundFetchRegistration}`;
  });
  assert_equals(id, 'from the worker 1 true');
  const { value } = await terminal_event('from the worker');
  assert_equals(value[0].text, 'x');
  assert_equals(JSON.parse(value[1].text).body, 'y');
}, 'fetch() in a worker; relative URLs are those of the worker');

background_fetch_test(async (t, { manager, in_worker }) => {
  await in_worker(url => registration.backgroundFetch.fetch('a', url).then(() => null), gated().url);
  assert_equals((await manager.get('a')).id, 'a');
  assert_array_equals(await manager.getIds(), ['a']);
  await promise_rejects_js(t, TypeError, manager.fetch('a', content()));
}, 'What a worker began the page can get');

promise_test(async t => {
  await set_permission('granted');
  const registration = await navigator.serviceWorker.register('intercepting_worker.js', { scope: location.pathname });
  t.add_cleanup(() => registration.unregister());
  if (!navigator.serviceWorker.controller) await new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  const url = content({ text: 'from the server' });
  assert_equals(await (await fetch(url)).text(), 'from the worker', 'this page is controlled');
  const bg = await registration.backgroundFetch.fetch('a', url);
  const response = await (await bg.matchAll())[0].responseReady;
  assert_equals(await response.text(), 'from the server');
}, 'Complete a record, step 6: no service worker sees the requests of a background fetch');

for (const options of [{ title: '' }, { title: 'A title' }, { title: '\u{1f4a9}\0\n' }, { title: 'x'.repeat(10000) }, { title: 1 }, { icons: [] }, { icons: [{ src: 'resources/none.png' }] },
  { icons: [{ src: '/' }, { src: 'x', sizes: '48x48', type: 'image/png', label: 'L' }] }, { icons: [{ src: 'https://nowhere.invalid/icon.png' }] }, { icons: [{ src: '' }] },
  { title: 'T', icons: [{ src: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' }], downloadTotal: 1000 }, null, undefined, {}]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    await manager.fetch('a', content(), options);
    assert_equals((await terminal_event('a')).type, 'backgroundfetchsuccess');
  }, `What is displayed does not change what is fetched: ${options ? JSON.stringify(options).slice(0, 70).replace(/[^ -~]/g, '?') : options}`);
}
