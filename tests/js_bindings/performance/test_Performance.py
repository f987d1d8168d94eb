"""js_bindings/performance/"""


def test_marks_and_measures_are_kept_in_order(realm):
    script = """
    performance.mark('b', {startTime: 5, detail: {x: 1}}); performance.mark('a', {startTime: 3});
    const m = performance.measure('m', 'a', 'b');
    [performance.getEntries().map((entry) => entry.name), m.startTime, m.duration, performance.getEntriesByName('b')[0].detail.x, m.toJSON().entryType]
    """
    assert realm.run(script) == [["a", "m", "b"], 3, 2, 1, "measure"]


def test_clearing(realm):
    assert realm.run("performance.mark('a'); performance.mark('b'); performance.measure('a'); performance.clearMarks('a'); performance.getEntries().map((entry) => entry.entryType + entry.name).sort()") == [
        "markb", "measurea",
    ]


def test_unknown_marks_and_contradicting_options_throw(realm):
    assert realm.error_of("performance.measure('m', 'none')").startswith("SyntaxError")
    assert realm.error_of("performance.measure('m', {start: 1, end: 2, duration: 3})").startswith("TypeError")
    assert realm.error_of("performance.mark('m', {startTime: -1})").startswith("TypeError")


def test_observers_hear_of_new_and_buffered_entries(realm):
    script = """new Promise((resolve) => {
      performance.mark('before');
      const seen = [];
      new PerformanceObserver((list, observer) => { seen.push(...list.getEntries().map((entry) => entry.name)); if (seen.length === 2) resolve(seen) }).observe({type: 'mark', buffered: true});
      performance.mark('after');
    })"""
    assert realm.settled(script) == ["before", "after"]
