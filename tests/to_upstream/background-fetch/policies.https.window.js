// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// What a policy, a scheme or a port forbids does not reject fetch(): the record fails.
// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11, "process response", 1.2: "fetch-error".

async function fails(t, manager, terminal_event, url) {
  const registration = await manager.fetch('a', url);
  const [record] = await registration.matchAll();
  await promise_rejects_js(t, TypeError, record.responseReady);
  const { type, attributes } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchfail');
  assert_equals(attributes.failureReason, 'fetch-error');
  assert_equals(attributes.downloaded, 0);
}

for (const [what, url] of [
  ['a data: URL', 'data:text/plain,x'], ['a blob: URL', () => URL.createObjectURL(new Blob(['x']))], ['about:blank', 'about:blank'], ['a javascript: URL', 'javascript:1'],
  ['a URL of an unknown scheme', 'unknown:x'], ['a file: URL', 'file:///'], ['a wss: URL', 'wss://example.com/'], ['an ftp: URL', 'ftp://example.com/'],
  ['an insecure URL (mixed content)', 'http://nowhere.invalid/'],
  ...[22, 25, 587, 6000, 6697].map(port => [`port ${port}, which is blocked`, `https://${location.hostname}:${port}/`]),
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    await fails(t, manager, terminal_event, typeof url === 'string' ? url : url());
  }, `${what} is a "fetch-error"`);
}

// From here on this page has a policy.
function add_policy(content) {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = content;
  document.head.append(meta);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  add_policy(`connect-src 'self'`);
  const { event } = await fetch_one(manager, terminal_event, content());
  assert_equals(event.type, 'backgroundfetchsuccess');
}, 'What a content security policy allows is fetched');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  await fails(t, manager, terminal_event, content({ cors: '*', log }, elsewhere()));
  assert_array_equals(await requests_logged(log), []);
}, 'What the content security policy of the page that begins it forbids is a "fetch-error", and not sent');

background_fetch_test(async (t, { manager, terminal_event, in_worker }) => {
  await in_worker(url => registration.backgroundFetch.fetch('a', url).then(() => null), content({ cors: '*' }, elsewhere()));
  assert_equals((await terminal_event('a')).type, 'backgroundfetchsuccess');
}, 'What a worker begins has the policy of the worker');
