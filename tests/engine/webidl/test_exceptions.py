import pickle

import pytest

from engine.webidl import DOMException, JSRangeError, JSTypeError, ScriptException


def test_each_has_the_name_that_scripts_read():
    assert [(error.name, error.message) for error in (JSTypeError("a"), JSRangeError("b"))] == [
        ("TypeError", "a"),
        ("RangeError", "b"),
    ]
    found = DOMException("c", "AbortError")
    assert (found.name, found.message, found.code) == ("AbortError", "c", 20)


def test_newer_names_have_no_code_and_unnamed_ones_are_errors():
    assert DOMException("", "NotAllowedError").code == 0
    assert (DOMException().name, DOMException().code) == ("Error", 0)


def test_they_are_all_script_exceptions_and_print_as_in_javascript():
    for error in (JSTypeError("m"), JSRangeError("m"), DOMException("m", "DataError")):
        assert isinstance(error, ScriptException)
        assert str(error) == f"{error.name}: m"
    assert str(JSTypeError()) == "TypeError"


def test_message_and_name_in_the_wrong_order_are_noticed():
    with pytest.raises(AssertionError, match="message comes first"):
        DOMException("AbortError", "the user aborted")


def test_they_survive_pickling():
    error = pickle.loads(pickle.dumps(DOMException("m", "DataError")))
    assert (error.name, error.message) == ("DataError", "m")
