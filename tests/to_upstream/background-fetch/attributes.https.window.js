// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-registration : what the attributes are, moment by moment.

const EMPTY = { uploadTotal: 0, uploaded: 0, downloadTotal: 0, downloaded: 0, result: '', failureReason: '', recordsAvailable: true };

function assert_attributes(registration, expected) {
  for (const [name, value] of Object.entries({ ...EMPTY, ...expected })) assert_equals(registration[name], value, name);
}

background_fetch_test(async (t, { manager }) => {
  const gate = gated();
  const registration = await manager.fetch('the id', gate.url);
  assert_true(registration instanceof BackgroundFetchRegistration);
  assert_true(registration instanceof EventTarget);
  assert_attributes(registration, { id: 'the id' });
}, 'A new fetch has its id, no figures and no result');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url, { downloadTotal: 123456789012 });
  assert_attributes(registration, { id: 'a', downloadTotal: 123456789012 });
}, 'downloadTotal is what was given, also beyond 32 bits');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: '0123456789', first: 4 });
  const registration = await manager.fetch('a', gate.url);
  await until(t, registration, () => registration.downloaded === 4);
  assert_attributes(registration, { id: 'a', downloaded: 4 });
  gate.open();
  await ended(t, registration);
  assert_equals(registration.downloaded, 10);
}, 'downloaded counts the bytes that have come');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', [content({ text: 'abc' }), content({ text: 'defgh' })]);
  const { attributes } = await terminal_event('a');
  assert_attributes(attributes, { id: 'a', downloaded: 8, result: 'success' });
  assert_equals(registration.downloaded, 8);
}, 'downloaded is the sum over all records');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', new Request(echo(), { method: 'POST', body: 'abcde' }));
  assert_equals(registration.uploadTotal, 5);
  const { attributes } = await terminal_event('a');
  assert_equals(attributes.uploadTotal, 5);
  assert_equals(attributes.uploaded, 5);
}, 'uploaded reaches uploadTotal');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  await terminal_event('a');
  await ended(t, registration);
  assert_equals(registration.result, 'success');
  assert_equals(registration.failureReason, '');
}, 'result is "success" in the page that began it');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content({ status: 404 }));
  await terminal_event('a');
  await ended(t, registration);
  assert_equals(registration.result, 'failure');
  assert_equals(registration.failureReason, 'bad-status');
}, 'result is "failure", with the reason, in the page that began it');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  const { attributes } = await terminal_event('a');
  assert_true(attributes.recordsAvailable, 'while the event is dispatched');
  await until(t, registration, () => !registration.recordsAvailable);
  assert_equals(registration.result, 'success', 'the result stays');
  assert_equals(registration.downloaded, 7, 'so do the figures');
}, 'recordsAvailable is true during the terminal event and false after it');

background_fetch_test(async (t, { manager, terminal_event }) => {
  // No bytes come: nothing but the end of the event tells the page.
  const registration = await manager.fetch('a', content({ status: 404 }));
  const { attributes } = await terminal_event('a');
  assert_true(attributes.recordsAvailable, 'while the event is dispatched');
  await until(t, registration, () => !registration.recordsAvailable);
  assert_equals(registration.failureReason, 'bad-status', 'the reason stays');
}, 'Step 8.11.2: recordsAvailable is false after the event of a failure, too');

for (const name of ['id', 'uploadTotal', 'uploaded', 'downloadTotal', 'downloaded', 'result', 'failureReason', 'recordsAvailable']) {
  background_fetch_test(async (t, { manager }) => {
    const registration = await manager.fetch('a', gated().url);
    const before = registration[name];
    assert_throws_js(TypeError, () => { registration[name] = 'other'; }, 'in strict mode');
    assert_equals(registration[name], before);
  }, `${name} is read-only`);
}

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  registration.mark = 1;
  assert_equals(await manager.get('a'), registration);
  assert_equals((await manager.get('a')).mark, 1);
}, 'get() gives the object that fetch() gave: get a BackgroundFetchRegistration instance, step 2');

background_fetch_test(async (t, { manager, registration }) => {
  await manager.fetch('a', gated().url);
  assert_equals(registration.backgroundFetch, manager);
  assert_true(manager instanceof BackgroundFetchManager);
}, 'A service worker registration has one BackgroundFetchManager');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content());
  assert_true(event.value, 'same object');
}, 'event.registration is the object that getting it again gives', event => event.registration === event.registration);

background_fetch_test(async (t, { manager, in_worker }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url, { downloadTotal: 99 });
  await until(t, registration, () => registration.downloaded === 3);
  const attributes = await in_worker(async () => attributes_of(await registration.backgroundFetch.get('a')));
  assert_attributes(attributes, { id: 'a', downloadTotal: 99, downloaded: 3 });
}, 'A new instance in another realm starts with the figures of now');

background_fetch_test(async (t, { manager, in_worker, terminal_event }) => {
  const gate = gated();
  await manager.fetch('a', gate.url);
  assert_true(await in_worker(async () => {
    const first = await registration.backgroundFetch.get('a');
    const second = await registration.backgroundFetch.get('a');
    return first === second;
  }));
}, 'The worker gets one object for one fetch, too');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  await terminal_event('begun');
  assert_equals(registration.result, 'success');
  assert_true(registration.recordsAvailable);
  await terminal_event('a');
}, 'Perform a background fetch, step 8.7: pages know the result before the terminal event is over', async () => {
  await tell({ type: 'begun', id: 'begun' });
  await new Promise(resolve => setTimeout(resolve, 400));
});
