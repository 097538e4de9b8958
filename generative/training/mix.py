"""The text sets, how often each is seen in one pass, documents packed into rows, the held-out sample.

What the tokenizer and every language model read, so that their figures can be compared; and what the last
stretch of a model reads.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer
from tqdm import tqdm

from generative.training.data import Documents
from generative.training.habits import asks, repeats
from generative.training.listed import listed

LANGUAGES = {"en": "English", "pt": "Portuguese"}


class TextSet(NamedTuple):
    """How often a set is seen in one pass, licence, what it is; research: non-commercial, or none stated."""

    weight: float
    licence: str
    title: str
    research: bool = False


# Simple stories and today's Brazilian Portuguese are seen more often than old novels; Shakespeare, Machado,
# recipes and the Bible stay rare. Starting point: the "repeat" in the data's own description.
SETS = {
    "en_books_children": TextSet(1.6, "public domain / CC0", "children's books, Standard Ebooks"),
    "en_fairytales": TextSet(3, "Apache-2.0; public-domain tales", "FairytaleQA stories"),
    "en_fables_tinyfabulist": TextSet(2, "MIT", "TinyFabulist, synthetic fables for ages 4-7"),
    "en_stories_asp_ccby": TextSet(3, "CC BY", "African Storybook and Pratham Books, English"),
    "en_socialiqa_qa": TextSet(1.5, "CC BY 4.0", "Social IQa"),
    "en_sentences_commonvoice": TextSet(2, "CC0", "Mozilla Common Voice sentences, English"),
    "en_openstax_ccby": TextSet(1, "CC BY 4.0", "OpenStax college textbooks, Rice University"),
    "en_news_onestop": TextSet(2, "CC BY-SA 4.0", "OneStopEnglish news in three reading levels"),
    "en_dialog_sgd": TextSet(0.7, "CC BY-SA 4.0", "Schema-Guided Dialogue"),
    "en_novels_eltec": TextSet(0.5, "public domain, CC BY markup", "ELTeC English novels"),
    "en_shakespeare": TextSet(0.3, "public domain", "Shakespeare, a sample"),
    "en_openstax_ncsa": TextSet(0.7, "CC BY-NC-SA 4.0", "OpenStax textbooks, non-commercial", True),
    "en_clear_excerpts": TextSet(1.5, "CC BY-NC-SA 4.0 as a whole", "CLEAR corpus, reading excerpts", True),
    "en_dialog_daily": TextSet(1, "CC BY-NC-SA 4.0", "DailyDialog", True),
    "pt_machado": TextSet(0.5, "public domain", "Machado de Assis, works"),
    "pt_novels_eltec": TextSet(0.6, "public domain, CC BY markup", "ELTeC Portuguese novels"),
    "pt_socialiqa_qa": TextSet(2, "CC BY 4.0", "Social IQa, machine translated to Portuguese"),
    "pt_sentences_commonvoice": TextSet(4, "CC0", "Mozilla Common Voice sentences, Portuguese"),
    "pt_ud": TextSet(2, "CC BY-SA 4.0", "Universal Dependencies Bosque, GSD, PUD, Porttinari"),
    "pt_wiki_paramopama": TextSet(2, "CC BY-SA", "Portuguese Wikipedia sentences, Paramopama"),
    "pt_wiki_qa_contexts": TextSet(2, "CC BY 4.0 / MIT", "FaQuAD and SQuAD-PT contexts"),
    "pt_qa_short": TextSet(1, "CC BY 4.0 / MIT", "short questions and answers"),
    "pt_news_porsimples": TextSet(3, "CC BY 4.0", "PorSimplesSent, news in simple Portuguese"),
    "pt_d2l": TextSet(0.5, "CC BY-SA 4.0", "Dive into Deep Learning, Portuguese"),
    "pt_bible_blivre": TextSet(0.5, "public domain", "Bíblia Livre"),
    "pt_enem": TextSet(1.5, "GPL-2.0 / MIT repositories", "ENEM exam questions"),
    "pt_news_fakebr_true": TextSet(1, "research, none stated", "Fake.Br corpus, its true news", True),
    "pt_news_macmorpho": TextSet(1, "by permission of NILC", "Mac-Morpho, Folha de S.Paulo 1994", True),
    "pt_essays_enem": TextSet(1, "mixed, research", "student essays, UOL and Essay-BR", True),
    "pt_sentences_assin": TextSet(1.5, "research", "ASSIN news sentences", True),
    "pt_sentences_sickbr": TextSet(3, "CC BY-NC-SA 3.0", "SICK-BR simple sentences", True),
    "pt_recipes": TextSet(0.4, "research", "Brazilian recipes", True),
}

# Came when models had been measured: they teach, but they are not in the held-out sample, which stays the one
# of the sets above, so that old and new figures can be compared.
LATER = {
    "en_simple_stories": TextSet(1, "non-commercial research", "very short stories by Claude 3 Haiku", True),
    "pt_stories_own": TextSet(6, "CC0", "stories in simple Portuguese, written by a language model"),
    "pt_explained_own": TextSet(4, "CC0", "everyday things explained, written by a language model"),
    "pt_escolar_gazzola": TextSet(2.5, "CC BY 4.0", "school texts, children's news, Wikibooks"),
    "pt_stories_asp": TextSet(3, "CC BY, some CC BY-NC", "African Storybook, Portuguese", True),
    "pt_wiki_neural": TextSet(1.5, "CC BY-NC-SA 4.0", "Portuguese Wikipedia sentences, WikiNEuRal", True),
    "pt_sentences_inferbr": TextSet(1, "MIT", "InferBR, short everyday sentences"),
    "pt_raspberry_projects": TextSet(1, "CC BY-SA 4.0", "Raspberry Pi Foundation, projects for children"),
    "pt_help_gnome": TextSet(0.5, "CC BY 3.0", "GNOME desktop help"),
    "pt_tech_docs": TextSet(0.3, "CC BY-NC-SA 3.0 and others", "translated programming books", True),
    "pt_freecodecamp": TextSet(0.2, "BSD-3, by the parent project", "freeCodeCamp lessons", True),
    "pt_python_docs": TextSet(0.2, "CC0 translation, PSF original", "Python tutorial, FAQ, howto"),
}
KNOWN = SETS | LATER

# What a model reads last, and how often in one pass: stories and modern prose. Questions (with answers, or of
# exams), picture captions and dialogues are many tiny documents, and a model that reads them to the end
# answers a fairy tale's beginning with a question.
LAST = {
    "pt_stories_own": 8,
    "pt_explained_own": 5,
    "pt_stories_asp": 3,
    "pt_news_porsimples": 2,
    "pt_escolar_gazzola": 1,
    "pt_sentences_commonvoice": 1,
    "pt_ud": 0.3,
    "pt_wiki_neural": 0.3,
    "pt_essays_enem": 0.3,
    "pt_novels_eltec": 0.15,
    "pt_news_fakebr_true": 0.15,
    "pt_machado": 0.1,
    "en_stories_asp_ccby": 2,
    "en_fairytales": 1.5,
    "en_fables_tinyfabulist": 1,
    "en_simple_stories": 1,
    "en_news_onestop": 0.7,
    "en_books_children": 0.6,
    "en_clear_excerpts": 0.5,
}


def weight_of(name: str) -> float:
    """How often a set is seen in one pass; a set that this file does not know, once."""
    return KNOWN[name].weight if name in KNOWN else 1.0


def last_weight_of(name: str) -> float:
    """How often a set is seen in one pass of the last stretch; a set that is not in it, never."""
    return LAST.get(name, 0.0)


def for_last(sets: list[Documents]) -> list[Documents]:
    """The sets of the last stretch, without the documents that hold a listed word."""
    return [Documents(s.name, [d for d in s.documents if not listed(d)]) for s in sets if s.name in LAST]


def without_habits(sets: list[Documents]) -> list[Documents]:
    """The sets without the documents that ask or repeat as in `habits`."""
    return [Documents(s.name, [d for d in s.documents if not (asks(d) or repeats(d))]) for s in sets]


def language_of(name: str) -> str:
    """'en' or 'pt': the first letters of a set's name."""
    return name.split("_")[0]


