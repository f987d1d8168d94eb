// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-registration-abort ; and what becomes of the records:
// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 13,
// https://wicg.github.io/background-fetch/#create-settled-fetches-algorithm steps 2.8.4 and 2.9.3.

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', gated().url);
  assert_true(await registration.abort());
  const { type, attributes, constructor } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchabort');
  assert_equals(constructor, 'BackgroundFetchEvent');
  assert_equals(attributes.result, 'failure');
  assert_equals(attributes.failureReason, 'aborted');
}, 'Step 3.6: an aborted fetch ends with backgroundfetchabort');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  const promise = registration.abort();
  assert_true(promise instanceof Promise);
  assert_array_equals(await Promise.all([promise, registration.abort(), registration.abort()]), [true, false, false]);
}, 'Steps 3.3 to 3.5: of several calls at once only the first is true');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  await terminal_event('a');
  assert_false(await registration.abort());
  assert_equals(registration.result, 'success');
}, 'Step 3.3: abort() after success is false and changes nothing');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content({ status: 404 }));
  await terminal_event('a');
  assert_false(await registration.abort());
  assert_equals(registration.failureReason, 'bad-status');
}, 'Step 3.3: abort() after failure is false and changes nothing');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await fetch_one(manager, terminal_event, content());
  const { event } = await fetch_one(manager, terminal_event, content());
  assert_false(event.value);
}, 'Step 3.3: abort() in the terminal event is false', event => event.registration.abort());

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  await registration.abort();
  assert_equals(await manager.get('a'), undefined);
  assert_array_equals(await manager.getIds(), []);
}, 'Step 3.4: once abort() has resolved, the fetch is not active');

background_fetch_test(async (t, { manager }) => {
  const first = await manager.fetch('a', gated().url);
  await first.abort();
  const second = await manager.fetch('a', gated().url);
  assert_not_equals(first, second);
  assert_equals(second.result, '');
  assert_false(await first.abort(), 'the first is not the one of that id any more');
  assert_equals((await manager.get('a')).result, '');
}, 'Contains background fetch, step 3: the id can be taken by another at once, which abort() of the first does not touch');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', held().url);
  const { responseReady } = (await registration.matchAll())[0];
  await registration.abort();
  await promise_rejects_dom(t, 'AbortError', responseReady);
}, 'responseReady handed out before abort() rejects with AbortError');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated({ text: 'abcdef', first: 3 }).url);
  await until(t, registration, () => registration.downloaded === 3);
  const record = await registration.match(content(), { ignoreSearch: true });
  const reader = (await record.responseReady).body.getReader();
  assert_equals((await reader.read()).value.length, 3);
  const next = reader.read();
  await registration.abort();
  await promise_rejects_dom(t, 'AbortError', next);
}, 'A response that is being read errors with AbortError');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated({ text: 'abcdef', first: 3 }).url);
  await until(t, registration, () => registration.downloaded === 3);
  const response = await (await registration.matchAll())[0].responseReady;
  const text = response.text();
  await registration.abort();
  await promise_rejects_dom(t, 'AbortError', text);
}, 'text() of a response rejects with AbortError');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated({ text: 'abcdef', first: 3 }).url);
  await until(t, registration, () => registration.downloaded === 3);
  const [record] = await registration.matchAll();
  await registration.abort();
  const response = await record.responseReady;
  assert_equals(response.status, 200);
  await promise_rejects_dom(t, 'AbortError', response.text());
}, 'Create record objects, step 2.9: responseReady is settled by the response, not by who asks for it; asked for only after abort() it is there, and its body errors');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', [content({ text: 'done' }), gated().url]);
  await until(t, registration, () => registration.downloaded === 4);
  const done = await registration.match(content({ text: 'done' }));
  await (await done.responseReady).text();
  await registration.abort();
  const { value } = await terminal_event('a');
  assert_array_equals(value.map(one => one.error || one.text).sort(), ['AbortError', 'done']);
}, 'Records that were complete keep their responses; the others reject with AbortError in the event');

background_fetch_test(async (t, { manager, in_worker, terminal_event }) => {
  await manager.fetch('a', gated().url);
  assert_true(await in_worker(async () => (await registration.backgroundFetch.get('a')).abort()));
  assert_equals((await terminal_event('a')).type, 'backgroundfetchabort');
}, 'A worker can abort what a page began');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const registration = await manager.fetch('a', [new Request(echo(), { method: 'POST', body: 'x' }), gated({ log }).url]);
  await registration.abort();
  const { value } = await terminal_event('a');
  assert_equals(value.length, 2);
  assert_true(value.every(one => one.error === 'AbortError' || one.status === 200));
}, 'Uploads are aborted, too');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registrations = [await manager.fetch('a', gated().url), await manager.fetch('b', content({ text: 'b' }))];
  await registrations[0].abort();
  assert_equals((await terminal_event('b')).type, 'backgroundfetchsuccess');
}, 'Other fetches of the registration go on');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', gated().url);
  await registration.abort();
  await terminal_event('a');
  await until(t, registration, () => !registration.recordsAvailable);
  await promise_rejects_dom(t, 'InvalidStateError', registration.matchAll());
}, 'After the abort event the records are gone');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', [content({ status: 404 }), gated().url]);
  const [bad] = await registration.matchAll();
  assert_equals((await bad.responseReady).status, 404);
  await new Promise(resolve => t.step_timeout(resolve, 100));
  assert_true(await registration.abort());
  const { type, attributes } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchabort');
  assert_equals(attributes.failureReason, 'aborted');
}, 'Perform a background fetch, step 8.4: if abort() was true, that is how it ended, also if a record had failed before');
