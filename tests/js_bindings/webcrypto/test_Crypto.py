"""js_bindings/webcrypto/Crypto.js"""


def test_random_values_fill_only_the_view(realm):
    script = "var b = new Uint8Array(64), v = b.subarray(16, 48); var same = crypto.getRandomValues(v) === v; [same, b.slice(0, 16).some(Boolean), b.slice(16, 48).some(Boolean), b.slice(48).some(Boolean)]"
    assert realm.run(script) == [True, False, True, False]


def test_random_values_are_integers_and_not_too_many(realm):
    assert realm.error_of("crypto.getRandomValues(new Float32Array(1))").startswith("TypeMismatchError")
    assert realm.error_of("crypto.getRandomValues(new Uint8Array(65537))").startswith("QuotaExceededError")


def test_uuids_are_of_version_four_and_differ(realm):
    assert realm.run("var a = crypto.randomUUID(), b = crypto.randomUUID(); [/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(a), a === b]") == [True, False]
