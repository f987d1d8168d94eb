// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-registration-match and
// https://wicg.github.io/background-fetch/#background-fetch-registration-match-all , step 3.2.1 of which is the algorithm
// https://w3c.github.io/ServiceWorker/#request-matches-cached-item-algorithm

const one = content({ text: 'one' });
const two = content({ text: 'two' });

async function matched(t, manager, request, options, all = [one, two]) {
  const registration = await manager.fetch('a', all);
  return (await registration.matchAll(request, options)).map(record => new URL(record.request.url).searchParams.get('text'));
}

const cases = [
  ['a URL', one, undefined, ['one']], ['a URL object', new URL(two), undefined, ['two']], ['a Request', new Request(two), undefined, ['two']],
  ['a relative URL', 'resources/content.py?text=one', undefined, ['one']], ['a URL with another fragment', `${one}#x`, undefined, ['one']],
  ['undefined', undefined, undefined, ['one', 'two']], ['undefined and options', undefined, { ignoreSearch: true }, ['one', 'two']],
  ['another URL', content({ text: 'three' }), undefined, []], ['the URL without its query', resource('content.py'), undefined, []],
  ['the URL without its query, with ignoreSearch', resource('content.py'), { ignoreSearch: true }, ['one', 'two']],
  ['another query, with ignoreSearch', content({ text: 'x' }), { ignoreSearch: true }, ['one', 'two']],
  ['another path, with ignoreSearch', echo(), { ignoreSearch: true }, []],
  ['a POST request (whose method is not looked at)', new Request(one, { method: 'POST' }), undefined, ['one']],
  ['a POST request, with ignoreMethod', new Request(one, { method: 'POST' }), { ignoreMethod: true }, ['one']],
  ['a HEAD request (whose method is not looked at)', new Request(one, { method: 'HEAD' }), undefined, ['one']],
  ['a URL, with all options', resource('content.py'), { ignoreSearch: true, ignoreMethod: true, ignoreVary: true }, ['one', 'two']],
  ['a URL, with options null', one, null, ['one']],
];
for (const [what, request, options, expected] of cases) {
  background_fetch_test(async (t, { manager }) => {
    assert_array_equals(await matched(t, manager, request, options), expected);
  }, `matchAll() with ${what}`);
}

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one, two]);
  assert_equals((await registration.matchAll()).length, 2);
}, 'matchAll() without arguments gives all');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one, two, one]);
  assert_array_equals((await registration.matchAll(one)).map(({ request }) => request.url), [one, one]);
}, 'matchAll() gives records that are the same twice');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one, two]);
  const record = await registration.match(resource('content.py'), { ignoreSearch: true });
  assert_equals(record.request.url, one);
}, 'match() gives the first of those that matchAll() gives');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one, two]);
  assert_equals(await registration.match(content({ text: 'three' })), undefined);
}, 'match() gives undefined where there is none');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one]);
  assert_not_equals(await registration.match(one), await registration.match(one));
}, 'match() gives a new record object each time');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one]);
  await promise_rejects_js(t, TypeError, registration.match());
  await promise_rejects_js(t, TypeError, registration.match('https://user:password@/'));
  await promise_rejects_js(t, TypeError, registration.matchAll('https://['));
}, 'match() without a request, or with what is none, rejects with TypeError');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', new Request(echo(), { method: 'POST', body: 'x' }));
  assert_array_equals(await registration.matchAll(echo()), []);
  assert_equals((await registration.matchAll(echo(), { ignoreMethod: true })).length, 1);
  assert_equals((await registration.matchAll()).length, 1);
}, 'A record whose request is no GET matches only with ignoreMethod');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ header: 'Vary:X-One', text: 'abc', first: 1 });
  const registration = await manager.fetch('a', new Request(gate.url, { headers: { 'X-One': '1' } }));
  await until(t, registration, () => registration.downloaded === 1);
  assert_equals((await registration.matchAll(gate.url)).length, 0);
  assert_equals((await registration.matchAll(gate.url, { ignoreVary: true })).length, 1);
  assert_equals((await registration.matchAll(new Request(gate.url, { headers: { 'X-One': '1' } }))).length, 1);
  assert_equals((await registration.matchAll(new Request(gate.url, { headers: { 'X-One': '2' } }))).length, 0);
}, 'The Vary header of the response counts, but with ignoreVary');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', [one]);
  const first = registration.matchAll();
  assert_true(first instanceof Promise);
  const list = await first;
  assert_true(Array.isArray(list));
  list.push(1);
  assert_equals((await registration.matchAll()).length, 1);
}, 'matchAll() gives a new array each time');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', one);
  await terminal_event('a');
  await until(t, registration, () => !registration.recordsAvailable);
  await promise_rejects_dom(t, 'InvalidStateError', registration.match(one));
  await promise_rejects_dom(t, 'InvalidStateError', registration.matchAll());
}, 'Step 1: when the records are gone, match() and matchAll() reject with InvalidStateError');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', [one, two]);
  const { value } = await terminal_event('a');
  assert_equals(value, '1 2 two undefined');
}, 'match() and matchAll() in the terminal event', async ({ registration }) => {
  const found = await registration.match('content.py?text=two');
  return `${(await registration.matchAll('content.py?text=one')).length} ${(await registration.matchAll()).length} ${await (await found.responseReady).text()} ` +
    `${typeof await registration.match('content.py')}`;
});
