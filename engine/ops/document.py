"""What a document's tree asks of Python: parsing, cookies, policies, resources. https://html.spec.whatwg.org/multipage/dom.html"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from engine.http.policy_container import ReferrerPolicy
from engine.infra import FAILURE
from engine.ops.arguments import Name
from engine.ops.content_security_policy import obey_policies
from engine.ops.registry import async_op, blocking_op, sync_op
from engine.security.csp import parse_a_serialized_csp, should_inline_script_be_blocked
from engine.security.csp.inline import InlineType, is_blocking
from engine.url import URL, parse_url
from engine.webidl.exceptions import JSTypeError
from engine.window.document_cookies import cookie_string, set_cookie_string
from engine.window.documents import Document
from engine.window.frames import Frame
from engine.window.html_parser import parse_document, parse_fragment
from engine.window.scripts import ResourceOptions, fetch_a_resource

if TYPE_CHECKING:
    from engine.realms import Environment

_POLICIES: Final[dict[str, ReferrerPolicy]] = {policy: policy for policy in get_args(ReferrerPolicy) if policy}
_OLD_POLICIES: Final = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}


def document_of(environment: Environment) -> Document:
    """The document of a window's environment. Raises JSTypeError where there is none."""
    document = environment.global_scope
    if not isinstance(document, Document):
        raise JSTypeError("only a document asks for this")
    return document


@sync_op
def op_document_has_begun(environment: Environment) -> None:
    """Another document than the window had before: its policies are obeyed."""
    obey_policies(environment, environment.realm)


@sync_op
def op_document_parse_next(environment: Environment, begins_a_turn: bool) -> dict[str, Any]:
    """https://html.spec.whatwg.org/multipage/parsing.html#parsing, up to the next script or the end; see engine/window/html_parser.py."""
    document = document_of(environment)
    step = document.parser.next(begins_a_turn=begins_a_turn)
    if step.waiting and not document.parser.is_writing:
        environment.agent.browser_thread.post(document.parser_ran_dry.set)
    if step.cut_off:
        environment.agent.browser_thread.post(document.stop_reading)
    if step.gives_way:
        environment.queue_a_global_task("networking task source", document.take_another_turn)
    record: dict[str, Any] = {"operations": step.operations, "done": step.done, "waiting": step.waiting, "gives_way": step.gives_way}
    if step.script is not None:
        record["script"] = step.script
    return record


@sync_op
def op_document_parse_fragment(environment: Environment, html: str, context: Name) -> list[list[object]]:
    """https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments: the operations; number 0 is the fragment."""
    return parse_fragment(html, context, environment.byte_budget)


@sync_op
def op_document_write(environment: Environment, text: str, is_parsed_now: bool) -> None:
    """Insert text into the parser's input. `is_parsed_now`: until `op_document_has_written` there is nothing else for it."""
    parser = document_of(environment).parser
    parser.write(text)
    if is_parsed_now:
        parser.begin_write()


@sync_op
def op_document_has_written(environment: Environment) -> None:
    """What was written last has been parsed, or cannot be for now."""
    parser = document_of(environment).parser
    if parser.is_writing:
        parser.end_write()


@sync_op
def op_document_begin_script(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/parsing.html#scriptEndTag: the insertion point is just before the next character."""
    document_of(environment).parser.begin_script()


@sync_op
def op_document_stop_loading(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#stop-loading: no rest of it is wanted, and no other."""
    document = document_of(environment)
    environment.agent.browser_thread.post(document.navigable.cancel_the_ongoing_navigation)
    environment.agent.browser_thread.post(document.stop_reading)


@sync_op
def op_document_loaded(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#completely-loaded"""
    document = document_of(environment)
    environment.agent.browser_thread.post(document.loaded.set)
    # And the element that it is in, if it is. NB: one that has the window has heard of it.
    navigable = document.navigable
    if isinstance(navigable, Frame) and not (document.is_reachable and navigable.parent_document.window_agent is document.window_agent):
        parent = navigable.parent_document.environment
        parent.queue_a_global_task(
            "DOM manipulation task source", lambda: parent.bindings.upcall("up_frame_has_loaded", navigable.number)
        )


@sync_op
def op_document_title_changed(environment: Environment, title: str) -> None:
    """For whoever looks at the page from outside."""
    document = environment.global_scope
    if isinstance(document, Document):
        document.title = title


@sync_op
def op_document_set_base_url(environment: Environment, url: URL) -> None:
    """https://html.spec.whatwg.org/multipage/semantics.html#set-the-frozen-base-url"""
    environment.api_base_url = url


@sync_op
def op_document_add_meta_policy(environment: Environment, content: str) -> None:
    """https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy"""
    for serialized in content.split(","):
        policy = parse_a_serialized_csp(serialized, "meta", "enforce", environment.origin)
        if policy.directive_set:
            environment.policy_container.csp_list.append(policy)
    obey_policies(environment, environment.realm)


@sync_op
def op_document_set_referrer_policy(environment: Environment, content: str) -> None:
    """https://html.spec.whatwg.org/multipage/semantics.html#meta-referrer"""
    # 1–4. The referrer policy that the content names; some have old names. An unknown one changes nothing.
    policy = _OLD_POLICIES.get(content.strip().lower(), content.strip().lower())
    if policy in _POLICIES:
        environment.policy_container.referrer_policy = _POLICIES[policy]


@sync_op
def op_document_csp_blocks_inline(environment: Environment, kind: InlineType, source: str, nonce: str, parser_inserted: bool) -> bool:
    """https://w3c.github.io/webappsec-csp/#should-block-inline, with the violations reported"""
    # OPTIMIZATION: most documents have no policy.
    if not environment.policy_container.csp_list:
        return False
    violations = should_inline_script_be_blocked(environment.policy_container, source, nonce, kind, parser_inserted)
    if environment.report_csp_violation is not None:
        for violation in violations:
            environment.report_csp_violation(violation)
    return is_blocking(violations)


@blocking_op
async def op_document_cookie(environment: Environment) -> str:
    """https://html.spec.whatwg.org/multipage/dom.html#dom-document-cookie, the getter"""
    return cookie_string(environment)


@blocking_op
async def op_document_set_cookie(environment: Environment, value: str) -> None:
    """https://html.spec.whatwg.org/multipage/dom.html#dom-document-cookie, the setter"""
    set_cookie_string(environment, value)


@async_op(task_source="networking task source")
async def op_document_fetch_resource(environment: Environment, url: str, options: ResourceOptions) -> bool:
    """Fetch an image or a style sheet, of which only matters whether it came."""
    parsed = parse_url(url)
    return parsed is not FAILURE and await fetch_a_resource(environment, parsed, options)


@sync_op
def op_document_parse(environment: Environment, html: str) -> list[list[object]]:
    """A whole document at once, whose scripts do not run: the operations; number 0 is the document."""
    return parse_document(html, environment.byte_budget)
