"""js_bindings/messaging/BroadcastChannel.js"""

import threading

from engine.messaging import Messaging


def test_others_of_the_name_hear_it_and_the_sender_does_not(realm):
    script = """new Promise((resolve) => {
      const [a, b, c, other] = ['n', 'n', 'n', 'm'].map((name) => new BroadcastChannel(name)), seen = [];
      a.onmessage = () => seen.push('a'); b.onmessage = (event) => seen.push('b', event.data, event.origin); other.onmessage = () => seen.push('other');
      c.onmessage = (event) => { seen.push('c', event.isTrusted); resolve(seen) };
      a.postMessage(7);
    })"""
    assert realm.settled(script) == ["b", 7, "https://example.test", "c", True]


def test_a_closed_channel_neither_sends_nor_hears(realm):
    assert realm.error_of("{ const c = new BroadcastChannel('n'); c.close(); c.postMessage(1) }").startswith("InvalidStateError")
    realm.run("var a = new BroadcastChannel('n'), b = new BroadcastChannel('n'), heard = 0; b.onmessage = () => ++heard; a.postMessage(1); b.close(); 0")
    realm.run("0")
    assert realm.run("heard") == 0


def test_agents_of_one_storage_key_hear_each_other_and_others_do_not(new_realm, browser_loop):
    messaging = Messaging()
    here, there, elsewhere = (new_realm(messaging=messaging, url=url) for url in ["https://a.test/1", "https://a.test/2", "https://b.test/"])
    for realm in (there, elsewhere):
        realm.run("var seen = []; new BroadcastChannel('n').onmessage = (event) => seen.push(event.data, event.origin); 0")
    here.run("new BroadcastChannel('n').postMessage({a: 1}); 0")
    here.run("0")
    assert there.run("seen") == [{"a": 1}, "https://a.test"]
    assert elsewhere.run("seen") == []
    for realm in (here, there, elsewhere):
        browser_loop.call_soon_threadsafe(realm.environment.destroy)
        realm.environment.agent.begin_closing()
        assert realm.environment.agent.join(10)
    everything_before_has_run = threading.Event()
    browser_loop.call_soon_threadsafe(everything_before_has_run.set)
    assert everything_before_has_run.wait(10)
    assert len(messaging.broadcast_channels) == 0
