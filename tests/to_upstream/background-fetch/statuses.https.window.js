// META: timeout=long
// META: script=/common/utils.js
// META: script=/resources/testdriver.js
// META: script=/resources/testdriver-vendor.js
// META: script=resources/utils.js
'use strict';

// https://wicg.github.io/background-fetch/#complete-a-record-algorithm step 11, "process response": when the bytes have come, a status
// that is not ok makes the result "bad-status", any other "success"; and
// https://wicg.github.io/background-fetch/#perform-a-background-fetch-algorithm steps 8.5 to 8.11: the event that says so.

for (const status of [200, 201, 202, 203, 204, 205, 226, 299]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event, result } = await fetch_one(manager, terminal_event, content({ status, text: 'abc' }));
    assert_equals(event.type, 'backgroundfetchsuccess');
    assert_equals(event.attributes.result, 'success');
    assert_equals(event.attributes.failureReason, '');
    assert_equals(result.status, status);
    assert_true(result.ok);
    assert_equals(result.text, status === 204 || status === 205 ? '' : 'abc');
  }, `Status ${status} is a success`);
}

for (const status of [300, 304, 400, 401, 403, 404, 405, 410, 413, 418, 451, 500, 501, 505]) {
  background_fetch_test(async (t, { manager, terminal_event }) => {
    const { event, result } = await fetch_one(manager, terminal_event, content({ status, text: 'abc' }));
    assert_equals(event.type, 'backgroundfetchfail');
    assert_equals(event.attributes.result, 'failure');
    assert_equals(event.attributes.failureReason, 'bad-status');
    assert_equals(result.status, status, 'the response can be exposed');
    assert_false(result.ok);
  }, `Status ${status} is a failure, "bad-status", and the response can be looked at`);
}
