import pickle

from engine.infra import FAILURE, UNDEFINED


def test_undefined_is_one_falsy_thing_that_shows_as_in_javascript() -> None:
    assert repr(UNDEFINED) == "undefined"
    assert not UNDEFINED
    assert UNDEFINED is not None
    assert pickle.loads(pickle.dumps(UNDEFINED)) is UNDEFINED


def test_failure_is_one_falsy_thing() -> None:
    assert repr(FAILURE) == "failure"
    assert not FAILURE
    assert pickle.loads(pickle.dumps(FAILURE)) is FAILURE
