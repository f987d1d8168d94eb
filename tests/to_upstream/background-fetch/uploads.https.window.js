// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-manager-fetch steps 8.6 to 8.11: request bodies are read and stored before fetch()
// resolves; https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11, "process request body": and counted as they are sent.

function stream(...chunks) {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}
const bytes = text => new TextEncoder().encode(text);
const post = (body, init = {}) => new Request(echo(), { method: 'POST', body, ...init });

const form = new FormData();
form.append('a', 'b');
form.append('file', new File(['the file'], 'name.txt', { type: 'text/x' }));

for (const [what, body, length, text, type] of [
  ['an empty string', '', 0, '', 'text/plain;charset=UTF-8'],
  ['a string', 'häé', 5, 'h\u00c3\u00a4\u00c3\u00a9', 'text/plain;charset=UTF-8'],
  ['URLSearchParams', new URLSearchParams({ a: 'b c' }), 5, 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
  ['a Blob with a type', new Blob(['ab', 'c'], { type: 'text/x' }), 3, 'abc', 'text/x'],
  ['a Blob without a type', new Blob(['abc']), 3, 'abc', undefined],
  ['a slice of a Blob', new Blob(['0123456789']).slice(2, 5), 3, '234', undefined],
  ['an ArrayBuffer', bytes('buffer').buffer, 6, 'buffer', undefined],
  ['a part of a Uint8Array', bytes('0123456').subarray(2, 4), 2, '23', undefined],
  ['a DataView', new DataView(bytes('0123456').buffer, 1, 3), 3, '123', undefined],
  ['bytes of all values', Uint8Array.from({ length: 256 }, (_, i) => i), 256, Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join(''), undefined],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const registration = await manager.fetch('a', post(body));
    assert_equals(registration.uploadTotal, length);
    const { type: event, attributes, value: [result] } = await terminal_event('a');
    assert_equals(event, 'backgroundfetchsuccess');
    assert_equals(attributes.uploaded, length);
    const seen = JSON.parse(result.text);
    assert_equals(seen.body, text);
    assert_equals(seen.headers['content-type'], type);
    assert_equals(seen.headers['content-length'], String(length));
  }, `The body of a request may be ${what}`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', post(form));
  const { value: [result] } = await terminal_event('a');
  const seen = JSON.parse(result.text);
  assert_equals(registration.uploadTotal, seen.body.length);
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(seen.headers['content-type'])[1];
  const sections = seen.body.split(`--${boundary}`);
  assert_equals(sections.length, 4);
  assert_true(sections[1].endsWith('\r\n\r\nb\r\n'));
  assert_true(sections[2].includes('filename="name.txt"') && sections[2].includes('text/x') && sections[2].endsWith('\r\n\r\nthe file\r\n'));
}, 'The body of a request may be FormData with a file');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', post(stream(bytes('ab'), bytes('cde')), { duplex: 'half' }));
  assert_equals(registration.uploadTotal, 5);
  const { value: [result] } = await terminal_event('a');
  assert_equals(JSON.parse(result.text).body, 'abcde');
}, 'Step 8.7.3.5: the body of a request may be a stream; uploadTotal is what came of it');

background_fetch_test(async (t, { manager }) => {
  let controller;
  const body = new ReadableStream({ start: c => controller = c });
  let done = false;
  const promise = manager.fetch('a', post(body, { duplex: 'half' })).then(value => { done = true; return value; });
  controller.enqueue(bytes('abc'));
  await new Promise(resolve => t.step_timeout(resolve, 100));
  assert_false(done);
  controller.close();
  assert_equals((await promise).uploadTotal, 3);
}, 'Step 8.9: fetch() resolves when the whole of a stream has been read, not before');

background_fetch_test(async (t, { manager }) => {
  const body = new ReadableStream({ pull: () => { throw new RangeError('broken'); } });
  await promise_rejects_js(t, TypeError, manager.fetch('a', post(body, { duplex: 'half' })));
  assert_array_equals(await manager.getIds(), []);
}, 'Step 8.10: a stream that errors rejects fetch() with TypeError, and nothing is active');