class Packed(NamedTuple):
    """One set as tokens: ids (T,) uint16; document i is ids[starts[i]:starts[i + 1]]; seen `weight` times."""

    name: str
    ids: np.ndarray
    starts: np.ndarray
    weight: float


def pack(
    sets: list[Documents], tokenizer: Tokenizer, end_of_text: int, weight: Callable[[str], float] = weight_of
) -> list[Packed]:
    """Every document as [end-of-text, tokens ...], one array a set."""
    packed = []
    for name, documents in tqdm(sets, desc="tokens", unit="set"):
        rows = []
        for i in range(0, len(documents), 1000):  # in parts: an Encoding is many times larger than its ids
            encoded = tokenizer.encode_batch_fast(documents[i : i + 1000], add_special_tokens=False)
            rows += [np.array([end_of_text, *e.ids], np.uint16) for e in encoded]
        starts = np.cumsum([0, *(len(r) for r in rows)])
        ids = np.concatenate(rows) if rows else np.empty(0, np.uint16)
        packed.append(Packed(name, ids, starts, weight(name)))
    return packed


def one_pass(sets: list[Packed], seed: int) -> np.ndarray:
    """All documents, each set at its weight, in random order, end to end: (T,) uint16."""
    rng = np.random.default_rng(seed)
    documents = []
    for s in sets:
        times = int(s.weight) + (rng.random(len(s.starts) - 1) < s.weight % 1)
        documents += [s.ids[s.starts[i] : s.starts[i + 1]] for i in np.repeat(np.arange(len(times)), times)]
    return np.concatenate([documents[i] for i in rng.permutation(len(documents))])


