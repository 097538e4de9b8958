"""Whole words: against brute force on a toy vocabulary, against a wider search, and the chain rule."""

import functools
import itertools
import math
import re
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from types import SimpleNamespace

import pytest
import torch

from generative import errors, language
from generative.language import reading, search, words
from generative.language.chain import chain as chain_of
from generative.language.reading import Store, read
from generative.language.sampling import Options
from generative.language.spelling import first_unit, spelling, split
from generative.text import plain

torch.set_num_threads(1)

ENDLESS = words.Effort(10**9, 0, 0)
PIECES = [b"<end>", b" a", b"a", b"b", b" ab", b"ba", b".", b" ", b"\xc3", b"\xa3", b"b.", b"\n"]
END, LONGEST = 0, 4


class Toy(torch.nn.Module):
    """A model of order 2: the logits depend on the last two tokens alone. Letters are rare after letters."""

    def __init__(self, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.table = 1.5 * torch.randn(len(PIECES), len(PIECES), len(PIECES), generator=generator)
        self.device = torch.device("cpu")

    def forward(self, idx, past_key_values=None, use_cache=False):
        before = torch.cat([torch.zeros_like(idx[:, :1]), idx[:, :-1]], 1)
        return SimpleNamespace(logits=self.table[before, idx], past_key_values=None)


class ToyTokenizer:
    all_special_ids = [END]

    def __call__(self, text, **options):
        """The longest token first."""
        data, ids = text.encode(), []
        while data:
            ids.append(
                max(
                    (t for t, p in enumerate(PIECES) if t and data.startswith(p)),
                    key=lambda t: len(PIECES[t]),
                )
            )
            data = data[len(PIECES[ids[-1]]) :]
        return {"input_ids": ids}


@pytest.fixture
def toy(monkeypatch):
    lm = language.model.LanguageModel("toy", Toy(), ToyTokenizer(), 64, END, PIECES)
    monkeypatch.setattr(language.model, "load", lambda name="": lm)
    monkeypatch.setattr(search, "LONGEST", LONGEST)  # else an endless search has no end
    return lm


def brute_force(lm, text: str, word: str, depth: int = LONGEST) -> float:
    """p(word) by following every sequence of tokens to the point where the next word is known."""
    start = [END, *lm.tokenizer(text)["input_ids"]]

    def over(spelt: bytes) -> str | None:
        """The word that bytes begin with, once it cannot change any more."""
        if spelt.endswith(b"\xc3"):
            return None
        text = spelt.decode("utf-8", "surrogateescape")
        blank = len(text) - len(text.lstrip(" "))
        letters = len(list(itertools.takewhile(str.isalpha, text[blank:])))
        if text[blank:] in ("", text[blank : blank + letters]):
            return None
        if letters:
            return text[: blank + letters]
        marks = itertools.takewhile(lambda c: not c.isalpha() and not c.isspace(), text[blank:])
        return text[:blank] + ("\n" if text[blank] == "\n" else "".join(marks))

    def walk(ids: list[int], spelt: bytes) -> float:
        probs, total = lm.model.table[ids[-2] if len(ids) > 1 else 0, ids[-1]].double().softmax(0), 0.0
        for token, p in enumerate(probs.tolist()):
            longer = spelt + PIECES[token] if token else spelt + b"\n"  # the end of the text ends a word, too
            if (
                len(ids) - len(start) >= depth
                or not ids[len(start) :]
                and after_word
                and over(b"a" + longer) != "a"
            ):
                continue
            if over(longer) is None:
                total += p * walk([*ids, token], longer)
            elif token or spelt.strip():
                total += p * (over(longer) == word)
        return total

    after_word = text[-1].isalpha()
    probs = lm.model.table[start[-2], start[-1]].double().softmax(0)
    ends = [t for t, piece in enumerate(PIECES) if not t or over(b"a" + piece) == "a"]
    return walk(start, b"") / (float(probs[ends].sum()) if after_word else 1)


# The example in the docstring


class FiveTokens:
    """In the place of a Lookahead: the same chances after every path."""

    pieces = [b"<end>", b" a", b" ab", b"b", b"."]
    lm = SimpleNamespace(spelling=spelling(pieces, {0}))

    def after(self, paths, soon=()):
        return torch.tensor([[0, 1 / 2, 1 / 4, 1 / 8, 1 / 8]] * len(paths)).log()


def told(begins: str) -> list[dict[bytes, float]]:
    """The docstring's lines that begin so: each text, joined where it is several tokens, and its chance."""
    lines = re.findall(rf" {begins} (.*)", search.Search.__doc__)
    entries = (re.findall(r'((?:"[^"]*"\+?)+) ([\d/]+)', line) for line in lines)
    return [{re.sub(r'"\+?', "", text).encode(): float(Fraction(p)) for text, p in row} for row in entries]


def test_the_example_in_the_docstring_is_what_a_search_does():
    example = search.Search(FiveTokens(), effort=words.Effort(width=8))  # so that run() is one pass
    steps = example.begin, lambda: example.run(9), lambda: example.run(9)
    for step, found, queue in zip(steps, told("found:"), told("queue:"), strict=True):
        step()
        assert {word: p for word, (p, _) in example.found.items() if p} == pytest.approx(found)
        assert [path.text for _, _, path in sorted(example.queue)] == list(queue)
        assert [path.p for _, _, path in sorted(example.queue)] == pytest.approx(list(queue.values()))
        if step is steps[1]:
            assert example.error(b" ab") == pytest.approx(1 / 16)
    assert example.error(b" ab") == example.error(b".") == 0
    assert dict(zip(FiveTokens.pieces, FiveTokens().after([()])[0].exp().tolist(), strict=True)) == {
        b"<end>": 0,
        **told('"<end>" 0  ')[0],
    }


def test_a_search_stops_when_no_path_left_is_a_tenth_as_likely_as_the_last_word_asked_for():
    for n, passes in (
        (1, 2),
        (4, 2),
        (6, 3),
    ):  # 1/16 left of 7/16; 1/128 of 7/64; 1/128, then 1/1024 of 7/512
        found = search.Search(FiveTokens()).begin().run(n)
        assert len(found.visited) == 1 + 3 * passes and found.queue


def test_every_way_to_spell_a_target_is_followed_however_few_paths_are():
    """ " ab" alone, or " a" and then "b"."""
    found = search.Search(FiveTokens(), target=b" ab", effort=words.Effort(width=1)).begin()
    assert (found.mass, found.p_mass) == pytest.approx([1 / 4 + 1 / 16] * 2)
    assert found.exactly() == pytest.approx(7 / 8 * (1 / 4 + 1 / 16))


def test_after_a_word_that_is_over_no_token_goes_on_with_it():
    assert search.Search(FiveTokens(), target=b"b", after_word=True).begin().mass == 0
    found = search.Search(FiveTokens(), after_word=True).begin()
    assert found.mass == pytest.approx(7 / 8) and b"b" not in found.run(9).found


def test_options_choose_among_what_spells_the_target_and_keep_its_mass():
    found = search.Search(FiveTokens(), Options(top_k=1), target=b" ab").begin()
    assert found.p_mass == pytest.approx(3 / 4 / 8)  # " a" has all the mass of " a" and " ab"
    assert found.mass == pytest.approx(1 / 4 + 1 / 16)


# Against brute force


@pytest.mark.parametrize("text", ["a ", "ba.", "a\n", "ab a "])
def test_an_endless_search_equals_brute_force(toy, text):
    found = {w.text: w for w in words.next_words(text, n=50, effort=ENDLESS).words}
    checked = [w for w in found if 0 < len(w.encode()) <= LONGEST - 1 and "‹" not in w]
    assert len(checked) >= 8
    for word in checked:
        assert math.isclose(found[word].before, brute_force(toy, text.rstrip(" "), word), abs_tol=1e-6), word


def test_the_probability_of_a_word_equals_brute_force(toy):
    toy.model.table[:, :, [8, 9]] -= 30  # halves of characters after a word are not looked at
    for word in (" a", " ab", " aba", "."):
        assert math.isclose(words.probability("ba ", word), brute_force(toy, "ba", word), abs_tol=1e-6), word


def test_a_half_typed_word_is_a_condition(toy, monkeypatch):
    monkeypatch.setattr(words, "WHOLE", 2)  # never a whole word
    half = words.next_words("b. ab", n=50, effort=ENDLESS)
    every = words.next_words("b. ", n=50, effort=ENDLESS)
    assert half.typed == " ab" and all(w.text.startswith(" ab") for w in half.words)
    known = {w.text: w.p for w in every.words}
    first, *others = (w for w in half.words if w.text in known)
    assert len(others) >= 5
    for word in others:
        assert math.isclose(word.p / first.p, known[word.text] / known[first.text], rel_tol=1e-6)
    assert math.isclose(sum(w.p for w in half.words) + half.rest, 1)


def test_temperature_top_k_and_top_p_reach_the_words(toy):
    plain = words.next_words("a ", n=5, effort=ENDLESS)
    greedy = words.next_words("a ", n=5, options=Options(0), effort=ENDLESS)
    assert [w.before for w in plain.words] == pytest.approx([w.before for w in greedy.words])
    assert sum(w.p for w in greedy.words) == pytest.approx(1) or max(w.p for w in greedy.words) == 0
    assert all(w.p == w.before for w in plain.words)


# The shipped model


TEXTS = [
    "Era uma vez ",
    "Once upon a ",
    "ele foi ao merc",
    "Fim.\n",
    "— Não, disse a ",
    "The 🎉 ",
    "Ele disse: “",
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_bar_lies_within_its_error_of_a_search_50_times_wider(text):
    narrow = words.next_words(text, n=10)
    wide = words.next_words(text, n=50, effort=words.Effort(50 * 48, 1e-6, 0))
    known = {w.text: w for w in wide.words}
    for word in narrow.words:
        if word.text in known:
            other = known[word.text]
            assert word.p - 1e-3 * word.p <= other.p <= word.p + word.error + 1e-3 * word.p
    assert {w.text for w in narrow.words[:5]} <= known.keys()
    assert narrow.error == max(w.error for w in narrow.words) < 0.05


@pytest.mark.parametrize("text", TEXTS)
def test_words_and_rest_sum_to_one(text):
    result = words.next_words(text, n=50)
    assert math.isclose(sum(w.p for w in result.words) + result.rest, 1, abs_tol=1e-9)
    assert 0 <= result.unvisited <= 1
    cut = words.next_words(text, n=3, options=Options(0.5, 40))
    assert math.isclose(sum(w.p for w in cut.words) + cut.rest, 1, abs_tol=1e-9)


def test_a_letter_of_a_word_is_completed_and_a_whole_word_is_followed():
    assert words.next_words("ele foi ao merc").words[0].text == " mercado"
    whole = words.next_words("Once upon a")
    assert whole.typed == "" and whole.words[0].text == " time"
    assert [w.text for w in whole.words] == [w.text for w in words.next_words("Once upon a ").words]


ODD = ["日本語と", "привет", "x" * 3000, "?!...", "🎉🎉", "\0a", "a" * 100_000, "e\u0301", "1234567890123"]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_still_have_next_words_and_a_chain(text):
    found, chain = words.next_words(text), chain_of(text)
    assert len(found.words) == 10 and all(0 <= w.p <= 1 for w in found.words)
    assert "".join(w.text for w in chain.words) == plain(text)[-sum(len(w.text) for w in chain.words) :]


@pytest.mark.parametrize("text", ["Era uma vez", "Once upon a time, there", "Ele disse"])
def test_the_probability_of_a_word_is_its_bar(text):
    for word in words.next_words(text + " ", n=5).words:
        p = words.probability(text, word.text)
        assert word.p - 1e-6 <= p <= word.p + word.error + 1e-6


def test_a_blank_is_added_to_a_word_where_the_text_needs_one():
    for text in ("Era uma", "Ele disse,"):
        assert words.probability(text, "vez") == words.probability(text, " vez")
    for text in ("Ele disse: “", "A casa ("):
        assert words.probability(text, "vez") != pytest.approx(words.probability(text, " vez"), rel=0.01)


@pytest.mark.parametrize("wrong", ["two words", "a b", "x,y", "a\nx"])
def test_what_is_no_single_word_has_no_probability(wrong):
    with pytest.raises(words.WordTooMany):
        words.probability("Once upon a", wrong)
    with pytest.raises(errors.TextEmpty):
        words.probability("Once upon a", " ")


@pytest.mark.parametrize("text", ["o gato dorme no sofá", "The little dog ran. It’s “late”!", "🎉\n\nção é."])
def test_the_chain_of_words_is_the_loss_of_the_model(text):
    lm, chain = language.model.load(), chain_of(text)
    assert "".join(w.text for w in chain.words) == text
    ids, _ = language.predict.context(lm, text)
    over = read(lm, ids).over[-1] if split(text)[-1].strip().isalpha() else 1
    log_p = language.predict.score_text(text).log_p + math.log(over)
    assert math.isclose(-chain.bits * math.log(2), log_p, abs_tol=1e-4)
    assert math.isclose(chain.perplexity, math.exp(-log_p / len(chain.words)), rel_tol=1e-4)
    assert all(0 < w.p <= 1 and w.rank >= 1 for w in chain.words)


def test_a_word_of_the_chain_has_the_p_of_its_bar():
    chain = chain_of("Once upon a time")
    bar = words.next_words("Once upon a ").words[0]
    assert chain.words[-1].text == bar.text == " time"
    assert math.isclose(chain.words[-1].p, bar.p, rel_tol=0.01)  # the bar also counts rarer spellings


def test_rank_one_is_the_token_that_the_model_expects():
    text = "Once upon a"
    best = language.predict.next_tokens(text, n=1).tokens[0]
    assert chain_of(text + best.text).words[-1].rank == 1


def test_a_word_is_as_unexpected_as_its_least_expected_token():
    lm, text = language.model.load(), "O paralelepípedo"
    ranks = read(lm, language.predict.context(lm, text).ids).rank
    assert chain_of(text).words[1].rank == max(ranks[2:]) > min(ranks[2:])


def test_before_a_part_of_a_character_no_word_is_known_to_end():
    """The first byte of an emoji may as well begin a letter."""
    casa, emoji = chain_of("casa🎉").words
    tokens = language.predict.score_text("casa🎉").tokens
    n = len(language.predict.score_text("casa").tokens)
    assert math.isclose(casa.p, math.prod(t.p for t in tokens[:n]), rel_tol=1e-5)
    assert math.isclose(emoji.p, math.prod(t.p for t in tokens[n:]), rel_tol=1e-5)


# Readings that are kept


def same(a, b):
    return (
        a.ids == b.ids
        and torch.allclose(a.logits, b.logits, atol=1e-4)
        and a.rank == b.rank
        and torch.allclose(torch.tensor(a.over), torch.tensor(b.over), atol=1e-5)
        and torch.allclose(torch.tensor(a.log_p), torch.tensor(b.log_p), atol=1e-4)
    )


def test_a_text_that_grows_shrinks_or_changes_is_read_as_if_new():
    lm = language.model.load()
    texts = [
        "Era uma vez",
        "Era uma vez um rei",
        "Era uma vez um rato que",
        "Era uma",
        "Era",
        "Once",
        "Once upon",
    ]
    for text in texts:
        ids, _ = language.predict.context(lm, text)
        assert same(read(lm, ids, "ana"), read(lm, ids, f"nobody {text}"))
        words.next_words(text, visitor="ana")  # searches on the cache and leaves it as it was
        assert same(read(lm, ids, "ana"), read(lm, ids, f"nobody {text}"))


def test_only_the_new_token_of_a_text_is_computed(monkeypatch):
    lm, sizes = language.model.load(), []
    ids, _ = language.predict.context(lm, "Era uma vez um rei que vivia")
    read(lm, ids[:-1], "rui")

    real = reading.forward
    monkeypatch.setattr(
        reading, "forward", lambda lm, rows, cache=None: sizes.append(len(rows[0])) or real(lm, rows, cache)
    )
    read(lm, ids, "rui")
    read(lm, ids, "rui")
    assert sizes == [1]


def test_the_store_drops_the_oldest_beyond_its_bytes():
    lm = language.model.load()
    ids, _ = language.predict.context(lm, "Era uma vez")
    one = read(lm, ids, "x")
    store = Store(3 * one.nbytes)
    for visitor in "abcde":
        store.put((visitor, ""), one)
    assert store.size == 3 * one.nbytes
    assert [bool(store.get((v, ""))) for v in "abcde"] == [False, False, True, True, True]
    store.put(("c", ""), one)
    assert store.size == 3 * one.nbytes


def test_one_visitor_in_many_threads_gets_what_each_text_deserves():
    texts = ["Era uma vez", "Era uma vez um rei", "Once upon a", "Era uma casa", "Once upon a time there was"]
    alone = {text: words.next_words(text + " ", n=3).words for text in texts}
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda text: words.next_words(text + " ", n=3, visitor="same").words, texts * 6)
        )
    for text, got in zip(texts * 6, found, strict=True):
        assert [w.text for w in got] == [w.text for w in alone[text]]
        assert [w.p for w in got] == pytest.approx([w.p for w in alone[text]], abs=1e-5)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Era uma vez.", ["Era", " uma", " vez", "."]),
        ("don’t  disse-lhe, \n\n  Olá!?", ["don’t", "  disse-lhe", ",", " \n\n  ", "Olá", "!?"]),
        ("e\u0301 🎉👍🏽 3,5 ", ["e\u0301", " 🎉👍🏽", " 3", ",", "5", " "]),
        ("日本 a\0b", ["日本", " a", "\0", "b"]),
    ],
)
def test_a_text_splits_into_words_that_joined_are_the_text(text, parts):
    assert split(text) == parts and "".join(parts) == text


def test_the_first_unit_of_what_is_being_spelt():
    kinds = functools.partial(map, lambda t: first_unit(t)[0])
    assert list(kinds([" ca", "ca,", " ", "\n", ",", " disse-"])) == [
        "word",
        "over",
        "open",
        "over",
        "over",
        "word",
    ]
