"""js_bindings/dom/ProgressEvent.js"""


def test_members_and_defaults(realm):
    assert realm.run(
        "var e = new ProgressEvent('progress', {loaded: 1.5, total: 3}); [e.loaded, e.total, e.lengthComputable, e instanceof Event]"
    ) == [
        1.5,
        3,
        False,
        True,
    ]
