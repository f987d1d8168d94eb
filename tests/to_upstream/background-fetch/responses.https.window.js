// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#create-settled-fetches-algorithm steps 2.9 and
// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11: what a record's response is.

background_fetch_test(async (t, { manager, terminal_event }) => {
  const url = content({ text: 'abc' });
  const { result } = await fetch_one(manager, terminal_event, url);
  assert_equals(result.type, 'basic');
  assert_equals(result.url, url);
  assert_equals(result.status, 200);
  assert_equals(result.statusText, 'OK');
  assert_true(result.ok);
  assert_false(result.redirected);
  assert_equals(result.text, 'abc');
}, 'A same-origin response is a "basic" one with all that belongs to it');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const url = content({ text: 'abc' });
  const { result } = await fetch_one(manager, terminal_event, `${url}#fragment`);
  assert_equals(result.url, url);
}, 'The URL of a response has no fragment');

for (const name of ['content-length', 'content-range']) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const header = name === 'content-range' ? ['Content-Range:bytes 0-2/3'] : [];
    const { result } = await fetch_one(manager, terminal_event, content({ text: 'abc', header }));
    assert_equals(result.text, 'abc');
    assert_false(name in result.headers);
    assert_equals(result.headers['content-type'], 'text/plain', 'others stay');
  }, `Steps 2.9.2.2 and 3: a response does not have the header ${name}`);
}

for (const [header, name, value] of [['X-One:1', 'x-one', '1'], ['ETag:"a"', 'etag', '"a"'], ['Cache-Control:no-store', 'cache-control', 'no-store'],
                                     ['Content-Language:de', 'content-language', 'de'], ['Vary:X-One', 'vary', 'X-One']]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { result } = await fetch_one(manager, terminal_event, content({ header }));
    assert_equals(result.headers[name], value);
  }, `A same-origin response has the header ${name}`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, content({ header: ['X-Two:1', 'X-Two:2'] }));
  assert_equals(result.headers['x-two'], '1, 2');
}, 'Headers of the same name are combined');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { result } = await fetch_one(manager, terminal_event, content({ header: 'Set-Cookie:a=b; Max-Age=1' }));
  assert_false('set-cookie' in result.headers);
}, 'A response does not have Set-Cookie');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: '{"a": [1]}' }));
  assert_equals(event.value, '1 true 10 text/plain');
}, 'The body of a response can be read in every way', async event => {
  const get = async () => (await event.registration.matchAll())[0].responseReady;
  const { a } = await (await get()).json();
  const used = await get();
  await used.arrayBuffer();
  const blob = await (await get()).blob();
  return `${a[0]} ${used.bodyUsed} ${blob.size} ${blob.type}`;
});

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: 'abc' }));
  assert_equals(event.value, 'abc abc');
}, 'A response can be cloned', async event => {
  const response = await (await event.registration.matchAll())[0].responseReady;
  const copy = response.clone();
  return `${await response.text()} ${await copy.text()}`;
});

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: 'abc' }));
  assert_equals(event.value, 'true true');
}, 'responseReady is always the same promise, and another for another record object', async event => {
  const [one] = await event.registration.matchAll();
  const [two] = await event.registration.matchAll();
  return `${one.responseReady === one.responseReady} ${one.responseReady !== two.responseReady}`;
});

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: 'abc' }));
  assert_equals(event.value, 'true');
}, 'The headers of a response are immutable', async event => {
  const response = await (await event.registration.matchAll())[0].responseReady;
  try {
    response.headers.set('x', 'y');
  } catch (error) {
    return String(error instanceof TypeError);
  }
  return 'no error';
});

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, content({ size: 3000000 }));
  assert_equals(result.text.length, 3000000);
  assert_equals(event.attributes.downloaded, 3000000);
}, 'A response of three million bytes comes whole');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event, result } = await fetch_one(manager, terminal_event, content({ header: 'X:y', status: 204 }));
  assert_equals(result.text, '');
  assert_equals(event.attributes.downloaded, 0);
}, 'A response without a body has no bytes');

for (const coding of ['gzip']) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event, result } = await fetch_one(manager, terminal_event, content({ size: 20000, coding }));
    assert_equals(result.text.length, 20000);
    assert_equals(event.attributes.downloaded, 20000);
  }, `Bytes are stored, and counted, without the content coding ${coding}`);
}

background_fetch_test(async (t, { manager, terminal_event }) => {
  const { event } = await fetch_one(manager, terminal_event, content({ text: 'this is no gzip', header: 'Content-Encoding:gzip' }));
  assert_equals(event.attributes.failureReason, 'fetch-error');
}, 'Bytes that cannot be decoded are a "fetch-error"');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', ['one', 'two', 'three'].map(text => content({ text })));
  const { value } = await terminal_event('a');
  assert_array_equals(value.map(({ text }) => text), ['one', 'two', 'three']);
}, 'Records are in the order of the requests');

background_fetch_test(async (t, { manager, terminal_event }) => {
  await manager.fetch('a', [content({ text: 'good' }), content({ status: 404 }), content({ text: 'too' })]);
  const { type, value } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchfail');
  assert_array_equals(value.map(({ status }) => status), [200, 404, 200]);
}, 'Perform a background fetch, step 6: after a bad status the others go on, and their responses are there');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const gate = gated();
  await manager.fetch('a', [content({ status: 404 }), gate.url]);
  const early = await Promise.race([terminal_event('a').then(() => 'early'), new Promise(resolve => t.step_timeout(resolve, 150))]);
  assert_equals(early, undefined);
  gate.open();
}, 'Perform a background fetch, step 6: a failure is told only when all have settled');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const slow = held({ status: 404 });
  const registration = await manager.fetch('a', [slow.url, content({}, elsewhere())]);
  const second = await registration.match(content({}, elsewhere()));
  await promise_rejects_js(t, TypeError, second.responseReady);
  slow.open();
  const { attributes } = await terminal_event('a');
  assert_equals(attributes.failureReason, 'fetch-error');
}, 'Perform a background fetch, step 5.3: the first failure in time is the failure reason');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const count = 150;
  await manager.fetch('a', Array.from({ length: count }, (_, text) => content({ text })));
  const { type, value } = await terminal_event('a');
  assert_equals(type, 'backgroundfetchsuccess');
  assert_array_equals(value.map(({ text }) => Number(text)), Array.from({ length: count }, (_, i) => i));
}, '150 requests in one fetch all come, each with its own response');
