"""js_bindings/realm/WindowOrWorkerGlobalScope.js and the worker's own: WorkerGlobalScope.js, WorkerLocation.js, WorkerNavigator.js"""


def test_members_of_the_mixin_are_on_the_prototype_of_the_worker_scope(realm):
    assert realm.run("['atob', 'btoa', 'queueMicrotask', 'performance', 'setTimeout', 'structuredClone'].map((name) => Object.hasOwn(self, name) || !(name in self))") == [False] * 6
    assert realm.run("[atob.length, btoa.name, self.__proto__.__proto__.hasOwnProperty('atob')]") == [1, "btoa", True]


def test_base64_forgives_and_refuses(realm):
    assert realm.run("[btoa('a\\xff'), atob(' YQ == ')]") == ["Yf8=", "a"]
    for script in ["btoa('\\u0100')", "atob('a')"]:
        assert realm.error_of(script).startswith("InvalidCharacterError")


def test_microtasks_report_what_they_throw(realm):
    realm.run("queueMicrotask(() => { throw new Error('micro') }); 0")
    realm.run("0")
    assert realm.watcher.messages[-1].text == "Uncaught Error: micro"


def test_facts_of_the_environment(realm):
    assert realm.run("[origin, isSecureContext, crossOriginIsolated, self === globalThis]") == ["https://example.test", True, False, True]
    assert realm.run("[location.href, location.pathname, String(location), location.search]") == ["https://example.test/worker.js", "/worker.js", "https://example.test/worker.js", ""]
    assert realm.run("[typeof navigator.userAgent, navigator.onLine, navigator.language, navigator.languages === navigator.languages]") == ["string", True, "en", True]
    assert realm.run("navigator.hardwareConcurrency >= 1 && performance.now() >= 0 && performance.timeOrigin > 1e12") is True


def test_origin_can_be_replaced(realm):
    assert realm.run("origin = 1; origin") == 1
