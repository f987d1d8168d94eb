"""js_bindings/messaging/MessagePort.js and MessageChannel.js"""

import asyncio

import pytest

from engine.messaging import Messaging


def settle(realm, rounds=3):
    for _ in range(rounds):
        realm.run("0")


def test_messages_wait_until_the_port_is_started(realm):
    realm.run("var {port1, port2} = new MessageChannel(), seen = []; port2.addEventListener('message', (event) => seen.push(event.data)); port1.postMessage(1); port1.postMessage(2)")
    settle(realm)
    assert realm.run("seen") == []
    realm.run("port2.start()")
    settle(realm)
    assert realm.run("seen") == [1, 2]


def test_setting_onmessage_starts_it(realm):
    script = "new Promise((resolve) => { const {port1, port2} = new MessageChannel(); port1.postMessage({a: [1]}); port2.onmessage = (event) => resolve([event.data, event.isTrusted, event.origin, event.ports.length, event.source]) })"
    assert realm.settled(script) == [{"a": [1]}, True, "", 0, None]


def test_a_port_cannot_be_sent_through_itself_and_dooms_its_other(realm):
    assert realm.error_of("{ const {port1} = new MessageChannel(); port1.postMessage(1, [port1]) }").startswith("DataCloneError")
    realm.run("var {port1, port2} = new MessageChannel(); port1.postMessage(1, [port2])")
    assert realm.error_of("new MessageChannel().port1.postMessage(1, [port2])").startswith("DataCloneError")


def test_a_shipped_port_takes_its_waiting_messages_along(realm):
    script = """new Promise((resolve) => {
      const inner = new MessageChannel(), outer = new MessageChannel(), seen = [];
      inner.port1.postMessage('early');
      outer.port1.postMessage('take it', {transfer: [inner.port2]});
      inner.port1.postMessage('late');
      outer.port2.onmessage = ({data, ports: [port]}) => {
        seen.push(data);
        port.onmessage = (event) => { seen.push(event.data); if (event.data === 'late') resolve(seen) };
      };
    })"""
    assert realm.settled(script) == ["take it", "early", "late"]


def test_the_port_in_the_value_is_the_one_in_ports(realm):
    script = "new Promise((resolve) => { const {port1, port2} = new MessageChannel(), other = new MessageChannel(); port2.onmessage = (event) => resolve(event.data.port === event.ports[0]); port1.postMessage({port: other.port1}, [other.port1]) })"
    assert realm.settled(script) is True


def test_closing_tells_the_other_side_after_the_messages(realm):
    script = """new Promise((resolve) => {
      const {port1, port2} = new MessageChannel(), seen = [];
      port2.onmessage = (event) => seen.push(event.data); port2.onclose = () => resolve([...seen, 'close']);
      port1.postMessage(1); port1.close(); port1.postMessage(2);
    })"""
    assert realm.settled(script) == [1, "close"]


def test_what_was_sent_before_the_close_can_be_heard_after_it(realm):
    realm.run("var {port1, port2} = new MessageChannel(), seen = []; port1.postMessage(1); port1.close()")
    settle(realm)
    realm.run("port2.onmessage = (event) => seen.push(event.data); 0")
    settle(realm)
    assert realm.run("seen") == [1]


def test_a_message_that_cannot_be_made_is_a_messageerror(realm):
    realm.run("var {port1, port2} = new MessageChannel(), types = []; for (const type of ['message', 'messageerror']) port2.addEventListener(type, (event) => types.push(event.type)); port2.start()")
    number = realm.environment.user_agent.messaging.ports
    port = next(port for port in number._ports.values() if port.enabled)
    number.post(port.other.number, ('[["platform","Nothing",["record",{}]]]', ()))
    settle(realm)
    assert realm.run("types") == ["messageerror"]


@pytest.fixture
def two_realms(new_realm):
    messaging = Messaging()
    return new_realm(messaging=messaging), new_realm(messaging=messaging), messaging


def test_messages_cross_agents(two_realms):
    here, there, messaging = two_realms
    give_ports(here, there, messaging)
    there.run("port.onmessage = (event) => port.postMessage([event.data.text, [...event.data.bytes]], [event.data.bytes.buffer]); 0")
    assert here.settled("new Promise((resolve) => { port.onmessage = (event) => resolve(event.data); port.postMessage({text: 'héllo \\ud800', bytes: new Uint8Array([9, 8])}) })") == [
        "héllo \ud800", [9, 8],
    ]


