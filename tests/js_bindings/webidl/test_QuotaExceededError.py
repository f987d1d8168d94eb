"""https://webidl.spec.whatwg.org/#quotaexceedederror: an interface that inherits from the engine's own DOMException."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_shape_of_the_interface(realm: Any) -> None:
    assert realm.run("""(() => {
      const own = Object.getOwnPropertyDescriptor(globalThis, "QuotaExceededError");
      const quota = Object.getOwnPropertyDescriptor(QuotaExceededError.prototype, "quota");
      return [
        own.writable, own.enumerable, own.configurable, QuotaExceededError.length, QuotaExceededError.name,
        Object.getPrototypeOf(QuotaExceededError) === DOMException,
        Object.getPrototypeOf(QuotaExceededError.prototype) === DOMException.prototype,
        typeof quota.get, quota.set === undefined, quota.enumerable,
        Object.prototype.toString.call(new QuotaExceededError()),
      ];
    })()""") == [True, False, True, 0, "QuotaExceededError", True, True, "function", True, True, "[object QuotaExceededError]"]


def test_an_error_without_figures(realm: Any) -> None:
    assert realm.run("""(() => {
      const error = new QuotaExceededError();
      return [error.name, error.message, error.code, error.quota, error.requested,
        error instanceof DOMException, error instanceof QuotaExceededError, error.constructor === QuotaExceededError,
        Object.hasOwn(error, "quota"), typeof error.stack];
    })()""") == ["QuotaExceededError", "", 22, None, None, True, True, True, False, "string"]  # fmt: skip


def test_an_error_with_figures(realm: Any) -> None:
    assert realm.run("""(() => {
      const error = new QuotaExceededError("too much", { quota: 1.5, requested: 2 });
      return [error.message, error.quota, error.requested, String(error)];
    })()""") == ["too much", 1.5, 2, "QuotaExceededError: too much"]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("{ quota: -1 }", "RangeError"),
        ("{ requested: -1 }", "RangeError"),
        ("{ quota: 2, requested: 1 }", "RangeError"),
        ("{ quota: NaN }", "TypeError"),
        ("{ requested: Infinity }", "TypeError"),
        ("1", "TypeError"),
        ("{ quota: 2, requested: 2 }", "no error"),
        ("{ quota: 0 }", "no error"),
    ],
)
def test_figures_that_make_no_sense(realm: Any, options: str, name: str) -> None:
    assert realm.error_of(f"new QuotaExceededError('', {options})").split(":")[0] == name


def test_it_needs_new_and_its_attributes_their_object(realm: Any) -> None:
    assert realm.error_of("QuotaExceededError()").startswith("TypeError")
    get = "Object.getOwnPropertyDescriptor(QuotaExceededError.prototype, 'quota').get"
    assert realm.error_of(f"{get}.call(new DOMException('', 'QuotaExceededError'))").startswith("TypeError")


def test_a_class_of_a_script_inherits_it(realm: Any) -> None:
    assert realm.run("""(() => {
      class Mine extends QuotaExceededError {}
      const error = new Mine("mine", { quota: 3 });
      return [error instanceof Mine, error.name, error.message, error.quota, error.code];
    })()""") == [True, "QuotaExceededError", "mine", 3, 22]


def test_a_structured_clone_keeps_all_of_it(realm: Any) -> None:
    assert realm.run("""(() => {
      const error = new QuotaExceededError("too much", { quota: 5, requested: 7 });
      error.own = "not kept";
      const [clone, again, bare] = structuredClone([error, error, new QuotaExceededError("x")]);
      return [clone instanceof QuotaExceededError, clone !== error, clone === again, clone.message, clone.quota, clone.requested,
        clone.stack === error.stack, "own" in clone, bare.quota, bare.requested];
    })()""") == [True, True, True, "too much", 5, 7, True, False, None, None]  # fmt: skip


def test_a_dom_exception_of_that_name_stays_one(realm: Any) -> None:
    assert realm.run("""(() => {
      const error = structuredClone(new DOMException("m", "QuotaExceededError"));
      return [error.constructor === DOMException, error instanceof QuotaExceededError, error.name, error.code];
    })()""") == [True, False, "QuotaExceededError", 22]


def test_what_the_platform_throws(realm: Any) -> None:
    assert realm.run("""(() => {
      try {
        crypto.getRandomValues(new Uint8Array(65537));
      } catch (error) {
        return [error.constructor === QuotaExceededError, error.quota, error.requested];
      }
    })()""") == [True, 65536, 65537]


def test_the_form_of_until_2025(new_realm: Any) -> None:
    realm = new_realm(plain_quota_errors=True)
    assert realm.run("""(() => {
      try {
        crypto.getRandomValues(new Uint8Array(65537));
      } catch (error) {
        return [typeof QuotaExceededError, error.constructor === DOMException, error.name, error.code];
      }
    })()""") == ["undefined", True, "QuotaExceededError", 22]
