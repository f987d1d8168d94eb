// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#create-settled-fetches-algorithm : records while the fetch is active.

const decode = ({ value }) => new TextDecoder().decode(value);

background_fetch_test(async (t, { manager }) => {
  const slow = held({ text: 'abc' });
  const registration = await manager.fetch('a', slow.url);
  const [record] = await registration.matchAll();
  assert_equals(record.request.url, slow.url);
  let ready = false;
  record.responseReady.then(() => ready = true);
  await new Promise(resolve => t.step_timeout(resolve, 100));
  assert_false(ready);
  slow.open();
  const response = await record.responseReady;
  assert_equals(await response.text(), 'abc');
}, 'Step 2.9.1: responseReady waits for the response');

background_fetch_test(async (t, { manager }) => {
  const slow = held({ text: 'abc' }, elsewhere());
  const registration = await manager.fetch('a', slow.url);
  const { responseReady } = (await registration.matchAll())[0];
  slow.open();
  await promise_rejects_js(t, TypeError, responseReady);
}, 'Step 2.9.4: responseReady rejects when the record fails');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: 'abcdef', first: 3, header: 'X-One:1' });
  const registration = await manager.fetch('a', gate.url);
  const response = await (await registration.matchAll())[0].responseReady;
  assert_equals(response.status, 200);
  assert_equals(response.headers.get('x-one'), '1');
  const reader = response.body.getReader();
  assert_equals(decode(await reader.read()), 'abc');
  let more = false;
  const next = reader.read().then(result => { more = true; return result; });
  await new Promise(resolve => t.step_timeout(resolve, 100));
  assert_false(more, 'nothing comes before the network has it');
  gate.open();
  assert_equals(decode(await next), 'def');
  assert_true((await reader.read()).done);
}, 'Steps 2.8.1 to 2.8.4: the body of an active record follows the download');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url);
  const responses = await Promise.all([0, 1, 2].map(async () => (await registration.matchAll())[0].responseReady));
  const first = await responses[0].body.getReader().read();
  assert_equals(decode(first), 'abc');
  gate.open();
  assert_equals(await responses[1].text(), 'abcdef');
  assert_equals(await responses[2].text(), 'abcdef');
}, 'Several readers of one record do not disturb each other');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const gate = gated({ size: 200000, first: 10 });
  const registration = await manager.fetch('a', gate.url);
  const response = await (await registration.matchAll())[0].responseReady;
  gate.open();
  await terminal_event('a');
  await until(t, registration, () => !registration.recordsAvailable);
  assert_equals((await response.text()).length, 200000);
}, 'A response that was given out can be read after the records have gone');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url);
  const response = await (await registration.matchAll())[0].responseReady;
  await response.body.cancel();
  gate.open();
  const { value } = await terminal_event('a');
  assert_equals(value[0].text, 'abcdef');
}, 'To cancel the body of a response does not end the download');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', [content({ text: 'done' }), gate.url]);
  await until(t, registration, () => registration.downloaded === 7);
  const one = await registration.match(content({ text: 'done' }));
  const two = await registration.match(gate.url);
  assert_equals(await (await one.responseReady).text(), 'done', 'one that is complete');
  const text = (await two.responseReady).text();
  gate.open();
  assert_equals(await text, 'abcdef');
}, 'In an active fetch, records that are complete can be read to the end');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url);
  const early = (await registration.matchAll())[0];
  await until(t, registration, () => registration.downloaded === 3);
  const late = (await registration.matchAll())[0];
  gate.open();
  assert_equals(await (await early.responseReady).text(), 'abcdef');
  assert_equals(await (await late.responseReady).text(), 'abcdef');
}, 'Record objects made at different times give the whole');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url, { downloadTotal: 5 });
  const response = await (await registration.matchAll())[0].responseReady;
  const text = response.text();
  gate.open();
  await promise_rejects_js(t, TypeError, text);
}, 'Step 2.8.4: a body that is being read errors with TypeError when the record fails');

background_fetch_test(async (t, { manager, in_worker }) => {
  const gate = gated({ text: 'abcdef', first: 3 });
  const registration = await manager.fetch('a', gate.url);
  await until(t, registration, () => registration.downloaded === 3);
  const text = in_worker(async open => {
    const record = (await (await registration.backgroundFetch.get('a')).matchAll())[0];
    const text = (await record.responseReady).text();
    await fetch(open);
    return text;
  }, gate.url.replace(/content.py\?gate=([^&]*).*/, 'gate.py?open=$1'));
  assert_equals(await text, 'abcdef');
}, 'A worker can read an active record');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ size: 100000, first: 10 });
  const registration = await manager.fetch('a', gate.url);
  const response = await (await registration.matchAll())[0].responseReady;
  const copy = response.clone();
  gate.open();
  assert_equals((await response.arrayBuffer()).byteLength, 100000);
  assert_equals((await copy.blob()).size, 100000);
}, 'A response of an active record can be cloned');
