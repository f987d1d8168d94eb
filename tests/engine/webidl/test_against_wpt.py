"""Our IDL files beside those of the WPT checkout, which idlharness judges by: signature for signature.

Every difference is listed here with its reason, and one that is no more fails too. Skipped without a checkout
(AFTERPAGE_WPT, or ~/.cache/afterpage/wpt).
"""

import os
from importlib.resources import files
from pathlib import Path

import pytest

from engine.webidl.parser import parse
from engine.webidl.syntax import (
    Attribute,
    Callback,
    Collection,
    Constant,
    Constructor,
    Dictionary,
    Enum,
    IdlError,
    Includes,
    Interface,
    Operation,
    Source,
    Stringifier,
    Typedef,
)

CHECKOUT = Path(os.environ.get("AFTERPAGE_WPT") or Path.home() / ".cache" / "afterpage" / "wpt") / "interfaces"
NOT_JUDGED = {"CEReactions", "CrossOriginIsolated"}

NEWER = "the specification has moved on since the checkout"
TRUSTED_TYPES = "newer: Trusted Types have been taken up by the specification itself"
GECKO = "only where the navigator compatibility mode is Gecko"
LAYOUT = "there is no rendering, no layout and no drawing"
OBSOLETE = "obsolete elements: they are HTMLUnknownElement here"
NOT_YET = "not written yet"
BUILT_IN = "the reader knows these types by name"
FOR_TESTS = "only for automation"

IN_PARTS = {"cssom.idl", "cssom-view.idl", "geometry.idl"}
"""Files of ours that have only what pages without a screen ask for."""