class Batch(NamedTuple):
    """rows (B, block_size + 1) of tokens, and where the next batch starts: row `at` of pass `epoch`."""

    rows: np.ndarray
    epoch: int
    at: int


def batches(
    sets: list[Packed], size: int, block_size: int, seed: int, epoch: int = 0, at: int = 0
) -> Iterator[Batch]:
    """Endless random rows from row `at` of pass `epoch` on; a resumed run goes on where it stopped."""
    while True:
        tokens = one_pass(sets, seed + epoch)
        first = np.random.default_rng(seed + epoch).permutation((len(tokens) - 1) // block_size) * block_size
        for at in range(at, len(first) - size + 1, size):  # noqa: B020 (goes on from the given row)
            yield Batch(tokens[first[at : at + size, None] + np.arange(block_size + 1)], epoch, at + size)
        epoch, at = epoch + 1, 0


def held_out_sample(
    train: list[Documents], val: list[Documents], size: int = 200_000
) -> dict[str, list[str]]:
    """About `size` bytes of held-out documents per language, at the shares of the mix; fixed.

    Of the sets that came later, nothing: the same weights keep the same figure.
    """
    return sample(
        [s for s in train if s.name not in LATER], [s for s in val if s.name not in LATER], weight_of, size
    )


def last_sample(train: list[Documents], val: list[Documents], size: int = 200_000) -> dict[str, list[str]]:
    """The same at the shares of the last stretch, without the documents that hold a listed word.

    `train` is all that a model has read, not the last stretch alone.
    """
    return sample(train, for_last(val), last_weight_of, size)


def sample(
    train: list[Documents], val: list[Documents], weight: Callable[[str], float], size: int
) -> dict[str, list[str]]:
    """About `size` bytes of documents of `val` per language, each set at its share of what is read.

    A document that begins like a training document (another turn of the same dialogue, a simplified copy)
    is left out. Of a long document, only the first 8,000 characters count.
    """
    chosen = {}
    for language in LANGUAGES:
        mine = [s for s in train if language_of(s.name) == language]
        read = {s.name: weight(s.name) * sum(map(len, s.documents)) for s in mine}
        known = {d[:60] for s in mine for d in s.documents}
        chosen[language] = []
        for s in (s for s in val if s.name in read):
            left = size * read[s.name] / sum(read.values())
            for document in (d[:8000] for d in s.documents if d[:60] not in known):
                if left > 0:
                    chosen[language].append(document)
                    left -= len(document.encode())
    return chosen