def test_a_port_sent_to_another_agent_still_talks_to_where_it_came_from(two_realms):
    here, there, messaging = two_realms
    give_ports(here, there, messaging)
    there.run("port.onmessage = ({ports: [given]}) => { given.onmessage = (event) => given.postMessage('echo ' + event.data) }; 0")
    script = "new Promise((resolve) => { const channel = new MessageChannel(); port.postMessage(0, [channel.port2]); channel.port1.onmessage = (event) => resolve(event.data); channel.port1.postMessage('far') })"
    assert here.settled(script) == "echo far"


def test_the_end_of_an_agent_closes_its_ports(two_realms, browser_loop):
    here, there, messaging = two_realms
    give_ports(here, there, messaging)
    messaging.keep_for(there.environment)

    async def end():
        await asyncio.sleep(0)
        there.environment.destroy()

    here.run("var closed = new Promise((resolve) => { port.onclose = () => resolve('closed'); port.start() })")
    asyncio.run_coroutine_threadsafe(end(), browser_loop).result(5)
    assert here.settled("closed") == "closed"
    assert len(messaging.ports) == 0


def give_ports(here, there, messaging):
    """Two realms get one port each, in the variable `port`, as if by a message."""
    numbers = messaging.ports.create_channel(here.environment, there.environment)
    for realm, number in zip((here, there), numbers, strict=True):
        realm.run("var incoming = new MessageChannel(); incoming.port2.onmessage = ({ports}) => { port = ports[0] }; var port; 0")
        receiving = max(number for number, port in messaging.ports._ports.items() if port.enabled and port.owner is realm.environment)
        other = messaging.ports._ports[receiving].other.number
        ticket = messaging.ports.ship(number)
        entangled = numbers[1] if number == numbers[0] else numbers[0]
        record = f'["platform","MessagePort",["record",{{"ticket":"{ticket}","entangled_number":{entangled}}}]]'
        messaging.ports.post(other, (f"[null,[{record}]]", ()))
        settle(realm)
        realm.run("incoming.port1.close(); incoming.port2.close(); 0")


def ports_of(realm):
    messaging = realm.environment.user_agent.messaging
    return len(messaging.ports)


def collect_garbage(realm):
    for _ in range(2):  # a finalizer runs as a task of its own
        realm._on_agent(realm.environment.agent.runtime.collect_garbage)
        settle(realm)


@pytest.mark.parametrize(
    "left_behind",
    [
        "new MessageChannel()",
        "new MessageChannel().port1.postMessage('to nobody')",
        "{ const c = new MessageChannel(); c.port1.onmessage = c.port2.onmessage = () => c }",
        "{ const c = new MessageChannel(); c.port1.postMessage(1); c.port2.close() }",
        "{ const c = new MessageChannel(); c.port2.close(); c.port1.start(); c.port1.postMessage(1) }",
        "{ const c = new MessageChannel(), d = new MessageChannel(); c.port1.postMessage(d.port1, [d.port1]); c.port2.onmessage = () => 0 }",
    ],
)
def test_channels_that_nobody_has_any_more_are_forgotten(realm, left_behind):
    for _ in range(5):
        realm.run(left_behind + "; undefined")
    settle(realm)
    collect_garbage(realm)
    collect_garbage(realm)
    assert ports_of(realm) == 0


def test_what_is_under_way_is_heard_though_nobody_has_the_channel_any_more(realm):
    realm.run("var heard = []; for (let i = 0; i < 3; i++) { const { port1, port2 } = new MessageChannel(); port1.onmessage = ({ data }) => heard.push(data); port2.postMessage(i) }")
    realm._on_agent(realm.environment.agent.runtime.collect_garbage)
    settle(realm)
    assert realm.run("heard") == [0, 1, 2]
    collect_garbage(realm)
    assert ports_of(realm) == 0


def test_a_port_is_kept_by_the_other(realm):
    realm.run("var heard = []; var kept = (() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = ({ data }) => heard.push(data); return port2 })()")
    collect_garbage(realm)
    realm.run("kept.postMessage(1)")
    settle(realm)
    assert realm.run("heard") == [1]
    assert ports_of(realm) == 2
