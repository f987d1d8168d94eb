// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11: the fetch follows redirects as its request says.

const to = (redirect, parameters = {}, base) => content({ redirect, ...parameters }, base);

for (const status of [301, 302, 303, 307, 308]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const target = content({ text: 'there' });
    const { event, result } = await fetch_one(manager, terminal_event, to(target, { status }));
    assert_equals(event.type, 'backgroundfetchsuccess');
    assert_equals(result.url, target);
    assert_true(result.redirected);
    assert_equals(result.text, 'there');
  }, `Redirect status ${status} is followed`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, to(to(to(content({ text: 'there' })))));
  assert_equals(result.text, 'there');
}, 'Several redirects are followed');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, new Request(to(content()), { redirect: 'error' }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals(result.error, 'TypeError');
}, 'Redirect mode "error" is a "fetch-error"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, new Request(to(content()), { redirect: 'manual' }));
  assert_equals(event.type, 'backgroundfetchfail');
  assert_equals(event.attributes.failureReason, 'bad-status');
}, 'Redirect mode "manual" gives a response whose status, 0, is not ok');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, to('data:text/plain,x'));
  assert_equals(event.attributes.failureReason, 'fetch-error');
}, 'A redirect to a data: URL is a "fetch-error"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, to(content({ cors: '*', text: 'there' }, elsewhere())));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.type, 'cors');
  assert_equals(result.text, 'there');
}, 'A redirect to another origin that allows it is followed');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, to(content({ text: 'secret' }, elsewhere())));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals(event.attributes.downloaded, 0);
}, 'A redirect to another origin that does not allow it is a "fetch-error"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, to(content({ cors: '*' }), {}, elsewhere()));
  assert_equals(event.attributes.failureReason, 'fetch-error');
}, 'A redirect by another origin needs its permission');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, new Request(to(echo(), { status: 303 }), { method: 'POST', body: 'abc' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(JSON.parse(result.text).method, 'GET');
}, 'A 303 answer to a POST goes on with GET');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const url = to(content({ text: 'there' }));
  const { event } = await fetch_one(manager, terminal_event, url);
  assert_equals(event.value, url);
}, 'The request of a record keeps its first URL', async event => (await event.registration.matchAll())[0].request.url);
