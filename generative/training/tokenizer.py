"""Train the tokenizer: python -m generative.training.tokenizer --text PATH

Byte-level BPE (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909; on bytes: Radford et al. 2019,
GPT-2), learned on as many English as Portuguese bytes. Every text has tokens and comes back from them
unchanged: 256 of them are the single bytes. Writes tokenizer.json and tokenizer_config.json, which
transformers' AutoTokenizer reads.

It knows pieces of words, not words: what a word is, is decided in generative/language/spelling.py.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from generative import weights
from generative.training.data import Documents, load_texts
from generative.training.mix import LANGUAGES, language_of, weight_of

END_OF_TEXT = "<|endoftext|>"  # before, and so between, documents
VOCABULARY = 8192  # small, so that a small model does not spend most of its parameters on the word list

# What a token may never straddle. English contractions; words with their leading space; one digit at a
# time, so that numbers are spelt alike everywhere; runs of punctuation; line breaks; spaces.
PIECES = (
    r"['’](?i:[sdmt]|ll|ve|re)(?!\p{L})"
    r"| ?[\p{L}\p{M}]+"
    r"| ?\p{N}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+"
    r"|\s*[\r\n]"
    r"|\s+(?!\S)|\s+"
)


def sample(sets: list[Documents], language: str, size: int, seed: int) -> Iterator[str]:
    """Documents of one language in random order, about `size` bytes, each set at its share of the mix."""
    chosen = [s for s in sets if language_of(s.name) == language]
    documents = [(d, weight_of(s.name)) for s in chosen for d in s.documents]
    rng = random.Random(seed)
    rng.shuffle(documents)
    most = max(weight_of(s.name) for s in chosen)
    for document, weight in documents:
        if rng.random() * most < weight:
            yield document
            size -= len(document.encode())
        if size < 0:
            return


def train(sets: list[Documents], size: int, seed: int) -> Tokenizer:
    """A byte-level BPE learned on about `size` bytes of each language."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT],
        max_token_length=24,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    documents = (d for language in LANGUAGES for d in sample(sets, language, size, seed))
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, block_size: int) -> None:
    """Write the two files that AutoTokenizer.from_pretrained(folder) needs."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "model_max_length": block_size,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def bytes_per_token(tokenizer: Tokenizer, sets: list[Documents], language: str) -> float:
    """How many bytes of held-out text one token covers on average: the larger, the longer a model can see."""
    documents = [d for s in sets if language_of(s.name) == language for d in s.documents]
    tokens = sum(len(e.ids) for e in tokenizer.encode_batch(documents))
    return sum(len(d.encode()) for d in documents) / tokens


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--text", type=Path, required=True, help="folder of en_*, pt_* .txt or .txt.xz")
    parser.add_argument("--out", type=Path, default=weights.WEIGHTS / "language_small")
    parser.add_argument("--megabytes", type=float, default=30, help="training text of each language")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    tokenizer = train(load_texts(args.text, "train"), int(args.megabytes * 1e6), args.seed)
    save(tokenizer, args.out, block_size=256)
    held_out = load_texts(args.text, "val")
    for language in LANGUAGES:
        mean = bytes_per_token(tokenizer, held_out, language)
        print(f"{language}: {mean:.2f} bytes per token on held-out text")


if __name__ == "__main__":
    main()
