"""One JavaScript heap: its realms, its jobs, its limits. Belongs to one thread."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.infra.arguments import check_amount
from engine.js.byte_budget import ByteBudget
from engine.js.errors import AgentClosed, ScriptInterrupted
from engine.js.identity import exchange, global_object_is, set_global_object
from engine.js.library import ffi, lib
from engine.js.realm import Realm
from engine.js.values import Handle, JSValue, live_from_js

if TYPE_CHECKING:
    from engine.js.page_modules import PageModules

_MEGABYTE = 1 << 20
_OF_OUR_OWN = 4 * _MEGABYTE
_FULL = 0.9  # of its limit is a full heap
_FIRST_COLLECTION = 3 * _MEGABYTE // 2
"""Bytes of a heap before garbage is first looked for; from then on the engine waits until what was left has grown by half."""
_COPY = """
(function copy(value) {
  if (typeof value !== "object" || value === null) return value;
  const result = Object.setPrototypeOf(Array.isArray(value) ? [] : {}, null);
  for (const key of Object.keys(value)) result[key] = copy(value[key]);
  return result;
})
"""
_TELL_WHEN_COLLECTED = """
(function (collected) {
  const registry = new FinalizationRegistry(collected);
  return (object, number) => registry.register(object, number);
})
"""
_by_address: dict[int, Runtime] = {}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one agent may use. `stack` must fit the thread's own; seconds of `task_time` are of one task, None is no limit.

    `memory`: bytes of its heap. `outside`: bytes that are kept for it outside the heap (messages nobody has read, bodies being
    collected, …); by default half as many.
    `grace`: seconds in which a script must have stopped that ran longer. One that has not is inside a call of the engine that
    never asks whether it may go on, and its agent is given up.
    """

    stack: int = 48 * _MEGABYTE
    memory: int | None = None
    task_time: float | None = None
    grace: float = 5.0
    outside: int | None = None

    def new_byte_budget(self, tell: Callable[[str], object] | None = None) -> ByteBudget:
        """What may be kept outside the heap of one agent, or of one that will be."""
        size = self.outside
        if size is None and self.memory is not None:
            size = self.memory // 2
        return ByteBudget(size, tell)

    def __post_init__(self) -> None:
        """Raises TypeError, ValueError for what cannot be."""
        check_amount("stack", self.stack, "bytes", may_be_zero=False, whole=True)
        check_amount("memory", self.memory, "bytes", may_be_zero=False, whole=True, or_none=True)
        check_amount("task_time", self.task_time, "seconds", may_be_zero=False, or_none=True)
        check_amount("grace", self.grace, "seconds")
        check_amount("outside", self.outside, "bytes", whole=True, or_none=True)


