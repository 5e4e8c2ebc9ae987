"""Whose certificates we take for a provider's."""

from __future__ import annotations

import ssl
from functools import cache

import certifi


@cache
def trusted(library: str) -> ssl.SSLContext:
    """The public authorities, where a container has none of its own, and those that the operator's system trusts.

    Made once in a process for each HTTP library, since reading some hundred certificates takes a thirtieth of a
    second; and not one for all, since a library may set a context's options when it connects.
    """
    context = ssl.create_default_context()  # the system's authorities, and SSL_CERT_FILE
    context.load_verify_locations(certifi.where())
    return context