DIFFERENCES = {
    "CommandEvent": NEWER,
    "CommandEventInit": NEWER,
    "CompressionFormat": NEWER,
    "CookieListItem.domain": NEWER,
    "CookieListItem.expires": NEWER,
    "CookieListItem.partitioned": NEWER,
    "CookieListItem.path": NEWER,
    "CookieListItem.sameSite": NEWER,
    "CookieListItem.secure": NEWER,
    "CustomElementRegistry.constructor": NEWER,
    "CustomElementRegistry.initialize": NEWER,
    "DOMImplementation.createDocumentType": NEWER,
    "DedicatedWorkerGlobalScope.includes MessageEventTarget": NEWER,
    "DedicatedWorkerGlobalScope.onmessage": "newer: now of the mixin MessageEventTarget",
    "DedicatedWorkerGlobalScope.onmessageerror": "newer: now of the mixin MessageEventTarget",
    "DeferredRequestInit": NEWER,
    "Document.execCommand": TRUSTED_TYPES,
    "Document.importNode": NEWER,
    "DocumentOrShadowRoot.customElementRegistry": NEWER,
    "ElementInternals.includes ARIAMixin": NOT_YET,
    "Element.customElementRegistry": NEWER,
    "Element.setAttribute": TRUSTED_TYPES,
    "Element.setAttributeNS": TRUSTED_TYPES,
    "ElementCreationOptions.customElementRegistry": NEWER,
    "FetchLaterResult": NEWER,
    "Body.textStream": NEWER,
    "GlobalEventHandlers.oncommand": NEWER,
    "HTMLMarqueeElement.loop": LAYOUT,
    "HTMLMarqueeElement.scrollAmount": LAYOUT,
    "HTMLMarqueeElement.scrollDelay": LAYOUT,
    "HTMLMarqueeElement.trueSpeed": LAYOUT,
    "HTMLButtonElement.command": NEWER,
    "HTMLButtonElement.commandForElement": NEWER,
    "HTMLDialogElement.closedBy": NEWER,
    "HTMLDialogElement.requestClose": NEWER,
    "HTMLElement.showPopover": NEWER,
    "HTMLElement.togglePopover": NEWER,
    "HTMLScriptElement.src": TRUSTED_TYPES,
    "HTMLScriptElement.text": TRUSTED_TYPES,
    "HTMLTemplateElement.shadowRootCustomElementRegistry": NEWER,
    "ImportNodeOptions": NEWER,
    "MessageEventTarget": NEWER,
    "MessagePort.includes MessageEventTarget": NEWER,
    "MessagePort.onmessage": "newer: now of the mixin MessageEventTarget",
    "MessagePort.onmessageerror": "newer: now of the mixin MessageEventTarget",
    "NavigateEvent.sourceElement": NEWER,
    "NavigateEventInit.sourceElement": NEWER,
    "NavigationInterceptOptions.precommitHandler": NEWER,
    "NavigationPrecommitController": NEWER,
    "NavigationPrecommitHandler": NEWER,
    "NavigationTransition.committed": NEWER,
    "NavigationTransition.to": NEWER,
    "NavigatorID.oscpu": GECKO,
    "NavigatorID.taintEnabled": GECKO,
    "Node.cloneNode": NEWER,
    "Notification.navigate": NEWER,
    "NotificationAction.navigate": NEWER,
    "NotificationOptions.navigate": NEWER,
    "ParentNode.moveBefore": NEWER,
    "ProcessingInstruction.constructor": NEWER,
    "ProcessingInstruction.getAttribute": NEWER,
    "ProcessingInstruction.getAttributeNames": NEWER,
    "ProcessingInstruction.hasAttribute": NEWER,
    "ProcessingInstruction.hasAttributes": NEWER,
    "ProcessingInstruction.removeAttribute": NEWER,
    "ProcessingInstruction.setAttribute": NEWER,
    "ProcessingInstruction.toggleAttribute": NEWER,
    "ProgressEvent.loaded": NEWER,
    "ProgressEvent.total": NEWER,
    "ProgressEventInit.loaded": NEWER,
    "ProgressEventInit.total": NEWER,
    "PushEventInit.data": NEWER,
    "QuotaExceededError": NEWER,
    "QuotaExceededErrorOptions": NEWER,
    "ReadableStreamBYOBRequest.view": NEWER,
    "RequestDestination": NEWER,
    "ServiceWorkerRegistration.update": NEWER,
    "ShadowRootInit.customElementRegistry": NEWER,
    "SharedWorker.constructor": NEWER,
    "SharedWorkerOptions.extendedLifetime": NEWER,
    "ShowPopoverOptions": NEWER,
    "SubtleCrypto.decrypt": NEWER,
    "SubtleCrypto.deriveKey": NEWER,
    "SubtleCrypto.digest": NEWER,
    "SubtleCrypto.encrypt": NEWER,
    "SubtleCrypto.exportKey": NEWER,
    "SubtleCrypto.generateKey": NEWER,
    "SubtleCrypto.sign": NEWER,
    "SubtleCrypto.verify": NEWER,
    "SubtleCrypto.wrapKey": NEWER,
    "TimerHandler": TRUSTED_TYPES,
    "ToggleEvent.source": NEWER,
    "ToggleEventInit.source": NEWER,
    "TogglePopoverOptions": NEWER,
    "Window.fetchLater": NEWER,
    "Worker.includes MessageEventTarget": NEWER,
    "Worker.onmessage": "newer: now of the mixin MessageEventTarget",
    "Worker.onmessageerror": "newer: now of the mixin MessageEventTarget",
}
NOT_WRITTEN = {
    "ArrayBufferView": BUILT_IN,
    "BufferSource": BUILT_IN,
    "AllowSharedBufferSource": BUILT_IN,
    "CloseWatcher": NOT_YET,
    "CloseWatcherOptions": NOT_YET,
    "DataTransfer": LAYOUT,
    "DataTransferItem": LAYOUT,
    "DataTransferItemList": LAYOUT,
    "DragEvent": LAYOUT,
    "DragEventInit": LAYOUT,
    "FunctionStringCallback": LAYOUT,
    "GenerateTestReportParameters": FOR_TESTS,
    "PredefinedColorSpace": LAYOUT,
    "TextEvent": OBSOLETE,
    "Worklet": LAYOUT,
    "WorkletGlobalScope": LAYOUT,
    "WorkletOptions": LAYOUT,
}
NOT_WRITTEN_FAMILIES = ("Canvas", "Image", "Offscreen", "Path2D", "TextMetrics")


def extended(attributes, among=None):
    shown = []
    for key in sorted(attributes):
        attribute = attributes[key]
        if attribute.name in NOT_JUDGED or (among is not None and attribute.name not in among):
            continue
        arguments = "" if attribute.arguments is None else arguments_of(attribute.arguments)
        shown.append("=".join([key, *sorted(attribute.values)]) + arguments)
    return f"[{', '.join(shown)}] " if shown else ""


def type_of(node):
    if node.name == "union":
        text = f"({' or '.join(map(type_of, node.parameters))})"
    elif node.parameters:
        text = f"{node.name}<{', '.join(map(type_of, node.parameters))}>"
    else:
        text = node.name
    return "".join(f"[{name}] " for name in sorted(node.annotations)) + text + ("?" if node.nullable else "")


def arguments_of(arguments):
    shown = []
    for argument in arguments:
        text = f"{type_of(argument.type)}{'...' if argument.variadic else ''} {argument.name}"
        shown.append(f"optional {text} = {argument.default}" if argument.optional else text)
    return f"({', '.join(shown)})"