class Runtime:
    """https://tc39.es/ecma262/#sec-agents: one heap and one job queue, used by the thread that made it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.closed = False
        self.realms: list[Realm] = []
        self.on_rejection: Callable[[Realm, Handle, Any, bool], None] | None = None
        self.fatal: BaseException | None = None  # a Python error on its way through JavaScript to whoever entered it
        self._thread = threading.get_ident()
        self.depth = 0
        """How many entries from Python into JavaScript are on the stack."""
        self._deadline: float | None = None
        self._interrupted = False
        self._stopped = False
        self._held: dict[int, JSValue] = {}  # what handles own, by their numbers
        self._handle_numbers = itertools.count(1)
        self._freeing = threading.RLock()
        self._dead: deque[JSValue] = deque()
        self.to_json_atom: int | None = None
        self._copy: Handle | None = None
        self._discarded: dict[int, Realm] = {}  # of which scripts may still hold something
        self._tell_when_collected: Handle | None = None
        self._in_one_piece = False
        self.may_be_full = False
        self._beyond_the_limit = 0
        """Whether something has failed for want of memory, as it seems, since somebody looked."""
        self._pending_context = ffi.new("JSContext**")
        self.page_modules: PageModules | None = None
        self.caller: Any = None  # the context of the script that has called a raw host function
        self.shared: Handle | None = None  # an object that the bindings of all realms of this heap share
        self.runtime = lib.JS_NewRuntime()
        if self.runtime == ffi.NULL:
            raise MemoryError("there is no memory for another heap")
        _by_address[_address(self.runtime)] = self
        lib.JS_SetMaxStackSize(self.runtime, self.limits.stack)
        if self.limits.memory is not None:
            lib.JS_SetMemoryLimit(self.runtime, self.limits.memory)
        # OPTIMIZATION: the engine's own 256 KB are less than a realm is made of, so that it was looked through while it was being made.
        lib.JS_SetGCThreshold(self.runtime, min(_FIRST_COLLECTION, (self.limits.memory or _FIRST_COLLECTION * 2) // 2))
        lib.JS_SetInterruptHandler(self.runtime, _interrupt_handler, ffi.NULL)
        lib.JS_SetHostPromiseRejectionTracker(self.runtime, _rejection_tracker, ffi.NULL)

    def new_realm(self, identity: Handle | None = None) -> Realm:
        """A new global object on this heap; all realms of a runtime share objects freely.

        `identity`: an object that becomes the global object; what it was is then nobody's, or the realm's whose global object it was.
        """
        self.check_thread()
        realm = Realm(self)
        if self.to_json_atom is None:
            self.to_json_atom = lib.JS_NewAtomLen(realm.context, b"toJSON", 6)
        self.realms.append(realm)
        if identity is not None:
            self.exchange(identity, realm.global_this)
            realm.set_property(identity, "globalThis", identity)
        return realm

    def exchange(self, one: Handle, other: Handle) -> None:
        """Two objects become each other, also as global objects; references to each stay. With no script on the stack."""
        self.check_thread()
        of_one = [realm for realm in self.realms if global_object_is(realm, one)]
        of_other = [realm for realm in self.realms if global_object_is(realm, other)]
        exchange(self.realms[0], one, other)
        for realm in of_one:
            set_global_object(realm, other)
        for realm in of_other:
            set_global_object(realm, one)

    def discard_realm(self, realm: Realm) -> None:
        """A frame's document has gone. Scripts may still hold objects of the realm, and with them the realm; the engine does not.

        What Python still holds of it stays usable, and so do its functions for those scripts, until nothing of it is left. The first
        realm lives as long as the heap.
        """
        self.check_thread()
        heir = self.realms[0]
        assert realm is not heir, "the first realm lives as long as the heap"
        self.realms.remove(realm)
        if self._tell_when_collected is None:
            self._tell_when_collected = heir.call(heir.eval_script(_TELL_WHEN_COLLECTED), heir.new_function("collected", self._collected))
        number = next(self._handle_numbers)
        self._discarded[number] = realm
        heir.call(self._tell_when_collected, realm.function_that_lives_as_long(), number)
        self._free_dead()
        realm.discard(heir)
        # Handles that have died just now hold it no longer.
        self._free_dead()

    def _collected(self, number: int) -> None:
        self._discarded.pop(number).let_go()

    def without_prototypes(self, value: Handle) -> Handle:
        """A deep copy of a record or list whose objects inherit nothing, made by functions no script can have touched."""
        if self._copy is None:
            self._copy = self.new_realm().eval_script(_COPY)
        copy: Handle = value.realm.call(self._copy, value)
        return copy

    # Entering and leaving JavaScript -------------------------------------------------------------------------------

    def check_thread(self) -> None:
        if self.closed:
            raise AgentClosed("the agent has been closed")
        assert self.is_on_this_thread, "a runtime is used by its own thread only"

    @property
    def is_on_this_thread(self) -> bool:
        return threading.get_ident() == self._thread

    def enter(self) -> None:
        """Before anything that may run a script."""
        if self.closed or threading.get_ident() != self._thread:
            self.check_thread()
        if self.depth == 0:
            lib.JS_UpdateStackTop(self.runtime)
            if self._dead:
                self._free_dead()
        self.depth += 1

    def leave(self) -> None:
        self.depth -= 1

    def perform_jobs(self) -> None:
        """Run jobs until none is left: https://html.spec.whatwg.org/#perform-a-microtask-checkpoint, its middle part.

        Does nothing while a script is on the stack. A job that throws is the binding's bug (promise jobs never do);
        an interrupted one raises ScriptInterrupted and leaves the rest queued.
        """
        if self.depth or not lib.JS_IsJobPending(self.runtime):
            return
        self.enter()
        try:
            while (ran := lib.JS_ExecutePendingJob(self.runtime, self._pending_context)) > 0:
                if self._dead:
                    self._free_dead()
        finally:
            self.leave()
        if ran < 0:
            raise self.realm_of(self._pending_context[0]).take_exception()

    def realm_of(self, context: Any) -> Realm:
        return Realm.find(context) or self.realms[0]

    # Limits --------------------------------------------------------------------------------------------------------

    def start_task(self) -> None:
        """Begin a task's allowance anew. An interruption that came when nothing ran is forgotten."""
        self._interrupted = False
        if self.limits.task_time is not None:
            self._deadline = time.monotonic() + self.limits.task_time

    def end_task(self) -> None:
        """Nothing runs until the next task begins."""
        self._deadline = None

    @property
    def deadline(self) -> float | None:
        """When the present task is to be stopped, in monotonic seconds; None: nothing runs, or for as long as it likes. From any thread."""
        return self._deadline

    def extend_the_task(self, seconds: float) -> None:
        """The task waited so long for somebody else."""
        if self._deadline is not None:
            self._deadline += seconds

    def interrupt(self) -> None:
        """Stop the script that runs now, uncatchably. From any thread."""
        self._interrupted = True

    def stop_for_good(self) -> None:
        """No script runs any more from now on. From any thread."""
        self._stopped = True

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Only the end of the heap stops what runs meanwhile: an interruption waits. For our own scripts, which are short."""
        before, self._in_one_piece = self._in_one_piece, True
        try:
            yield
        finally:
            self._in_one_piece = before

    @property
    def is_in_one_piece(self) -> bool:
        """Whether only our own scripts run just now."""
        return self._in_one_piece

    @property
    def is_interrupted(self) -> bool:
        """Whether the script that runs now will be stopped when the engine next looks."""
        return self._interrupted or self._stopped

    def should_stop(self) -> bool:
        """Asked by the engine every few thousand steps of a script."""
        if self._stopped or self.fatal is not None:
            return True
        if self._in_one_piece:
            return False
        if self._interrupted:
            return True
        if self._deadline is not None and time.monotonic() > self._deadline:
            # What reports this, and the microtasks after it, have as long again.
            self._deadline = time.monotonic() + (self.limits.task_time or 0.0)
            return True
        return False

    def take_fatal(self) -> BaseException:
        """The Python error on its way; it has arrived when no script is on the stack."""
        fatal = self.fatal
        assert fatal is not None
        if self.depth == 0:
            self.fatal = None
        return fatal

    def interruption(self) -> ScriptInterrupted:
        """The interruption that has just reached Python; what runs next starts fresh."""
        by_its_limit = not self.is_interrupted and self.limits.task_time is not None
        self._interrupted = False
        return ScriptInterrupted(
            f"the script was stopped: it ran longer than {self.limits.task_time:g} s"
            if by_its_limit
            else "the script was stopped"
        )

    # Memory --------------------------------------------------------------------------------------------------------

    def hold(self, value: JSValue) -> int:
        """A handle owns `value` from now on, under the number returned."""
        number = next(self._handle_numbers)
        self._held[number] = value
        return number

    def free_later(self, number: int) -> None:
        """Handles die on any thread; their references are given back at the next entry, or when the heap is freed: once."""
        with self._freeing:
            value = self._held.pop(number, None)
            if value is not None:
                self._dead.append(value)

    def _free_dead(self) -> None:
        while self._dead:
            lib.JS_FreeValue(self.realms[0].context, self._dead.popleft())

    def collect_garbage(self) -> None:
        self.check_thread()
        self._free_dead()
        lib.JS_RunGC(self.runtime)

    @contextmanager
    def room_beyond_the_limit(self) -> Iterator[None]:
        """For what is ours: a global object, or a module of the bindings, that is not there as a whole cannot be used, nor given back;
        the engine does not survive reading half a module. No script runs inside."""
        if self.limits.memory is None:
            yield
            return
        self._beyond_the_limit += 1
        lib.JS_SetMemoryLimit(self.runtime, self.limits.memory + _OF_OUR_OWN)
        try:
            yield
        finally:
            self._beyond_the_limit -= 1
            if self._beyond_the_limit == 0:
                lib.JS_SetMemoryLimit(self.runtime, self.limits.memory)

    def is_full(self) -> bool:
        """Whether the heap is about as large as it may be, though all garbage is gone: then nothing more can be done in it."""
        if self.limits.memory is None:
            return False
        self.collect_garbage()
        left = self.limits.memory - self.memory_usage()["malloc_size"]
        return left < max((1 - _FULL) * self.limits.memory, 2 * _MEGABYTE)

    def memory_usage(self) -> dict[str, int]:
        """The heap's figures, in bytes and counts: malloc_size, malloc_count, memory_used_size, obj_count, …"""
        self.check_thread()
        usage = ffi.new("JSMemoryUsage*")
        lib.JS_ComputeMemoryUsage(self.runtime, usage)
        return {name: getattr(usage, name) for name in dir(usage) if name != "reserve"}

    def dispose(self) -> None:
        """Free the heap. Handles that are still held become inert."""
        if self.closed:
            return
        self.check_thread()
        assert self.depth == 0, "a runtime cannot be disposed of while a script is on its stack"
        lib.JS_SetHostPromiseRejectionTracker(self.runtime, ffi.NULL, ffi.NULL)
        self.closed = True
        with self._freeing:
            while self._held:
                self._dead.append(self._held.popitem()[1])
        self._free_dead()
        if self.to_json_atom is not None:
            lib.JS_FreeAtomRT(self.runtime, self.to_json_atom)
        for realm in self._discarded.values():
            realm.let_go()
        for realm in self.realms:
            realm.let_go()
            realm.free()
        del _by_address[_address(self.runtime)]
        lib.JS_FreeRuntime(self.runtime)


def runtimes() -> list[Runtime]:
    """All that there are, on all threads."""
    return list(_by_address.values())


def _address(pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


def keep_escaped(kind: object, error: BaseException, traceback: object) -> None:
    """An exception that arrives before a callback's first statement (Ctrl-C) would be lost: end the scripts of this thread with it."""
    for runtime in list(_by_address.values()):
        if runtime.depth and runtime.is_on_this_thread:
            runtime.fatal = error


@ffi.callback("JSInterruptHandler", error=1, onerror=keep_escaped)
def _interrupt_handler(runtime: Any, opaque: Any) -> int:
    owner = _by_address.get(_address(runtime))
    return 1 if owner is not None and owner.should_stop() else 0


@ffi.callback("JSHostPromiseRejectionTracker", onerror=keep_escaped)
def _rejection_tracker(context: Any, promise: Any, reason: Any, handled: bool, opaque: Any) -> None:
    realm = Realm.find(context)
    if realm is not None and realm.runtime.on_rejection is not None:
        realm.runtime.on_rejection(
            realm, Handle(realm, lib.JS_DupValue(context, promise)), live_from_js(realm, reason), bool(handled)
        )
