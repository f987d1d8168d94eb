"""What a body does must not depend on whether it ever became a stream."""

from __future__ import annotations

from typing import Any

import pytest

SOURCES = {
    "string": '"hé"',
    "bytes": "new Uint8Array([104, 0xc3, 0xa9])",
    "blob": 'new Blob(["h", "é"])',
    "stream": 'new Blob(["hé"]).stream()',
}


@pytest.fixture(params=SOURCES, ids=str)
def body(request: pytest.FixtureRequest) -> str:
    return SOURCES[request.param]


@pytest.fixture(params=["", "response.body;"], ids=["untouched", "looked at"])
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def consumed(realm: Any, body: str, look: str, steps: str) -> Any:
    return realm.settled(f"(async () => {{ const response = new Response({body}, {{ headers: {{ 'content-type': 'text/x' }} }}); {look} {steps} }})()")


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("await response.text()", "hé"),
        ("[...await response.bytes()]", [104, 0xC3, 0xA9]),
        ("[...new Uint8Array(await response.arrayBuffer())]", [104, 0xC3, 0xA9]),
        ("await response.blob().then(async (blob) => [blob.size, blob.type, await blob.text()])", [3, "text/x", "hé"]),
    ],
)
def test_every_way_of_reading(realm: Any, body: str, look: str, read: str, expected: Any) -> None:
    assert consumed(realm, body, look, f"return {read}") == expected


def test_reading_disturbs_and_locks(realm: Any, body: str, look: str) -> None:
    steps = """
        const before = response.bodyUsed;
        const reading = response.text();
        const during = [response.bodyUsed, response.body.locked];
        await reading;
        return [before, ...during, response.bodyUsed, response.body.locked, await response.text().catch((error) => error.name)];
    """
    assert consumed(realm, body, look, steps) == [False, True, True, True, True, "TypeError"]


def test_the_stream_of_a_used_body_cannot_be_read(realm: Any, body: str, look: str) -> None:
    steps = """
        await response.text();
        const errors = [];
        try { response.body.getReader() } catch (error) { errors.push(error.name) }
        await response.body.cancel().catch((error) => errors.push(error.name));
        return errors;
    """
    assert consumed(realm, body, look, steps) == ["TypeError", "TypeError"]


def test_the_stream_gives_the_bytes_and_is_always_the_same(realm: Any, body: str, look: str) -> None:
    steps = """
        const bytes = [];
        const same = response.body === response.body;
        for await (const chunk of response.body) bytes.push(...chunk);
        return [same, bytes, response.bodyUsed, response.body.locked];
    """
    assert consumed(realm, body, look, steps) == [True, [104, 0xC3, 0xA9], True, False]


def test_a_locked_stream_that_was_not_read_is_not_used(realm: Any, body: str, look: str) -> None:
    steps = """
        const reader = response.body.getReader();
        const result = [response.bodyUsed, await response.text().catch((error) => error.name)];
        reader.releaseLock();
        return [...result, await response.text()];
    """
    assert consumed(realm, body, look, steps) == [False, "TypeError", "hé"]


def test_byob_reading(realm: Any, look: str) -> None:
    steps = """
        const reader = response.body.getReader({ mode: "byob" });
        const first = await reader.read(new Uint8Array(2));
        const second = await reader.read(new Uint8Array(2));
        const third = await reader.read(new Uint8Array(2));
        return [[...first.value], [...second.value], third.done, third.value.length];
    """
    assert consumed(realm, '"abc"', look, steps) == [[97, 98], [99], True, 0]


def test_an_empty_body_closes_by_itself(realm: Any, look: str) -> None:
    assert consumed(realm, '""', look, "await response.body.getReader().closed; return response.bodyUsed") is False


def test_cancelling_one_clone_waits_for_the_other(realm: Any, body: str, look: str) -> None:
    steps = """
        const clone = response.clone();
        let done = false;
        const cancelling = response.body.cancel().then(() => { done = true });
        await new Promise((resolve) => setTimeout(resolve, 5));
        const before = done;
        await Promise.all([cancelling, clone.body.cancel()]);
        return [before, done];
    """
    assert consumed(realm, body, look, steps) == [False, True]


def test_a_clone_of_a_clone_reads_the_same(realm: Any, body: str, look: str) -> None:
    steps = "const clone = response.clone(); const other = clone.clone(); return [await other.text(), await response.text(), await clone.text()]"
    assert consumed(realm, body, look, steps) == ["hé", "hé", "hé"]


def test_text_drops_one_byte_order_mark(realm: Any, look: str) -> None:
    assert consumed(realm, '"\\ufeff\\ufeffa"', look, "return response.text()") == "\ufeffa"


def test_json_errors_are_syntax_errors(realm: Any) -> None:
    assert realm.error_of('new Response("{").json()').startswith("SyntaxError")


def test_form_data_comes_back(realm: Any, look: str) -> None:
    script = f"""(async () => {{
        const form = new FormData();
        form.append("a", "b\\nc");
        form.append("f", new File(["x"], "n", {{ type: "t/u" }}));
        const response = new Response(form);
        {look}
        form.append("late", "1");
        const result = await response.formData();
        const file = result.get("f");
        return [result.get("a"), file.name, file.type, await file.text(), result.has("late")];
    }})()"""
    assert realm.settled(script) == ["b\r\nc", "n", "t/u", "x", False]


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "multipart/form-data;boundary=b"])
def test_what_is_no_form_is_a_type_error(realm: Any, content_type: str) -> None:
    assert realm.error_of(f'new Response("x", {{ headers: {{ "content-type": "{content_type}" }} }}).formData()').startswith("TypeError")


def test_a_stream_of_something_else_is_a_type_error(realm: Any) -> None:
    assert realm.error_of('new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close() } })).text()').startswith("TypeError")


def test_the_error_of_a_stream_is_the_error_of_reading(realm: Any) -> None:
    assert realm.error_of('new Response(new ReadableStream({ start(c) { c.error(new RangeError("mine")) } })).text()') == "RangeError: mine"


def test_text_stream(realm: Any) -> None:
    script = '(async () => { let text = ""; for await (const piece of new Response("hé").textStream()) text += piece; return text })()'
    assert realm.settled(script) == "hé"
    assert realm.settled("new Response().textStream().getReader().read().then((result) => result.done)") is True


def test_a_script_that_gives_everything_a_then_sees_no_bytes(realm: Any) -> None:
    script = """(async () => {
        const response = new Response(new Blob(["secret"]).stream());
        let caught = 0;
        Object.defineProperty(Object.prototype, "then", { configurable: true, get() { caught++; return undefined } });
        try {
            return [await response.text(), caught];
        } finally {
            delete Object.prototype.then;
        }
    })()"""
    text, _ = realm.settled(script)
    assert text == "secret"
