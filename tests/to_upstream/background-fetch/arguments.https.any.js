// META: global=window,serviceworker
// META: timeout=long
// META: script=/common/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#background-fetch-manager-fetch steps 1 to 6, and the conversion of arguments, for which no active
// worker is needed: what has the right shape gets as far as step 8.4, whose message is not told apart from other TypeErrors; so every case
// shows by side effects, or by the kind of error, how far it got.

// A worker that tests itself installs until they are done.
if (self.registration) {
  const done = new Promise(resolve => add_completion_callback(resolve));
  self.addEventListener('install', event => event.waitUntil(done));
}

const manager = (async () => {
  if (self.registration) return registration.backgroundFetch;
  const made = await navigator.serviceWorker.register('resources/never_active.js', { scope: `resources/scope/${token()}` });
  const { installing } = made;
  add_completion_callback(() => {
    installing.postMessage('go on');
    made.unregister();
  });
  return made.backgroundFetch;
})();
const mine = { name: 'mine' };
const throws = () => { throw mine; };

function rejects_with(error, steps, name) {
  promise_test(async t => {
    const made = await manager;
    let promise;
    try {
      promise = steps(made);
    } catch (e) {
      assert_unreached(`it throws ${e.name}, where it should reject`);
    }
    if (error === mine) await promise_rejects_exactly(t, mine, promise);
    else await promise_rejects_js(t, error, promise);
  }, name);
}

rejects_with(TypeError, made => made.fetch(), 'fetch() needs two arguments: none');
rejects_with(TypeError, made => made.fetch('a'), 'fetch() needs two arguments: one');
rejects_with(TypeError, made => made.fetch('a', []), 'Step 5: an empty list');
rejects_with(TypeError, made => made.fetch('a', new Set()), 'Step 5: an empty iterable');
rejects_with(TypeError, made => made.fetch(Symbol(), 'x'), 'A symbol is no id');
rejects_with(mine, made => made.fetch({ toString: throws }, 'x'), 'What the conversion of the id throws');
rejects_with(mine, made => made.fetch('a', { toString: throws }), 'What the conversion of a request throws');
rejects_with(mine, made => made.fetch('a', { [Symbol.iterator]: throws }), 'What the iterator of the requests throws');
rejects_with(mine, made => made.fetch('a', 'x', { get title() { return throws(); } }), 'What a member of the options throws');
rejects_with(TypeError, made => made.fetch('a', Symbol()), 'A symbol is no request');
rejects_with(TypeError, made => made.fetch('a', 'https://['), 'Step 6.1: a URL that cannot be parsed');
rejects_with(TypeError, made => made.fetch('a', ['x', 'https://[']), 'Step 6.1: a URL that cannot be parsed, after one that can');
rejects_with(TypeError, made => made.fetch('a', 'https://user@example.com/'), 'Step 6.1: a URL with a user name');
rejects_with(TypeError, made => made.fetch('a', 'https://:password@example.com/'), 'Step 6.1: a URL with a password');
rejects_with(TypeError, made => made.fetch('a', new Request('x', { mode: 'no-cors' })), 'Step 6.2: mode "no-cors"');
rejects_with(TypeError, made => made.fetch('a', ['x', new Request('x', { mode: 'no-cors' })]), 'Step 6.2: mode "no-cors", after one that is not');
rejects_with(TypeError, made => made.fetch('a', 'x', 1), 'A number is no dictionary of options');
rejects_with(TypeError, made => made.fetch('a', 'x', { icons: 1 }), 'A number is no list of icons');
rejects_with(TypeError, made => made.fetch('a', 'x', { icons: [1] }), 'A number is no icon');
rejects_with(TypeError, made => made.fetch('a', 'x', { icons: [{}] }), 'An icon needs a src');
rejects_with(TypeError, made => made.fetch('a', 'x', { title: Symbol() }), 'A symbol is no title');
rejects_with(TypeError, made => made.fetch('a', 'x', { downloadTotal: 1n }), 'A BigInt is no total');
rejects_with(TypeError, made => made.get(), 'get() needs an argument');
rejects_with(TypeError, made => made.get(Symbol()), 'get(): a symbol is no id');
rejects_with(mine, made => made.get({ toString: throws }), 'get(): what the conversion of the id throws');
rejects_with(TypeError, made => made.get(''), 'get(): no fetch has an empty id');
rejects_with(TypeError, () => BackgroundFetchManager.prototype.getIds.call({}), 'getIds() of something else');
rejects_with(TypeError, () => BackgroundFetchManager.prototype.fetch.call({}, 'a', 'x'), 'fetch() of something else');
rejects_with(TypeError, made => made.fetch('a', 'x'), 'Step 8.4: no active worker');

promise_test(async t => {
  const order = [];
  const log = (name, value) => ({ toString: () => { order.push(name); return value; }, valueOf: () => { order.push(name); return value; } });
  const options = {
    get downloadTotal() { order.push('get downloadTotal'); return log('downloadTotal', 1); },
    get icons() { order.push('get icons'); return []; },
    get title() { order.push('get title'); return log('title', 't'); },
  };
  await promise_rejects_js(t, TypeError, (await manager).fetch(log('id', 'a'), [log('request', 'x')], options));
  assert_array_equals(order, ['id', 'request', 'get icons', 'get title', 'title', 'get downloadTotal', 'downloadTotal']);
}, 'Arguments are converted in their order, and members in that of their dictionaries');

promise_test(async t => {
  const request = new Request(location.href, { method: 'POST', body: 'x' });
  await promise_rejects_js(t, TypeError, (await manager).fetch('a', request));
  assert_true(request.bodyUsed);
}, 'Step 6.1 uses up a request, also if step 8.4 rejects');

promise_test(async t => {
  assert_array_equals(await (await manager).getIds(), []);
  assert_equals(await (await manager).get('a'), undefined);
}, 'Nothing is active without an active worker');

test(() => {
  for (const name of ['BackgroundFetchManager', 'BackgroundFetchRegistration', 'BackgroundFetchRecord']) {
    assert_throws_js(TypeError, () => new self[name](), name);
  }
}, 'Scripts cannot make managers, registrations and records');
