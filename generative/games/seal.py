"""What a round hides: answers encrypted (Fernet) under a key of this installation, and draws that need it.

Whoever knows a seed and this code can compute neither a round nor its answer anywhere else.
"""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import random
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from generative.errors import RoundInvalid
from generative.once import once

LOG = logging.getLogger("veredas")
SEALED = 800  # bytes under every seal: its length must not tell what is in it


@once
def key() -> bytes:
    """The key of this installation, made once (mode 600): VEREDAS_KEY_FILE or ~/.local/share/veredas/key.

    Where no file can be kept (a home that is read-only, a full disk), one that lasts as long as this process.
    """
    file = Path(os.environ.get("VEREDAS_KEY_FILE") or Path.home() / ".local/share/veredas/key")
    made = Fernet.generate_key()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _place(made, file)
        kept = file.read_bytes()
        Fernet(kept)  # raises ValueError for what is no key
        return kept
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: nobody's home
        LOG.warning("No key can be kept (%s): after a restart, rounds of before cannot be answered", error)
        return made


def _place(made: bytes, file: Path) -> None:
    """Write the key, whole or not at all, where there is none: several processes may begin at once."""
    if file.exists():
        return
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
            f.write(made)
        with contextlib.suppress(FileExistsError):
            os.link(beside, file)
    finally:
        beside.unlink(missing_ok=True)


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
