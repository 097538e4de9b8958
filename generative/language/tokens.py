"""Tokens as the bytes they stand for, and text that ends in the middle of a character.

A token may be a part of a character: "é" is two bytes, an emoji four. Such bytes are shown by name, as in
‹0xC3›, and a text that ends in them goes on where it stopped: nothing is lost between one token and the
next. It knows no model and no probability.
"""

import codecs
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def byte_alphabet() -> dict[str, int]:
    """The character that stands for each byte in a byte-level vocabulary (GPT-2, Radford 2019)."""
    printable = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or b >= 174]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}


def pieces(tokenizer: "PreTrainedTokenizerBase", vocab_size: int) -> list[bytes]:
    """The bytes of every token, in a byte-level vocabulary or one with "▁" for a space and <0x..> for bytes.

    Raises ValueError for any other.
    """
    decoder = json.loads(tokenizer.backend_tokenizer.decoder.__getstate__())
    kinds = {d["type"] for d in decoder.get("decoders", [decoder])}
    tokens = tokenizer.convert_ids_to_tokens(list(range(min(vocab_size, len(tokenizer)))))
    if "ByteLevel" in kinds:
        alphabet = byte_alphabet()
        known = [bytes(alphabet[c] for c in t) if alphabet.keys() >= set(t) else t.encode() for t in tokens]
    elif kinds & {"ByteFallback", "Metaspace"}:
        byte = re.compile("<0x([0-9A-F]{2})>")
        known = [
            bytes.fromhex(m[1]) if (m := byte.fullmatch(t)) else t.replace("▁", " ").encode() for t in tokens
        ]
    else:
        raise ValueError(f"no bytes known for a tokenizer with {kinds}")
    return known + [b""] * (vocab_size - len(known))  # logits that belong to no token


def show(piece: bytes) -> str:
    """Bytes as text; those that are no whole UTF-8 character are named, as in ‹0xC3›."""
    text = piece.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda m: f"‹0x{ord(m[0]) - 0xDC00:02X}›", text)


def raw(text: str) -> bytes:
    """The inverse of `show`. Halves of surrogate pairs, which are no text, become U+FFFD."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = re.sub("‹0x([89A-F][0-9A-F])›", lambda m: chr(0xDC00 + int(m[1], 16)), text)
    return text.encode("utf-8", "surrogateescape")


def encode(
    tokenizer: "PreTrainedTokenizerBase", text: str, known: list[bytes], marks: bool = False
) -> list[int]:
    """The tokens of a text. `known` are the tokenizer's pieces.

    All plain, "<|endoftext|>" is spelt out; with `marks` what reads like a special token is that token.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    whole = decoder.decode(raw(text))
    begun = decoder.getstate()[0]  # the first bytes of a character that is not finished
    cut = tokenizer(whole, add_special_tokens=False, split_special_tokens=not marks, verbose=False)
    ids = cut["input_ids"]
    return ids + [known.index(bytes([b])) for b in begun]
