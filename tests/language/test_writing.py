"""Writing on and the tree: words are the tokens that were drawn, products multiply, a seed repeats."""

import math

import pytest

from generative import errors, language
from generative.language import sampling, words, writing
from generative.language.sampling import Options
from generative.language.spelling import is_word

NASTY = [
    "Era uma vez",
    "café à",
    "\0a",
    "🎉",
    "👩‍👩‍👧‍👦",
    "x" * 5000,
    "<|endoftext|>",
    "日本語",
    "don’t",
    "Once upon a ",
    "a\n",
]
TEXT = "Once upon a time there was"


def tokens_of(text, n, **how):
    """The tokens that predict.generate draws."""
    return list(language.predict.generate(text, n=n, **how))


# Writing on


def test_the_same_seed_writes_the_same_text_and_another_seed_another():
    first, again, other = (list(writing.continue_text(TEXT, words=12, seed=s)) for s in (1, 1, 2))
    assert first == again != other and len(first) == 12


@pytest.mark.parametrize("text", NASTY)
def test_the_words_joined_are_the_tokens_that_were_drawn(text):
    written = list(writing.continue_text(text, words=8, options=Options(1.5), seed=3))
    drawn = "".join(t.text for t in tokens_of(text, 60, options=Options(1.5), seed=3))
    assert 1 <= len(written) <= 8
    assert drawn.startswith("".join(w.text for w in written))


def test_p_is_the_product_of_the_chances_that_sampling_gave():
    lm, seed, how = language.model.load(), 2, Options(0.9, 200, 0.97)
    ids = language.predict.context(lm, TEXT).ids
    generator = sampling.seeded(seed)
    p, written = 1.0, list(writing.continue_text(TEXT, words=20, options=how, seed=seed))
    text = "".join(w.text for w in written)
    spelt = b""
    while len(spelt) < len(text.encode()):
        probs = sampling.distribution(language.predict.logits_after(lm, ids)[0], how)
        token = sampling.draw(probs, generator)
        p, spelt, ids = p * float(probs[token]), spelt + lm.pieces[token], [*ids, token]
    assert spelt.decode() == text
    assert math.isclose(math.prod(w.p for w in written), p, rel_tol=1e-3)
    assert len(written) < len(ids) - len(
        language.predict.context(lm, TEXT).ids
    )  # some words are several tokens


def test_temperature_0_takes_the_likeliest_token_each_time_and_is_certain_of_it():
    written = list(writing.continue_text(TEXT, words=8, options=Options(0)))
    text = TEXT
    while len(text) < len(TEXT) + sum(len(w.text) for w in written):
        text = language.predict.append_token(text, language.predict.next_tokens(text).tokens[0].token)
    assert text == writing.joined(TEXT, [w.text for w in written])
    assert all(w.p == 1 for w in written)


def test_a_word_is_whole_and_punctuation_stands_alone():
    pieces = [
        (b" wa", 0.5),
        (b"lk", 0.5),
        (b"ing", 1.0),
        (b",", 0.2),
        (b" \xf0\x9f", 0.5),
        (b"\x8e\x89", 0.5),
        (b" caf", 0.1),
        (b"\xc3", 0.5),
        (b"\xa9", 1.0),
        (b"\n", 0.5),
        (b"\xff", 0.25),
        (b"O", 0.3),
    ]
    found = [(w.text, round(w.p, 6)) for w in writing.whole_words(pieces)]
    assert found == [
        (" walking", 0.25),
        (",", 0.2),
        (" 🎉", 0.25),
        (" café", 0.05),
        ("\n", 0.5),
        ("‹0xFF›", 0.25),
        ("O", 0.3),
    ]


def test_a_half_typed_word_is_written_to_its_end():
    first = next(writing.continue_text("Era uma ve", words=1, options=Options(0)))
    assert not first.text.startswith(" ") and is_word(first.text)


def test_the_end_of_the_text_ends_the_writing(monkeypatch):
    lm = language.model.load()
    drawn = iter([*language.predict.encode(lm.tokenizer, " The end.", lm.pieces), lm.tokenizer.eos_token_id])
    monkeypatch.setattr(sampling, "draw", lambda *_: next(drawn))
    assert [w.text for w in writing.continue_text(TEXT, words=50)] == [" The", " end", "."]


@pytest.mark.parametrize(
    ("least", "most", "kept"),
    [
        (1, 9, 3),  # of a sentence that goes on, to its end
        (3, 9, 3),
        (4, 9, 9),  # the next end, and the quote that closes after it
        (4, 6, 6),  # never more
        (9, 9, 9),
        (2, 2, 2),
    ],
)
def test_writing_goes_on_to_the_end_of_the_sentence_and_no_further_than_asked(least, most, kept):
    texts = [" It", " ended", ".", " He", " said", ",", " Go", "!", "”", " And"]
    words = [writing.WrittenWord(text, 0.5) for text in texts]
    assert list(writing._to_sentence_end(words, least, most)) == words[:kept]


