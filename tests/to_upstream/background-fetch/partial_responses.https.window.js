// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#validate-partial-response-algorithm ,
// https://wicg.github.io/background-fetch/#extract-content-range-values-algorithm and
// https://wicg.github.io/background-fetch/#complete-a-record-algorithm steps 8, 11 and 14: a resource in several parts.

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const { event, result } = await fetch_one(manager, terminal_event, parts({ log }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, '0123456789');
  assert_equals(event.attributes.downloaded, 10);
  assert_false('content-range' in result.headers);
  const requests = await requests_logged(log);
  assert_array_equals(requests.map(({ headers }) => headers.range), [undefined, 'bytes=4-', 'bytes=8-']);
}, 'A server that gives part after part is asked until all is there');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  await fetch_one(manager, terminal_event, parts({ log }));
  const [, second] = await requests_logged(log);
  assert_equals(second.headers['accept-encoding'], 'identity');
}, 'Step 8: a request for a range asks for no content coding');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, parts({ step: 10 }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, '0123456789');
  assert_equals(result.status, 206);
}, 'A part that is the whole is a success');

for (const [what, parameters] of [
  ['has no Content-Range', { 'no-range1': 1 }], ['does not begin at the beginning', { shift1: 2 }], ['has another unit', { raw: 'items 0-3/10' }],
  ['has no complete length', { raw: 'bytes 0-3' }], ['has no positions', { raw: 'bytes */10' }], ['has no last position', { raw: 'bytes 0-/10' }],
  ['has letters for digits', { raw: 'bytes 0-x/10' }], ['has a negative position', { raw: 'bytes -1-3/10' }], ['has an empty Content-Range', { raw: '' }],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event, result } = await fetch_one(manager, terminal_event, parts(parameters));
    assert_equals(event.attributes.failureReason, 'fetch-error');
    assert_equals(result.error, 'TypeError');
  }, `A first part that ${what} is a "fetch-error"`);
}

// By the text these are "fetch-error"; a user agent that asks for all of it again is right, too. Never may parts of two things become one.
for (const [what, parameters] of [
  ['another strong ETag', { etag: '"a"', etag2: '"b"' }], ['another weak ETag', { etag: 'W/"a"', etag2: 'W/"b"' }], ['no ETag any more', { etag: '"a"', etag2: '' }],
  ['another Last-Modified', { modified: 'Mon, 02 Jan 2023 00:00:00 GMT', modified2: 'Tue, 03 Jan 2023 00:00:00 GMT' }],
  ['another complete length', { total2: '11', text2: 'abcdefghijk' }], ['no Content-Range', { 'no-range': 1 }], ['another first position', { shift: 1 }],
  ['a content coding', { coding2: 'gzip' }],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event, result } = await fetch_one(manager, terminal_event, parts({ text2: 'abcdefghij', ...parameters }));
    if (event.type === 'backgroundfetchfail') {
      assert_equals(event.attributes.failureReason, 'fetch-error');
      assert_equals(result.error, 'TypeError');
    } else {
      assert_equals(result.text, parameters.text2 || 'abcdefghij');
      assert_equals(event.attributes.downloaded, result.text.length);
    }
  }, `A further part with ${what} is not put behind the first`);
}

for (const [what, parameters] of [
  ['the same strong ETag', { etag: '"a"' }], ['the same weak ETag', { etag: 'W/"a"' }], ['the same Last-Modified', { modified: 'Mon, 02 Jan 2023 00:00:00 GMT' }],
  ['an ETag that the first did not have', { etag2: '"a"' }],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const log = token();
    const { result } = await fetch_one(manager, terminal_event, parts({ log, ...parameters }));
    assert_equals(result.text, '0123456789');
    assert_equals((await requests_logged(log)).length, 3, 'nothing is asked for twice');
  }, `A further part with ${what} is put behind the first`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, parts({ mode: 'restart', text2: 'abcdefghijkl', etag: '"a"', etag2: '"b"' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, 'abcdefghijkl');
  assert_equals(event.attributes.downloaded, 12, 'what had come before does not count');
}, 'Step 11, 3: an answer to a range request that is no part replaces what there was');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', parts({ mode: 'restart', text2: 'abcdefghijkl' }));
  await until(t, registration, () => registration.downloaded === 4);
  const { responseReady } = (await registration.matchAll())[0];
  const reading = (await responseReady).text();
  await promise_rejects_js(t, TypeError, reading);
  assert_equals((await terminal_event('a')).value[0].text, 'abcdefghijkl');
}, 'Step 11, 3.1: whoever reads a response that has been replaced gets a TypeError');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const { event, result } = await fetch_one(manager, terminal_event, parts({ mode: 'break', etag: '"a"', log }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, '0123456789');
  assert_equals((await requests_logged(log))[1].headers.range, 'bytes=4-');
}, 'Steps 11, 8 and 14: a download that breaks off goes on where it was');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', parts({ mode: 'break' }));
  await until(t, registration, () => registration.downloaded === 4);
  const response = await (await registration.matchAll())[0].responseReady;
  assert_equals(await response.text(), '0123456789');
}, 'A response that is being read goes on with the download');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, parts({ status2: 404 }));
  assert_equals(event.attributes.failureReason, 'bad-status');
  assert_equals(result.status, 404);
}, 'A bad status in place of a further part is a "bad-status"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, resource('parts.py', { token: token(), cors: '*', etag: '"a"' }, elsewhere()));
  assert_equals(result.text, '0123456789');
  assert_equals(result.type, 'cors');
}, 'Parts may come from another origin, whose Content-Range and ETag scripts do not see');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, parts({ short: 2 }));
  if (event.type === 'backgroundfetchsuccess') assert_equals(event.value[0].text, '0123456789');
  else assert_equals(event.attributes.failureReason, 'fetch-error');
}, 'A part that is shorter than it says does no harm');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  // An origin that nothing else is fetched from: a client may send a request again by itself if it had sent it on a connection that was idle.
  const unused = new URL(RESOURCES);
  unused.hostname = `www2.${unused.hostname}`;
  const url = resource('parts.py', { token: token(), mode: 'drop', step: 10, cors: '*', log }, unused);
  const { event, result } = await fetch_one(manager, terminal_event, url);
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, '0123456789');
  assert_equals((await requests_logged(log)).length, 2);
}, 'Step 11, 1.1: a GET whose connection breaks without an answer is tried again');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const request = new Request(parts({ mode: 'drop', step: 10, log }), { method: 'POST', body: 'x' });
  const { event } = await fetch_one(manager, terminal_event, request);
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals((await requests_logged(log)).length, 1);
}, 'Step 11, 1.1: anything else is not');
