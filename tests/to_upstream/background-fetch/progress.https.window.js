// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#update-background-fetch-instance-algorithm : the progress event.

background_fetch_test(async (t, { manager }) => {
  const gate = gated();
  const registration = await manager.fetch('a', gate.url);
  const event = new Promise(resolve => registration.addEventListener('progress', resolve, { once: true }));
  gate.open();
  const { type, bubbles, cancelable, isTrusted, target, constructor } = await event;
  assert_equals(type, 'progress');
  assert_false(bubbles);
  assert_false(cancelable);
  assert_true(isTrusted);
  assert_equals(target, registration);
  assert_equals(constructor, Event);
}, 'Step 6.10: the event is a trusted Event that neither bubbles nor can be cancelled');

background_fetch_test(async (t, { manager }) => {
  const gate = gated();
  const registration = await manager.fetch('a', gate.url);
  assert_equals(registration.onprogress, null);
  const seen = [];
  registration.onprogress = () => seen.push(1);
  assert_equals(typeof registration.onprogress, 'function');
  registration.onprogress = event => seen.push(event.target);
  gate.open();
  await ended(t, registration);
  assert_greater_than(seen.length, 0);
  assert_true(seen.every(target => target === registration), 'only the last handler is called');
  registration.onprogress = 1;
  assert_equals(registration.onprogress, null);
}, 'onprogress is an event handler');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ text: '0123456789', first: 5 });
  const registration = await manager.fetch('a', gate.url);
  const seen = [];
  registration.onprogress = () => seen.push(`${registration.downloaded} ${registration.uploaded} ${registration.result} ${registration.failureReason}`);
  await until(t, registration, () => registration.downloaded === 5);
  gate.open();
  await ended(t, registration);
  assert_equals(new Set(seen).size, seen.length, seen.join());
}, 'Step 6.5: no event without news');

background_fetch_test(async (t, { manager }) => {
  const gate = gated({ size: 300000, first: 100000 });
  const registration = await manager.fetch('a', gate.url);
  const seen = [];
  registration.onprogress = () => seen.push(registration.downloaded);
  await until(t, registration, () => registration.downloaded === 100000);
  gate.open();
  await ended(t, registration);
  assert_array_equals(seen, [...seen].sort((a, b) => a - b), 'never down');
  assert_equals(seen.at(-1), 300000);
}, 'Step 6.6: downloaded grows to the whole, which the last event shows');

background_fetch_test(async (t, { manager }) => {
  const gate = gated();
  const registration = await manager.fetch('a', gate.url);
  let last = '';
  registration.onprogress = () => last = registration.result;
  gate.open();
  await ended(t, registration);
  await new Promise(resolve => t.step_timeout(resolve, 50));
  assert_equals(last, 'success');
}, 'Step 6.8: the last event shows the result "success"');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', gated().url);
  let last = '';
  registration.onprogress = () => last = `${registration.result} ${registration.failureReason}`;
  assert_true(await registration.abort());
  await ended(t, registration);
  await new Promise(resolve => t.step_timeout(resolve, 50));
  assert_equals(last, 'failure aborted');
}, 'Step 6.9: the last event of an aborted fetch shows why');

background_fetch_test(async (t, { manager, terminal_event }) => {
  const registration = await manager.fetch('a', content());
  await ended(t, registration);
  let count = 0;
  registration.onprogress = () => count += 1;
  await terminal_event('a');
  await until(t, registration, () => !registration.recordsAvailable);
  await new Promise(resolve => t.step_timeout(resolve, 50));
  assert_equals(count, 0);
}, 'Step 6.4: no event after the result, not even when the records go');

background_fetch_test(async (t, { manager }) => {
  const registration = await manager.fetch('a', new Request(echo(), { method: 'POST', body: 'x'.repeat(1000) }));
  const seen = [];
  registration.onprogress = () => seen.push(registration.uploaded);
  await ended(t, registration);
  assert_equals(registration.uploaded, 1000);
  assert_true(seen.every(n => n >= 0 && n <= 1000));
  assert_array_equals(seen, [...seen].sort((a, b) => a - b));
}, 'Step 6.7: uploaded grows to the whole');

background_fetch_test(async (t, { manager, in_worker }) => {
  const gate = gated({ text: 'abcdef', first: 2 });
  const registration = await manager.fetch('a', gate.url);
  await until(t, registration, () => registration.downloaded === 2);
  const seen = in_worker(async open => {
    const bg = await registration.backgroundFetch.get('a');
    const before = bg.downloaded;
    const progress = new Promise(resolve => bg.onprogress = () => { if (bg.downloaded === 6) resolve(bg.downloaded); });
    await fetch(open);
    return [before, await progress];
  }, gate.url.replace('content.py?gate=', 'gate.py?open='));
  assert_array_equals(await seen, [2, 6]);
}, 'Step 6: instances in every realm of the origin are updated: in the worker');

background_fetch_test(async (t, { manager }) => {
  const one = gated({ text: 'abc', first: 1 });
  // Nothing comes of the second, so that it does not matter whether a user agent takes fetches one after the other.
  const [first, second] = [await manager.fetch('1', one.url), await manager.fetch('2', held().url)];
  await until(t, first, () => first.downloaded === 1);
  let touched = 0;
  second.onprogress = () => touched += 1;
  one.open();
  await ended(t, first);
  await new Promise(resolve => t.step_timeout(resolve, 50));
  assert_equals(first.downloaded, 3);
  assert_equals(second.downloaded, 0);
  assert_equals(second.result, '');
  assert_equals(touched, 0);
}, 'Step 6.1: only the instance of that fetch is updated');
