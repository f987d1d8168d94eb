// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-manager-fetch step 6: the requests are those of the Request constructor;
// https://wicg.github.io/background-fetch/#create-settled-fetches-algorithm step 2.4: they can be seen again;
// https://wicg.github.io/background-fetch/#complete-a-record-algorithm steps 4 to 6: and so they are sent.

for (const [name, init, value] of [
  ['method', { method: 'PUT' }, 'PUT'], ['mode', { mode: 'same-origin' }, 'same-origin'], ['mode', {}, 'cors'],
  ['credentials', { credentials: 'omit' }, 'omit'], ['credentials', { credentials: 'include' }, 'include'], ['credentials', {}, 'same-origin'],
  ['cache', { cache: 'no-store' }, 'no-store'], ['redirect', { redirect: 'manual' }, 'manual'], ['redirect', {}, 'follow'],
  ['referrerPolicy', { referrerPolicy: 'origin' }, 'origin'], ['integrity', { integrity: 'sha256-AA' }, 'sha256-AA'], ['method', { method: 'get' }, 'GET'],
  ['destination', {}, ''],
]) {
  background_fetch_test(async (t, { manager }) => {
    const registration = await manager.fetch('a', new Request(gated().url, init));
    const { request } = (await registration.matchAll())[0];
    assert_true(request instanceof Request);
    assert_equals(request[name], value);
  }, `request.${name} of a record is "${value}" after ${JSON.stringify(init)}`);
}

background_fetch_test(async (t, { manager }) => {
  const { url } = gated();
  const registration = await manager.fetch('a', new Request(url, { headers: { 'X-One': '1', Accept: 'text/x' } }));
  const { request } = (await registration.matchAll())[0];
  assert_equals(request.url, url);
  assert_equals(request.headers.get('x-one'), '1');
  assert_equals(request.headers.get('accept'), 'text/x');
}, 'request.url and request.headers of a record');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', `${gated().url}#fragment`);
  assert_true((await registration.matchAll())[0].request.url.endsWith('#fragment'));
}, 'request.url of a record keeps the fragment');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', new Request(echo(), { method: 'POST', body: 'the body' }));
  const [one] = await registration.matchAll();
  const [two] = await registration.matchAll();
  assert_false(one.request.bodyUsed);
  assert_equals(await one.request.text(), 'the body');
  assert_equals(await two.request.text(), 'the body', 'every record object has one of its own');
}, 'The request of a record has a copy of the body');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  const [record] = await registration.matchAll();
  assert_true(record instanceof BackgroundFetchRecord);
  assert_equals(record.request, record.request);
  assert_throws_js(TypeError, () => { record.request = null; });
  assert_throws_js(TypeError, () => { record.responseReady = null; });
}, 'The attributes of a record are read-only and stay the same');

background_fetch_test(async (t, { manager }) => {
  const request = new Request(echo(), { method: 'POST', body: 'x' });
  await manager.fetch('a', request);
  assert_true(request.bodyUsed);
  await promise_rejects_js(t, TypeError, manager.fetch('b', request));
}, 'Step 6.1: a Request that is given is used up, and cannot be given twice');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', [echo(), new URL(echo()), new Request(echo()), 'resources/echo.py', { toString: echo }]);
  const { type, value } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchsuccess');
  assert_array_equals(value.map(({ url }) => url), Array(5).fill(echo()));
}, 'Strings, URL objects, Requests and whatever becomes a string may be mixed; relative URLs are those of the page');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', new Set([content({ text: 'x' }), content({ text: 'y' })]));
  const { value } = await terminal_event('a');
  assert_array_equals(value.map(({ text }) => text), ['x', 'y']);
}, 'Requests may come from any iterable object');

const seen_by_server = async (manager, terminal_event, request) =>
  JSON.parse((await fetch_one(manager, terminal_event, request)).result.text);

for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'CUSTOM']) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { method, headers: { 'X-One': 'a b' } }));
    assert_equals(seen.method, method);
    assert_equals(seen.headers['x-one'], 'a b');
    assert_equals(seen.body, '');
  }, `The server gets method ${method} and the headers`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, new Request(content(), { method: 'HEAD' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.text, '');
}, 'HEAD has no bytes and is a success');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const referrer = new URL('somewhere?x', location.href).href;
  const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { referrer, referrerPolicy: 'unsafe-url' }));
  assert_equals(seen.headers.referer, referrer);
}, 'The referrer of a request is sent');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { referrer: location.href, referrerPolicy: 'origin' }));
  assert_equals(seen.headers.referer, `${location.origin}/`);
}, 'The referrer policy of a request holds: "origin"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { referrer: location.href, referrerPolicy: 'no-referrer' }));
  assert_false('referer' in seen.headers);
}, 'The referrer policy of a request holds: "no-referrer"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { referrer: '' }));
  assert_false('referer' in seen.headers);
}, 'A request without a referrer sends none');

async function with_cookie(t, value) {
  const name = `c${token()}`;
  await fetch(content({ header: `Set-Cookie:${name}=${value}; Path=/` }), { cache: 'no-store' });
  t.add_cleanup(() => fetch(content({ header: `Set-Cookie:${name}=; Path=/; Max-Age=0` }), { cache: 'no-store' }));
  return `${name}=${value}`;
}

for (const [credentials, expected] of [['omit', false], ['same-origin', true], ['include', true]]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const cookie = await with_cookie(t, credentials);
    const seen = await seen_by_server(manager, terminal_event, new Request(echo(), { credentials }));
    assert_equals((seen.headers.cookie || '').includes(cookie), expected);
  }, `Cookies are ${expected ? '' : 'not '}sent with credentials "${credentials}"`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const name = `c${token()}`;
  await fetch_one(manager, terminal_event, content({ header: `Set-Cookie:${name}=set; Path=/` }));
  t.add_cleanup(() => fetch(content({ header: `Set-Cookie:${name}=; Path=/; Max-Age=0` })));
  const seen = await (await fetch(echo())).json();
  assert_true((seen.headers.cookie || '').includes(`${name}=set`));
}, 'Cookies of a response are kept');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  await fetch_one(manager, terminal_event, content({ log }));
  const requests = await requests_logged(log);
  assert_equals(requests.length, 1);
  assert_false('range' in requests[0].headers);
}, 'Complete a record, step 8: one that begins has no Range header, and is sent once');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event,
      new Request(content({ text: 'abc' }), { integrity: 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
}, 'Integrity metadata that fits is a success');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event,
      new Request(content({ text: 'abd' }), { integrity: 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals(result.error, 'TypeError');
}, 'Integrity metadata that does not fit is a "fetch-error"');
