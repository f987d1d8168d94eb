"""js_bindings/messaging/MessageEvent.js"""


def test_a_message_event_keeps_its_ports_frozen_and_the_same(realm):
    script = """
    var {port1} = new MessageChannel(), e = new MessageEvent('message', {data: 1, origin: 'o', lastEventId: '5', ports: [port1], source: port1});
    [e.data, e.origin, e.lastEventId, e.ports === e.ports, Object.isFrozen(e.ports), e.ports[0] === port1, e.source === port1]
    """
    assert realm.run(script) == [1, "o", "5", True, True, True, True]


def test_init_message_event(realm):
    assert realm.run("var e = new MessageEvent('a'); e.initMessageEvent('b', true, false, 7); [e.type, e.bubbles, e.data, e.origin, e.ports.length]") == [
        "b", True, 7, "", 0,
    ]
