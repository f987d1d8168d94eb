// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#update-background-fetch-instance-algorithm step 6, in a frame.

background_fetch_test(async (t, { manager, registration }) => {
  const gate = gated({ text: 'abcdef', first: 2 });
  const frame = document.createElement('iframe');
  frame.src = resource('empty.html');
  const loaded = new Promise(resolve => frame.onload = resolve);
  document.body.append(frame);
  t.add_cleanup(() => frame.remove());
  await loaded;
  await manager.fetch('a', gate.url);
  const inner = await frame.contentWindow.navigator.serviceWorker.getRegistration(registration.scope);
  const bg = await inner.backgroundFetch.get('a');
  assert_true(bg instanceof frame.contentWindow.BackgroundFetchRegistration, 'an object of that realm');
  assert_not_equals(bg, await manager.get('a'));
  gate.open();
  await ended(t, bg);
  assert_equals(bg.downloaded, 6);
}, 'Step 6: instances in every realm of the origin are updated: in a frame');
