"""js_bindings/websockets/CloseEvent.js"""


def test_members_and_defaults(realm):
    assert realm.run("var e = new CloseEvent('close', {code: 1001, wasClean: true}), d = new CloseEvent('x'); [e.code, e.wasClean, e.reason, d.code, d.wasClean]") == [
        1001, True, "", 0, False,
    ]
