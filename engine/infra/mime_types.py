"""https://mimesniff.spec.whatwg.org/#mime-type-representation and its groups. Steps as of 2024-09."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.infra.byte_sequences import HTTP_WHITESPACE, ascii_lowercase
from engine.infra.sentinels import FAILURE, Failure
from engine.infra.strings import collect_an_http_quoted_string, collect_until, skip

_HTTP_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+\Z")
_HTTP_QUOTED_STRING_TOKEN = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")


def is_an_http_token(text: str) -> bool:
    """Whether `text` is one or more of https://mimesniff.spec.whatwg.org/#http-token-code-point"""
    return _HTTP_TOKEN.match(text) is not None


@dataclass(slots=True)
class MimeType:
    """https://mimesniff.spec.whatwg.org/#mime-type"""

    type: str
    subtype: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def essence(self) -> str:
        """https://mimesniff.spec.whatwg.org/#mime-type-essence"""
        return f"{self.type}/{self.subtype}"

    def __str__(self) -> str:
        return serialize_mime_type(self)


def parse_mime_type(text: str) -> MimeType | Failure:
    """https://mimesniff.spec.whatwg.org/#parse-a-mime-type"""
    # 1–2. Without leading and trailing HTTP whitespace.
    text = text.strip(HTTP_WHITESPACE)
    # 3–5. The type, up to "/": HTTP token code points, and not the end.
    type_, position = collect_until("/", text, 0)
    if not is_an_http_token(type_) or position >= len(text):
        return FAILURE
    # 6–9. The subtype, up to ";" and without trailing HTTP whitespace.
    subtype, position = collect_until(";", text, position + 1)
    subtype = subtype.rstrip(HTTP_WHITESPACE)
    if not is_an_http_token(subtype):
        return FAILURE
    # 10. The MIME type, lowercase.
    mime_type = MimeType(ascii_lowercase(type_), ascii_lowercase(subtype))
    # 11. The parameters; one that is broken is skipped and the rest read on.
    while position < len(text):
        # 11.1–11.4. Skip ";" and HTTP whitespace; the parameter name, lowercase, up to ";" or "=".
        position = skip(HTTP_WHITESPACE, text, position + 1)
        name, position = collect_until(";=", text, position)
        name = ascii_lowercase(name)
        # 11.5–11.6. A parameter without a value.
        if position >= len(text):
            break
        if text[position] == ";":
            continue
        position += 1
        if position >= len(text):
            break
        # 11.8. A quoted string as value; whatever stands between it and the next ";" is ignored.
        if text[position] == '"':
            value, position = collect_an_http_quoted_string(text, position, extract_value=True)
            _, position = collect_until(";", text, position)
        # 11.9. A value up to ";".
        else:
            value, position = collect_until(";", text, position)
            value = value.rstrip(HTTP_WHITESPACE)
            if not value:
                continue
        # 11.10. Set the parameter, unless its name has been set already.
        if is_an_http_token(name) and _HTTP_QUOTED_STRING_TOKEN.match(value) and name not in mime_type.parameters:
            mime_type.parameters[name] = value
    # 12. The MIME type.
    return mime_type


def serialize_mime_type(mime_type: MimeType) -> str:
    """https://mimesniff.spec.whatwg.org/#serialize-a-mime-type"""
    serialization = mime_type.essence
    for name, value in mime_type.parameters.items():
        if not is_an_http_token(value):
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        serialization += f";{name}={value}"
    return serialization


def serialize_mime_type_to_bytes(mime_type: MimeType) -> bytes:
    """https://mimesniff.spec.whatwg.org/#serialize-a-mime-type-to-bytes"""
    return serialize_mime_type(mime_type).encode("latin-1")


_JAVASCRIPT_ESSENCES = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/ecmascript",
        "text/javascript",
        "text/javascript1.0",
        "text/javascript1.1",
        "text/javascript1.2",
        "text/javascript1.3",
        "text/javascript1.4",
        "text/javascript1.5",
        "text/jscript",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
    }
)
_ZIP_ESSENCES = frozenset({"application/zip"})
_ARCHIVE_ESSENCES = frozenset({"application/x-rar-compressed", "application/zip", "application/x-gzip"})
_FONT_ESSENCES = frozenset(
    {
        "application/font-cff",
        "application/font-off",
        "application/font-sfnt",
        "application/font-ttf",
        "application/font-woff",
        "application/vnd.ms-fontobject",
        "application/vnd.ms-opentype",
    }
)


def is_a_javascript_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#javascript-mime-type"""
    return mime_type.essence in _JAVASCRIPT_ESSENCES


def is_a_javascript_mime_type_essence_match(text: str) -> bool:
    """https://mimesniff.spec.whatwg.org/#javascript-mime-type-essence-match"""
    return ascii_lowercase(text) in _JAVASCRIPT_ESSENCES


def is_a_json_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#json-mime-type"""
    return mime_type.subtype.endswith("+json") or mime_type.essence in ("application/json", "text/json")


def is_an_xml_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#xml-mime-type"""
    return mime_type.subtype.endswith("+xml") or mime_type.essence in ("text/xml", "application/xml")


def is_an_html_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#html-mime-type"""
    return mime_type.essence == "text/html"


def is_a_scriptable_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#scriptable-mime-type"""
    return is_an_xml_mime_type(mime_type) or is_an_html_mime_type(mime_type) or mime_type.essence == "application/pdf"


def is_an_image_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#image-mime-type"""
    return mime_type.type == "image"


def is_an_audio_or_video_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#audio-or-video-mime-type"""
    return mime_type.type in ("audio", "video") or mime_type.essence == "application/ogg"


def is_a_font_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#font-mime-type"""
    return mime_type.type == "font" or mime_type.essence in _FONT_ESSENCES


def is_a_zip_based_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#zip-based-mime-type"""
    return mime_type.subtype.endswith("+zip") or mime_type.essence in _ZIP_ESSENCES


def is_an_archive_mime_type(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#archive-mime-type"""
    return mime_type.essence in _ARCHIVE_ESSENCES


_OTHER_SUPPORTED_ESSENCES = frozenset(
    f"image/{subtype}"
    for subtype in ("apng", "avif", "bmp", "gif", "jpeg", "png", "vnd.microsoft.icon", "webp", "x-icon")
) | {"text/css", "text/html", "text/plain"}


def is_supported_by_the_user_agent(mime_type: MimeType) -> bool:
    """https://mimesniff.spec.whatwg.org/#supported-by-the-user-agent

    What we run or read, and what pages count on.
    """
    return (
        is_a_javascript_mime_type(mime_type)
        or is_a_json_mime_type(mime_type)
        or is_an_xml_mime_type(mime_type)
        or is_an_audio_or_video_mime_type(mime_type)
        or is_a_font_mime_type(mime_type)
        or mime_type.essence in _OTHER_SUPPORTED_ESSENCES
    )


def minimize_a_supported_mime_type(mime_type: MimeType) -> str:
    """https://mimesniff.spec.whatwg.org/#minimize-a-supported-mime-type"""
    # 1–4. A JavaScript, JSON, SVG or XML MIME type has one name for all its kind.
    if is_a_javascript_mime_type(mime_type):
        return "text/javascript"
    if is_a_json_mime_type(mime_type):
        return "application/json"
    if mime_type.essence == "image/svg+xml":
        return "image/svg+xml"
    if is_an_xml_mime_type(mime_type):
        return "application/xml"
    # 5–6. The essence of one that the user agent supports, else the empty string.
    return mime_type.essence if is_supported_by_the_user_agent(mime_type) else ""
