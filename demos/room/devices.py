"""The name of a device: random, and signed with the key of this installation, so that nobody makes one up.

It says nothing about its owner. What it does not know: rooms, cookies.
"""

import base64
import hashlib
import hmac
import secrets

from generative.games import seal

BYTES = 16  # of the random part, and of the signature


def issue() -> str:
    """A new device's name, as its browser keeps it."""
    name = secrets.token_urlsafe(BYTES)
    return f"{name}.{_signature(name)}"


def known(kept: str) -> str:
    """The name of a device that was issued here, or by a copy of the app with the same key; else ''."""
    name, _, signature = kept.partition(".")
    return name if hmac.compare_digest(_signature(name).encode(), signature.encode()) else ""


def _signature(name: str) -> str:
    whole = hmac.digest(seal.key(), f"device {name}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(whole[:BYTES]).rstrip(b"=").decode()
