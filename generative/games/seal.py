"""What a round hides: answers encrypted (Fernet) under a key of this installation, and draws that need it.

Whoever knows a seed and this code can compute neither a round nor its answer anywhere else.
"""

import hashlib
import hmac
import json
import os
import random
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from generative.errors import RoundInvalid
from generative.once import once

SEALED = 800  # bytes under every seal: its length must not tell what is in it


@once
def key() -> bytes:
    """The key of this installation, made once (mode 600): VEREDAS_KEY_FILE or ~/.local/share/veredas/key."""
    file = Path(os.environ.get("VEREDAS_KEY_FILE", Path.home() / ".local/share/veredas/key"))
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(Fernet.generate_key())
    except FileExistsError:
        pass
    return file.read_bytes()


def rng(seed: int, what: str) -> random.Random:
    """The draw of a round: HMAC-SHA256 of the seed and what is drawn under the installation's key."""
    return random.Random(hmac.digest(key(), f"{seed} {what}".encode(), hashlib.sha256))


def seal(content: dict) -> str:
    """An encrypted text that `unseal` opens on this installation."""
    return Fernet(key()).encrypt(json.dumps(content).encode().ljust(SEALED)).decode()


def unseal(sealed: str) -> dict:
    """What was sealed. Raises RoundInvalid."""
    try:
        return json.loads(Fernet(key()).decrypt(str(sealed).encode()))
    except (InvalidToken, ValueError) as error:
        raise RoundInvalid() from error