background_fetch_test(async (t, { manager }) => {
  await promise_rejects_js(t, TypeError, manager.fetch('a', post(stream('no bytes'), { duplex: 'half' })));
}, 'Step 8.10: so does a stream of something else than bytes');

background_fetch_test(async (t, { manager }) => {
  const body = new ReadableStream({ pull: () => { throw new RangeError('broken'); } });
  const log = token();
  const good = new Request(content({ log }), { method: 'POST', body: 'x' });
  await promise_rejects_js(t, TypeError, manager.fetch('a', [good, post(body, { duplex: 'half' })]));
  assert_array_equals(await requests_logged(log), []);
}, 'Step 8.10: if one body cannot be read, nothing is sent');

background_fetch_test(async (t, { manager }) => {
  const cancelled = new Promise(resolve => {
    const endless = new ReadableStream({ cancel: resolve });
    const broken = new ReadableStream({ pull: () => { throw new RangeError('broken'); } });
    manager.fetch('a', [post(endless, { duplex: 'half' }), post(broken, { duplex: 'half' })]).catch(() => null);
  });
  await cancelled;
}, 'Step 8.7.3.2: if one body cannot be read, the other streams are cancelled (issue 170)');

background_fetch_test(async (t, { manager }) => {
  const broken = new ReadableStream({ pull: () => { throw new RangeError('broken'); } });
  await promise_rejects_js(t, TypeError, manager.fetch('a', post(broken, { duplex: 'half' })));
  const registration = await manager.fetch('a', gated().url);
  assert_equals(registration.id, 'a');
}, 'The id of a fetch that was rejected is free');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', [post('one'), post('three'), echo()]);
  assert_equals(registration.uploadTotal, 8);
  const { attributes, value } = await terminal_event('a');
  assert_equals(attributes.uploaded, 8);
  assert_array_equals(value.map(({ text }) => JSON.parse(text).body), ['one', 'three', '']);
}, 'uploadTotal and uploaded are sums over all records');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', post('x'.repeat(2000000)));
  assert_equals(registration.uploadTotal, 2000000);
  const { attributes, value: [result] } = await terminal_event('a');
  assert_equals(attributes.uploaded, 2000000);
  assert_equals(JSON.parse(result.text).body.length, 2000000);
}, 'A body of two million bytes goes up whole');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const { event } = await fetch_one(manager, terminal_event, new Request(content({ log, text: 'abc', truncate: 5 }), { method: 'POST', body: 'x' }));
  assert_equals(event.type, 'backgroundfetchfail');
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals((await requests_logged(log)).length, 1);
}, 'Complete a record, step 11: what is not a GET is not sent again when the connection breaks');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', gated().url);
  assert_equals(registration.uploadTotal, 0);
  assert_equals(registration.uploaded, 0);
}, 'Without bodies there is nothing to upload');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const url = content({ redirect: echo(), status: 307, log });
  const registration = await manager.fetch('a', new Request(url, { method: 'POST', body: 'abc' }));
  const { attributes, value: [result] } = await terminal_event('a');
  const seen = JSON.parse(result.text);
  assert_equals(seen.method, 'POST');
  assert_equals(seen.body, 'abc');
  assert_equals(registration.uploadTotal, 3);
}, 'A body is sent again after a redirect that keeps the method');

background_fetch_test(async (t, { manager }) => {
  let controller;
  const body = new ReadableStream({ start: c => controller = c });
  const first = manager.fetch('a', post(body, { duplex: 'half' }));
  const second = manager.fetch('a', gated().url);
  second.catch(() => null);
  controller.close();
  assert_equals((await first).id, 'a');
  await promise_rejects_js(t, TypeError, second);
}, 'Step 8.5: an id is taken while the bodies of its fetch are being read');
