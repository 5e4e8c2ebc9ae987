"""X-Twilio-Signature, from the description in Twilio's "Webhooks security" page.

Base64 of HMAC-SHA1, keyed with the auth token, over the full address as Twilio was given it (query included, fragment
not) followed by every form parameter's name and value, sorted by name, with nothing between.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(auth_token: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """The header's value for a form POST of `params` to `url`."""
    text = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()
