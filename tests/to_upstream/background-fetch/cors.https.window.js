// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11, "process response": a network error, as the CORS check gives
// one, is "fetch-error"; what passes is filtered as any response.

const there = parameters => content(parameters, elsewhere());

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, there({ cors: '*', text: 'abc' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals(result.type, 'cors');
  assert_equals(result.text, 'abc');
}, 'A response that everybody may read is a success of type "cors"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, there({ text: 'secret' }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals(event.attributes.downloaded, 0, 'its size is not told');
  assert_object_equals(result, { error: 'TypeError' });
}, 'A response that nobody may read is a "fetch-error"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, there({ cors: 'https://other.example', text: 'secret' }));
  assert_object_equals(result, { error: 'TypeError' });
}, 'A response that another origin may read is an error');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, there({ cors: '*', status: 404 }));
  assert_equals(event.attributes.failureReason, 'bad-status');
  assert_equals(result.status, 404);
}, 'A bad status of another origin can be seen if the response can be read');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, there({ status: 404 }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_object_equals(result, { error: 'TypeError' });
}, 'A bad status of another origin is not told if the response cannot be read');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, there({ cors: '*', header: ['X-Hidden:1', 'X-Shown:2', 'ETag:"a"'], expose: 'X-Shown' }));
  assert_false('x-hidden' in result.headers);
  assert_false('etag' in result.headers);
  assert_equals(result.headers['x-shown'], '2');
  assert_equals(result.headers['content-type'], 'text/plain');
}, 'Only safelisted and exposed headers of another origin are shown');

for (const [credentials, parameters, good] of [
  ['include', { cors: '*' }, false], ['include', { cors: location.origin }, false], ['include', { cors: location.origin, credentials: 1 }, true],
  ['include', { cors: '*', credentials: 1 }, false], ['omit', { cors: location.origin }, true], ['same-origin', { cors: '*' }, true],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event } = await fetch_one(manager, terminal_event, new Request(there(parameters), { credentials }));
    assert_equals(event.type, good ? 'backgroundfetchsuccess' : 'backgroundfetchfail');
  }, `Credentials "${credentials}" with Allow-Origin ${parameters.cors === '*' ? '*' : 'this origin'}${parameters.credentials ? ' and Allow-Credentials' : ''} ${good ? 'succeed' : 'fail'}`);
}

for (const [what, init, parameters, good] of [
  ['PUT', { method: 'PUT' }, { 'allow-methods': 'PUT' }, true], ['PUT', { method: 'PUT' }, {}, false],
  ['DELETE', { method: 'DELETE' }, { 'allow-methods': '*' }, true],
  ['a header', { headers: { 'X-One': '1' } }, { 'allow-headers': 'x-one' }, true], ['a header', { headers: { 'X-One': '1' } }, {}, false],
  ['a header', { headers: { 'X-One': '1' } }, { 'allow-headers': 'x-one', preflight: 404 }, false],
  ['a content type', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }, { 'allow-headers': 'content-type' }, true],
  ['a content type', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }, {}, false],
]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const log = token();
    const { event } = await fetch_one(manager, terminal_event, new Request(there({ cors: '*', log, ...parameters }), init));
    assert_equals(event.type, good ? 'backgroundfetchsuccess' : 'backgroundfetchfail');
    const methods = (await requests_logged(log)).map(({ method }) => method);
    assert_array_equals(methods, good ? ['OPTIONS', init.method || 'GET'] : ['OPTIONS']);
  }, `${what}: a preflight ${good ? 'that allows it' : 'that does not'} (${JSON.stringify(parameters)})`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const { event } = await fetch_one(manager, terminal_event, new Request(there({ cors: '*', log }), { method: 'POST', body: 'x' }));
  assert_equals(event.type, 'backgroundfetchsuccess');
  assert_equals((await requests_logged(log)).length, 1);
}, 'A simple POST to another origin has no preflight');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  await fetch_one(manager, terminal_event, there({ cors: '*', log }));
  const [{ headers }] = await requests_logged(log);
  assert_equals(headers.origin, location.origin);
}, 'The Origin header is that of whoever began the fetch');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const log = token();
  const { event, result } = await fetch_one(manager, terminal_event, new Request(there({ cors: '*', log }), { mode: 'same-origin' }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
  assert_equals(result.error, 'TypeError');
  assert_array_equals(await requests_logged(log), []);
}, 'Mode "same-origin" to another origin fails and sends nothing');
