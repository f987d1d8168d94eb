// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-manager-get and
// https://wicg.github.io/background-fetch/#background-fetch-manager-get-ids

background_fetch_test(async (t, { manager }) => {
  for (const id of ['c', 'a', 'b']) await manager.fetch(id, gated().url);
  assert_array_equals(await manager.getIds(), ['c', 'a', 'b']);
}, 'getIds() gives the ids in the order in which the fetches began');

background_fetch_test(async (t, { manager }) => {
  for (const id of ['c', 'a', 'b']) await manager.fetch(id, gated().url);
  await (await manager.get('a')).abort();
  assert_array_equals(await manager.getIds(), ['c', 'b']);
  await manager.fetch('a', gated().url);
  assert_array_equals(await manager.getIds(), ['c', 'b', 'a']);
}, 'getIds(): an id that comes again is the last');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', content());
  await terminal_event('a');
  assert_array_equals(await manager.getIds(), []);
  assert_equals(await manager.get('a'), undefined);
}, 'A fetch that has ended is not active');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content());
  assert_array_equals(event.value, [0, 'undefined']);
}, 'In its terminal event a fetch is not active any more',
   async event => [(await registration.backgroundFetch.getIds()).length, typeof await registration.backgroundFetch.get(event.registration.id)]);

background_fetch_test(async (t, { manager }) => {
  const ids = await manager.getIds();
  assert_true(Array.isArray(ids));
  assert_not_equals(ids, await manager.getIds(), 'a new array each time');
}, 'getIds() resolves with an array');

background_fetch_test(async (t, { manager }) => {
  const other = (await new_registration(t)).backgroundFetch;
  const mine = await manager.fetch('same', gated().url, { downloadTotal: 1 });
  const its = await other.fetch('same', gated().url, { downloadTotal: 2 });
  assert_not_equals(mine, its);
  assert_equals((await manager.get('same')).downloadTotal, 1);
  assert_equals((await other.get('same')).downloadTotal, 2);
  await mine.abort();
  assert_array_equals(await other.getIds(), ['same']);
}, 'Each registration has ids of its own');

background_fetch_test(async (t, { manager }) => {
  await manager.fetch('a', gated().url);
  const other = (await new_registration(t)).backgroundFetch;
  assert_equals(await other.get('a'), undefined);
  assert_array_equals(await other.getIds(), []);
}, 'A registration does not see the fetches of another');

background_fetch_test(async (t, { manager, in_worker }) => {
  await manager.fetch('a', gated().url);
  await manager.fetch('b', gated().url);
  assert_array_equals(await in_worker(() => registration.backgroundFetch.getIds()), ['a', 'b']);
}, 'getIds() in the worker');

background_fetch_test(async (t, { manager, in_worker }) => {
  await manager.fetch('a', gated().url);
  assert_equals(await in_worker(async () => (await registration.backgroundFetch.get('a')).id), 'a');
  assert_equals(await in_worker(async () => typeof await registration.backgroundFetch.get('b')), 'undefined');
}, 'get() in the worker');

background_fetch_test(async (t, { manager }) => {
  await manager.fetch('a', gated().url);
  await promise_rejects_js(t, TypeError, manager.fetch('a', gated().url));
  assert_array_equals(await manager.getIds(), ['a']);
}, 'fetch() step 8.5: an id that is active cannot be taken');

background_fetch_test(async (t, { manager }) => {
  const results = await Promise.allSettled([manager.fetch('a', gated().url), manager.fetch('a', gated().url), manager.fetch('a', gated().url)]);
  assert_array_equals(results.map(({ status }) => status), ['fulfilled', 'rejected', 'rejected']);
}, 'fetch() step 8: of several calls at once with one id the first wins');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await fetch_one(manager, terminal_event, content());
  const first = await manager.fetch('a', content({ text: 'one' }));
  await terminal_event('a');
  const second = await manager.fetch('a', content({ text: 'three' }));
  const { attributes } = await terminal_event('a');
  assert_not_equals(first, second);
  assert_equals(attributes.downloaded, 5);
}, 'An id can be used again after its fetch has ended');

for (const id of ['a', 'A', ' a', 'a ', '\u00e4', 'a\u0308', '日本', '\u{1f4a9}', '\0', 'a\nb', '"\'<>&', '../..', '__proto__', 'constructor', 'x'.repeat(5000)]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const gate = gated();
    const registration = await manager.fetch(id, gate.url);
    assert_equals(registration.id, id);
    assert_equals((await manager.get(id)).id, id);
    assert_array_equals(await manager.getIds(), [id]);
    gate.open();
    assert_equals((await terminal_event(id)).attributes.id, id);
  }, `The id ${JSON.stringify(id.slice(0, 20)).replace(/[^ -~]/g, c => `\\u{${c.codePointAt(0).toString(16)}}`)}${id.length > 20 ? '…' : ''} is kept as it is`);
}

background_fetch_test(async (t, { manager }) => {
  await manager.fetch('a', gated().url);
  for (const id of ['A', 'a ', 'a\0', 'ａ']) {
    await manager.fetch(id, gated().url);
  }
  assert_equals((await manager.getIds()).length, 5);
}, 'Ids that only look alike differ');

for (const [value, id] of [[1, '1'], [null, 'null'], [undefined, 'undefined'], [{ toString: () => 'mine' }, 'mine'], [true, 'true']]) {
  background_fetch_test(async (t, { manager }) => {
    const registration = await manager.fetch(value, gated().url);
    assert_equals(registration.id, id);
    assert_equals((await manager.get(value)).id, id);
  }, `An id of type ${value === null ? 'null' : typeof value} is converted to a string`);
}

background_fetch_test(async (t, { manager }) => {
  await promise_rejects_js(t, TypeError, manager.fetch('a', []));
  await promise_rejects_js(t, TypeError, manager.fetch('a', new Request(content(), { mode: 'no-cors' })));
  assert_array_equals(await manager.getIds(), []);
}, 'fetch() steps 5 and 6.2, with an active worker: an empty list and mode "no-cors" are refused');
