// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#complete-a-record-algorithm steps 2 and 11, 6.1: downloadTotal is a limit;
// https://wicg.github.io/background-fetch/#perform-a-background-fetch-algorithm steps 5.5 and 7: which ends the whole fetch.

for (const [what, total, size, good] of [['one less than', 9, 10, false], ['exactly', 10, 10, true], ['more than', 11, 10, true], ['0 and not', 0, 10, true], ['one less than', 99999, 100000, false], ['exactly', 100000, 100000, true]]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const id = token();
    await manager.fetch(id, content({ size }), { downloadTotal: total });
    const { type, attributes, value: [result] } = await terminal_event(id);
    assert_equals(type, good ? 'backgroundfetchsuccess' : 'backgroundfetchfail');
    assert_equals(attributes.failureReason, good ? '' : 'download-total-exceeded');
    assert_equals(attributes.downloadTotal, total);
    if (good) assert_equals(result.text.length, size);
    else assert_equals(result.error, 'TypeError');
  }, `downloadTotal is ${what} the size of ${size} bytes`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', [content({ size: 6 }), content({ size: 5 })], { downloadTotal: 10 });
  assert_equals((await terminal_event('a')).attributes.failureReason, 'download-total-exceeded');
}, 'All records together count: too much');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', [content({ size: 6 }), content({ size: 4 })], { downloadTotal: 10 });
  const { type, attributes } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchsuccess');
  assert_equals(attributes.downloaded, 10);
}, 'All records together count: exactly the total');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const waits = gated();
  await manager.fetch('a', [waits.url, content({ size: 11 })], { downloadTotal: 10 });
  const { type, attributes, value } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchfail');
  assert_equals(attributes.failureReason, 'download-total-exceeded');
  assert_equals(value[0].error, 'AbortError');
  assert_equals(value[1].error, 'TypeError');
}, 'Perform a background fetch, step 7: the others are ended at once');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const good = await fetch_one(manager, terminal_event, content({ size: 5000, coding: 'gzip' }), { downloadTotal: 5000 });
  assert_equals(good.event.type, 'backgroundfetchsuccess');
  const bad = await fetch_one(manager, terminal_event, content({ size: 5000, coding: 'gzip' }), { downloadTotal: 4999 });
  assert_equals(bad.event.attributes.failureReason, 'download-total-exceeded');
}, 'It is the stored bytes that count, not the coded ones');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, parts({}), { downloadTotal: 10 });
  assert_equals(event.type, 'backgroundfetchsuccess');
  const { event: other } = await fetch_one(manager, terminal_event, parts({}), { downloadTotal: 9 });
  assert_equals(other.attributes.failureReason, 'download-total-exceeded');
}, 'All parts of a resource count');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, parts({ mode: 'restart' }), { downloadTotal: 10 });
  assert_equals(event.type, 'backgroundfetchsuccess');
}, 'Bytes that have been replaced do not count');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, new Request(echo(), { method: 'POST', body: 'x'.repeat(3000) }), { downloadTotal: 100000 });
  assert_equals(event.type, 'backgroundfetchsuccess');
}, 'Bytes that go up do not count, beyond what comes back of them');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ size: 100, status: 404 }), { downloadTotal: 200 });
  assert_equals(event.attributes.failureReason, 'bad-status');
}, 'A bad status stays one');

background_fetch_test(async (t, { manager }) => {
  const error = await manager.fetch('a', content(), { downloadTotal: Number.MAX_SAFE_INTEGER }).then(() => null, reason => reason);
  assert_equals(error && error.name, 'QuotaExceededError');
  assert_true(error instanceof DOMException);
  assert_array_equals(await manager.getIds(), []);
}, 'fetch() step 8.8: more than the quota is refused, and nothing is active');

background_fetch_test(async (t, { manager }) => {
  const error = await manager.fetch('a', content(), { downloadTotal: Number.MAX_SAFE_INTEGER }).then(() => null, reason => reason);
  assert_equals(error.code, 22);
  assert_equals(error.constructor, self.QuotaExceededError || DOMException);
}, 'fetch() step 8.8: the error is of the class QuotaExceededError where there is one');

background_fetch_test(async (t, { manager }) => {
  await manager.fetch('a', content(), { downloadTotal: Number.MAX_SAFE_INTEGER }).catch(() => null);
  const registration = await manager.fetch('a', gated().url, { downloadTotal: 10 });
  assert_equals(registration.downloadTotal, 10);
}, 'fetch() step 8.8: what is refused leaves its id free');
