"""The small web server of `afterpage run DIR` and `afterpage serve DIR`: a folder on a loopback origin, which is a secure context."""

from engine.site.server import PortTaken, Site, SiteError, serve

__all__ = ["PortTaken", "Site", "SiteError", "serve"]
