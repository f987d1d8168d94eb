"""js_bindings/streams/CountQueuingStrategy.js and ByteLengthQueuingStrategy.js"""

import pytest


@pytest.mark.parametrize(("name", "argument", "size", "length"), [("CountQueuingStrategy", "'abc'", 1, 0), ("ByteLengthQueuingStrategy", "{byteLength: 7}", 7, 1)])
def test_size_is_one_function_for_all_and_no_method(realm, name, argument, size, length):
    realm.run(f"var strategy = new {name}({{highWaterMark: 4}}); undefined")
    assert realm.run(f"strategy.size.call(null, {argument})") == size
    assert realm.run(f"[strategy.size === new {name}({{highWaterMark: 1}}).size, strategy.size.name, strategy.size.length, strategy.highWaterMark]") == [True, "size", length, 4]
    assert realm.error_of("new (strategy.size)()").startswith("TypeError")
    assert realm.error_of(f"new {name}()").startswith("TypeError")