def member_of(member):
    """Its name, and all that is said of it."""
    said = extended(member.extended)
    match member:
        case Attribute():
            words = [word for word in ("static", "stringifier", "inherit", "readonly") if getattr(member, word)]
            return member.name, said + " ".join([*words, "attribute", type_of(member.type)])
        case Operation():
            words = [*(["static"] if member.static else []), member.special or "", type_of(member.type)]
            return member.name or str(member.special), said + " ".join(words) + arguments_of(member.arguments)
        case Constructor():
            return "constructor", said + arguments_of(member.arguments)
        case Constant():
            return member.name, f"const {type_of(member.type)} {member.value}"
        case Collection():
            types = ", ".join(map(type_of, member.types))
            return member.kind, f"{member.readonly} {types} {arguments_of(member.arguments)}"
        case Stringifier():
            return "stringifier", said


def said_in(texts):
    """Of each name, and of each member (`name.member`), what the files say of it: [(what, file)]."""
    found = {}

    def say(name, what, file):
        found.setdefault(name, []).append((what, file))

    for file, text in texts.items():
        for definition in parse(Source(file, text)):
            match definition:
                case Interface():
                    about_members = ""
                    if definition.partial:
                        about_members = extended(definition.extended, among=("Exposed", "SecureContext"))
                    else:
                        said = f"{definition.kind} : {definition.inherits} {extended(definition.extended)}"
                        say(definition.name, said, file)
                    for member in definition.members:
                        name, said = member_of(member)
                        say(f"{definition.name}.{name}", about_members + said, file)
                case Dictionary():
                    if not definition.partial:
                        say(definition.name, f"dictionary : {definition.inherits}", file)
                    for member in definition.members:
                        said = f"{member.required} {type_of(member.type)} = {member.default}"
                        say(f"{definition.name}.{member.name}", said, file)
                case Enum():
                    say(definition.name, f"enum {definition.values}", file)
                case Callback():
                    said = f"{extended(definition.extended)}{type_of(definition.type)}"
                    say(definition.name, said + arguments_of(definition.arguments), file)
                case Typedef():
                    say(definition.name, type_of(definition.type), file)
                case Includes():
                    say(f"{definition.interface}.includes {definition.mixin}", "", file)
    return found


@pytest.fixture(scope="module")
def ours():
    folder = files("js_bindings") / "idl"
    return said_in({file.name: file.read_text() for file in folder.iterdir() if file.name.endswith(".idl")})


@pytest.fixture(scope="module")
def theirs():
    if not CHECKOUT.is_dir():
        pytest.skip(f"no WPT checkout at {CHECKOUT.parent}")
    texts = {}
    for file in sorted(CHECKOUT.glob("*.idl")):
        if "tentative" not in file.name:
            text = file.read_text()
            try:
                parse(Source(file.name, text))
            except IdlError:  # webgpu.idl: a required argument after an optional one
                assert file.name == "webgpu.idl"
                continue
            texts[file.name] = text
    return said_in(texts)


@pytest.fixture(scope="module")
def our_files():
    """The files that we answer for whole."""
    names = {file.name for file in (files("js_bindings") / "idl").iterdir()}
    return (names | {"dom.idl", "html.idl"}) - IN_PARTS


def test_what_we_define_is_what_the_checkout_defines(ours, theirs, our_files):
    names = {key.partition(".")[0] for key in ours}
    differing = set()
    for key in ours.keys() | theirs.keys():
        name = key.partition(".")[0]
        here, there = ours.get(key, []), theirs.get(key, [])
        if any(file in IN_PARTS for _, file in here):
            continue
        if name not in names or [said for said, _ in here] == [said for said, _ in there]:
            continue
        if not here and not any(file in our_files for _, file in there):
            continue  # added by a specification that we leave out
        differing.add(key if name in theirs else name)
    unlisted, settled = differing - DIFFERENCES.keys(), DIFFERENCES.keys() - differing
    assert not unlisted, {key: (ours.get(key), theirs.get(key)) for key in sorted(unlisted)}
    assert not settled, f"these do not differ any more: {sorted(settled)}"


def test_what_we_leave_out_of_our_files_is_listed(ours, theirs, our_files):
    left_out = set()
    for key, said in theirs.items():
        if "." not in key and key not in ours and any(file in our_files for _, file in said):
            left_out.add(key)
    left_out = {name for name in left_out if not name.startswith(NOT_WRITTEN_FAMILIES)}
    assert left_out == NOT_WRITTEN.keys()
