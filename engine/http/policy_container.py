"""https://html.spec.whatwg.org/#policy-containers: the nouns. What they allow is decided in engine.security."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from engine.url import Origin, origin_from_record, origin_to_record

ReferrerPolicy: TypeAlias = Literal[
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
"""https://w3c.github.io/webappsec-referrer-policy/#enumdef-referrerpolicy"""

EmbedderPolicyValue: TypeAlias = Literal["unsafe-none", "require-corp", "credentialless"]
Disposition: TypeAlias = Literal["enforce", "report"]

DEFAULT_REFERRER_POLICY: ReferrerPolicy = "strict-origin-when-cross-origin"
"""https://w3c.github.io/webappsec-referrer-policy/#default-referrer-policy"""


@dataclass(slots=True)
class EmbedderPolicy:
    """https://html.spec.whatwg.org/#embedder-policy"""

    value: EmbedderPolicyValue = "unsafe-none"
    reporting_endpoint: str = ""
    report_only_value: EmbedderPolicyValue = "unsafe-none"
    report_only_reporting_endpoint: str = ""


@dataclass(slots=True)
class ContentSecurityPolicy:
    """https://w3c.github.io/webappsec-csp/#content-security-policy-object

    `directive_set` maps a directive's lowercase name to its value, in the order written.
    """

    directive_set: dict[str, list[str]]
    disposition: Disposition = "enforce"
    source: Literal["header", "meta"] = "header"
    self_origin: Origin | None = None

    def serialize(self) -> str:
        """The policy as a header would carry it."""
        return "; ".join(" ".join([name, *value]) for name, value in self.directive_set.items())

    def to_record(self) -> dict[str, Any]:
        return {
            "serialized": self.serialize(),
            "disposition": self.disposition,
            "source": self.source,
            "self_origin": None if self.self_origin is None else origin_to_record(self.self_origin),
        }

    @staticmethod
    def from_record(record: dict[str, Any]) -> ContentSecurityPolicy:
        self_origin = record.get("self_origin")
        return ContentSecurityPolicy(
            parse_a_directive_set(record["serialized"]),
            record.get("disposition", "enforce"),
            record.get("source", "header"),
            None if self_origin is None else origin_from_record(self_origin),
        )


def parse_a_directive_set(serialized: str) -> dict[str, list[str]]:
    """https://w3c.github.io/webappsec-csp/#parse-serialized-policy

    Its step 2.
    """
    directive_set: dict[str, list[str]] = {}
    # 2. For each token between semicolons:
    for token in serialized.split(";"):
        # 2.1. Strip ASCII whitespace.
        words = token.split()
        # 2.2. Skip an empty token, and one that is not ASCII.
        if not words or not token.isascii():
            continue
        # 2.3–2.4. The directive name, in lowercase.
        name = words[0].lower()
        # 2.5. A directive of a name that is in the set is skipped.
        # 2.6–2.8. The directive value: the rest, split on whitespace.
        directive_set.setdefault(name, words[1:])
    return directive_set


@dataclass(slots=True)
class PolicyContainer:
    """https://html.spec.whatwg.org/#policy-container"""

    csp_list: list[ContentSecurityPolicy] = field(default_factory=list)
    embedder_policy: EmbedderPolicy = field(default_factory=EmbedderPolicy)
    referrer_policy: ReferrerPolicy = DEFAULT_REFERRER_POLICY
    # FIXME: integrity policy and report only integrity policy
    # https://w3c.github.io/webappsec-subresource-integrity/#integrity-policy-section

    def clone(self) -> PolicyContainer:
        """https://html.spec.whatwg.org/#clone-a-policy-container

        Policies are never changed once parsed, so that the copy may share them.
        """
        policy = self.embedder_policy
        return PolicyContainer(
            list(self.csp_list),
            EmbedderPolicy(
                policy.value,
                policy.reporting_endpoint,
                policy.report_only_value,
                policy.report_only_reporting_endpoint,
            ),
            self.referrer_policy,
        )

    def to_record(self) -> dict[str, Any]:
        """A JSON-able form, kept with what outlives its environment."""
        return {
            "csp_list": [policy.to_record() for policy in self.csp_list],
            "embedder_policy": {
                "value": self.embedder_policy.value,
                "reporting_endpoint": self.embedder_policy.reporting_endpoint,
                "report_only_value": self.embedder_policy.report_only_value,
                "report_only_reporting_endpoint": self.embedder_policy.report_only_reporting_endpoint,
            },
            "referrer_policy": self.referrer_policy,
        }

    @staticmethod
    def from_record(record: dict[str, Any]) -> PolicyContainer:
        return PolicyContainer(
            [ContentSecurityPolicy.from_record(policy) for policy in record.get("csp_list", [])],
            EmbedderPolicy(**record.get("embedder_policy", {})),
            record.get("referrer_policy", DEFAULT_REFERRER_POLICY),
        )