def test_what_is_written_beyond_goes_on_from_what_was_asked():
    short = list(writing.continue_text(TEXT, words=12, seed=4))
    long = list(writing.continue_text(TEXT, words=12, seed=4, beyond=15))
    assert long[:12] == short and 12 <= len(long) <= 27
    assert len(long) == 27 or writing.SENTENCE_END.search(long[-1].text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"beyond": 51},
        {"words": 0},
        {"words": 201},
        {"words": 1.5},
        {"words": math.nan},
        {"seed": -1},
        {"options": Options(top_k=-1)},
    ],
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        next(writing.continue_text(TEXT, **wrong))


def test_an_empty_text_is_refused():
    with pytest.raises(errors.TextEmpty):
        next(writing.continue_text(" \n"))


def test_two_hundred_words_run_past_the_context():
    text = "the dog and the cat " * 50
    assert len(language.predict.context(language.model.load(), text).ids) > 200  # of 256
    assert len(list(writing.continue_text(text, words=200, seed=9))) == 200  # a seed that ends no text before


# The tree


@pytest.fixture(scope="module")
def tree():
    return writing.tree(TEXT)


def paths(branches, before=()):
    for branch in branches:
        yield (*before, branch)
        yield from paths(branch.children, (*before, branch))


def test_a_tree_is_three_wide_and_three_deep(tree):
    found = list(paths(tree.branches))
    assert [sum(len(path) == depth for path in found) for depth in (1, 2, 3)] == [3, 9, 27]
    assert tree.typed == ""


def test_products_multiply_along_every_path(tree):
    for path in paths(tree.branches):
        assert math.isclose(path[-1].product, math.prod(b.p for b in path), rel_tol=1e-12)
        assert not path[-1].text or len(path) == 3 or sum(b.p for b in path[-1].children) <= 1


def test_every_level_is_what_the_next_words_are_after_the_path(tree):
    first = tree.branches[1]
    assert [b.text for b in tree.branches] == [w.text for w in words.next_words(TEXT, n=3).words]
    after = words.next_words(writing.joined(TEXT, [first.text]) + " ", n=3).words
    assert [b.text for b in first.children] == [w.text for w in after]
    assert [b.p for b in first.children] == pytest.approx([w.p for w in after], rel=1e-4)


def test_a_product_is_the_probability_of_the_two_words_in_a_row(tree):
    one = tree.branches[0]
    two = one.children[0]
    assert math.isclose(words.probability(TEXT, one.text), one.p, rel_tol=0.02)
    whole = writing.joined(TEXT, [one.text])
    assert math.isclose(one.p * words.probability(whole, two.text), two.product, rel_tol=0.05)


def test_a_half_typed_word_is_completed_and_replaced():
    found = writing.tree("Era uma ve", branches=2, depth=1)
    assert found.typed == " ve" and all(b.text.startswith(" ve") for b in found.branches)
    assert writing.taken("Era uma ve", [" vez", " o"], found.typed) == "Era uma vez o "


def test_a_word_of_the_tree_counts_as_whole_and_never_as_half_typed(monkeypatch):
    asked = []

    def next_words(text, *rest):
        asked.append(text)
        return words.next_words(text, *rest)

    monkeypatch.setattr(writing, "next_words", next_words)
    writing.tree("Era uma", branches=2, depth=2)
    assert asked[0] == "Era uma" and len(asked) == 3
    assert all(text.startswith("Era uma ") and text.endswith(" ") for text in asked[1:])


def test_what_is_taken_ends_in_a_blank_after_a_word_and_in_none_after_a_mark():
    assert writing.taken("Era uma vez ", [" um", " rei"]) == "Era uma vez um rei "
    assert writing.taken("Era", [" uma", "."]) == "Era uma."


def test_bytes_of_a_character_join_what_is_begun():
    assert writing.joined("caf‹0xC3›", ["‹0xA9›", "!"]) == "café!"


@pytest.mark.parametrize("wrong", [{"branches": 0}, {"branches": 6}, {"depth": 0}, {"depth": 5}])
def test_a_tree_too_large_is_refused(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        writing.tree(TEXT, **wrong)


@pytest.mark.parametrize("text", ["\0a", "🎉", "x" * 5000, "<b>&"])
def test_odd_texts_have_a_tree(text):
    found = writing.tree(text, branches=2, depth=2)
    assert all(0 <= path[-1].product <= path[-1].p <= 1 for path in paths(found.branches))


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        ([" em", " 1", ".", "86", " por", " cento", ".", " E"], 7),  # a dot within a number
        ([" o", " Sr", ".", " Silva", " foi", ".", " E"], 6),  # after a title
        ([" de", " J", ".", " Machado", ".", " E"], 5),  # after an initial
        ([" no", " mar", ".", "\n", "O"], 3),  # a new line begins another
    ],
)
def test_a_dot_that_ends_no_sentence_does_not_end_the_writing(texts, kept):
    words = [writing.WrittenWord(text, 0.5) for text in texts]
    assert list(writing._to_sentence_end(words, 2, 9)) == words[:kept]
