"""What requests may do and who decides it: Fetch's policy checks and the specifications they come from.

Secure Contexts (https://w3c.github.io/webappsec-secure-contexts/), Mixed Content (https://w3c.github.io/webappsec-mixed-content/),
Content Security Policy Level 3 (https://w3c.github.io/webappsec-csp/), Referrer Policy (https://w3c.github.io/webappsec-referrer-policy/),
Fetch Metadata (https://w3c.github.io/webappsec-fetch-metadata/), Subresource Integrity (https://w3c.github.io/webappsec-subresource-integrity/),
Permissions (https://w3c.github.io/permissions/) and the checks of the Fetch Standard itself. Step numbers as of 2026-09
(Fetch), else 2024.
"""

from __future__ import annotations
