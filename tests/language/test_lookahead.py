"""Paths after a text, computed as a tree: the logits of reading each anew, and a bounded amount of work."""

from dataclasses import replace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from generative import language
from generative.language import lookahead, words
from generative.language.lookahead import BATCH, Lookahead
from generative.language.reading import forward, read
from generative.language.search import HALF_TYPED, LEAST, USUAL

torch.set_num_threads(1)
PATHS = [[(5,), (300,), (7,)], [(5, 9), (300, 9), (5, 11)], [(5, 9, 2), (300, 9, 2), (300, 9, 700)]]


def gpt2() -> language.model.LanguageModel:
    """Random weights: what is tested is the way of computing."""
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=8192, n_embd=32, n_layer=2, n_head=2, n_positions=256)
    return replace(
        language.model.load(), name="random", model=GPT2LMHeadModel(config).eval().requires_grad_(False)
    )


@pytest.mark.parametrize("kind", ["llama", "gpt2", "each alone", "bigram"])
def test_a_path_has_the_logits_of_a_text_that_is_read_anew(kind, monkeypatch):
    lm = {"gpt2": gpt2, "bigram": lambda: language.model.load("language_bigram")}.get(
        kind, language.model.load
    )()
    if kind == "each alone":
        monkeypatch.setattr(lookahead, "TREES", ())
    ids = language.predict.context(lm, "Era uma vez um rei que").ids
    reading = read(lm, ids, f"tests of {kind}")
    ahead = Lookahead(lm, reading)
    for paths in PATHS:
        for path, logits in zip(paths, ahead.after(paths), strict=True):
            anew = forward(lm, [[*ids, *path]], last=True)[0][0, -1]
            assert torch.allclose(logits, anew.to(logits.dtype), atol=1e-4), path
    assert torch.equal(ahead.after([()])[0], reading.logits)
    again, _ = forward(lm, [ids], last=True)
    assert torch.allclose(again[0, -1], reading.logits.to(again.dtype), atol=1e-4)  # as it was


@pytest.fixture
def passes(monkeypatch):
    """How many paths each pass computes."""
    sizes, real = [], Lookahead._as_tree
    monkeypatch.setattr(
        Lookahead, "_as_tree", lambda self, paths: sizes.append(len(paths)) or real(self, paths)
    )
    return sizes


def test_a_path_is_computed_once_and_a_batch_with_room_takes_along_what_comes_next(passes):
    lm = language.model.load()
    ahead = Lookahead(lm, read(lm, language.predict.context(lm, "Era uma vez").ids))
    first = ahead.after([(5,), (6,)], soon=((token,) for token in range(5, 100)))
    assert passes == [BATCH]
    assert torch.equal(ahead.after([(6,), (5,), (20,)])[:2], first.flip(0)) and passes == [BATCH]


TYPED = ["Era uma vez um r", "ele foi ao merc", "um rei inconstituc", "o xyzq", "The qwrt", "e zzzzzzzzzz"]


@pytest.mark.parametrize("text", [*TYPED, "Era uma vez ", "Once upon a time"])
def test_the_work_of_a_search_is_bounded_also_for_a_half_typed_word(text, passes):
    words.next_words(text)
    most = HALF_TYPED + 2 * USUAL.width  # the letters may turn out to be no beginning of a word
    assert len(passes) <= most / LEAST and sum(passes) <= most + 2 * BATCH


def test_a_half_typed_word_is_searched_once(passes):
    for text in ("ele foi ao merc", "The king looked at his hou"):
        passes.clear()
        assert words.next_words(text).typed
        assert sum(passes) <= HALF_TYPED + USUAL.width
