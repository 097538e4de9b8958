"""Count a bigram or a trigram model: python -m generative.training.ngrams --text PATH --order 3

Reads one pass of the mix that the transformers read, in the same tokens, and counts (Ney, Essen and Kneser
1994, https://doi.org/10.1006/csla.1994.1001). N-grams seen fewer than --least times are left out, so that the
file is small. Writes counts, config, measurements and card to weights/language_bigram or language_trigram/;
nothing is random but which documents of a set with a fractional weight are read once more (--seed).

It knows tokens, not words, and of a text the last one or two alone.
"""

import argparse
import json
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

from generative import weights
from generative.language import ngrams
from generative.language.ngrams import NGramConfig, NGrams
from generative.training import energy, language_card, mix
from generative.training.data import load_texts
from generative.training.language import TOKENIZER
from generative.training.language_measure import bits_per_byte
from generative.training.tokenizer import END_OF_TEXT

NAMES = {2: "language_bigram", 3: "language_trigram"}


class Seen(NamedTuple):
    """The n-grams of one order: keys (N,) history * V + last token, sorted; counts (N,)."""

    keys: np.ndarray
    counts: np.ndarray


def discount(counts: np.ndarray) -> float:
    """D = n1 / (n1 + 2 n2), of the numbers of n-grams seen once and twice (Ney et al. 1994).

    Half where nothing was seen once, as in a text that is read twice.
    """
    n1, n2 = int((counts == 1).sum()), int((counts == 2).sum())
    return n1 / (n1 + 2 * n2) if n1 else 0.5


def place(keys: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Where each key stands among the sorted keys; -1 where it does not."""
    at = np.searchsorted(keys, key).clip(max=len(keys) - 1)
    return np.where(keys[at] == key, at, -1)


def count(tokens: np.ndarray, order: int, least: int, vocab_size: int, end_of_text: int = 0) -> NGrams:
    """Count documents end to end (T,), each behind an end-of-text token; no history reaches past that."""
    tokens = tokens.astype(np.int64)
    singles = np.bincount(tokens, minlength=vocab_size)
    state, discounts, kept = {"counts_1": singles}, [discount(singles[singles > 0])], []
    history, histories = tokens, vocab_size
    for n in range(2, order + 1):
        key = history[:-1] * vocab_size + tokens[n - 1 :]
        seen = Seen(*np.unique(key[history[:-1] >= 0], return_counts=True))
        discounts.append(discount(seen.counts))
        seen = Seen(*(array[seen.counts >= least] for array in seen))
        kept.append(len(seen.keys))
        state[f"sizes_{n}"] = np.bincount(seen.keys // vocab_size, minlength=histories)
        state[f"tokens_{n}"], state[f"counts_{n}"] = seen.keys % vocab_size, seen.counts
        history, histories = place(seen.keys, key), len(seen.keys)
        history[tokens[n - 1 :] == end_of_text] = -1
    model = NGrams(NGramConfig(vocab_size, tuple(discounts), tuple(kept)))
    model.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return model.tabulate()


def measure(model: NGrams, tokenizer: Tokenizer, held_out: dict[str, list[str]]) -> dict:
    """How many numbers it stores, and its bits per byte of each language's held-out text."""
    bits = {k: round(bits_per_byte(model, tokenizer, documents), 4) for k, documents in held_out.items()}
    return {"parameters": model.config.parameters, "bits_per_byte": bits}


CARD = """---
license: cc-by-nc-sa-4.0
language: [en, pt]
pipeline_tag: text-generation
tags: [teaching, portuguese, english, n-gram]
{co2}---
# {name}

A model that only counts, for a lecture on generative AI: which token came how often after the last {seen},
in English and Brazilian Portuguese, in the byte-level BPE of 8,192 tokens that `language_small` has.
Interpolated absolute discounting (Ney, Essen and Kneser 1994, https://doi.org/10.1006/csla.1994.1001).
{parameters:,} counts are stored, as sparse rows. It stands low among the models that read the same text.

**For non-commercial teaching and research.** Some of the text sets below are licensed for that alone, or were
published for research without a licence; the counts follow the strictest of them.

## Counting

```sh
{command}
```

PATH is a folder with the text sets below, one `.txt.xz` each. The seed is part of the command.

| | |
|---|---|
| tokens read, one pass of the mix | {tokens:,} |
| discounts D = n1 / (n1 + 2 n2), single tokens first | {discounts} |
| left out | n-grams seen fewer than {least} times |
| time | {minutes:.0f} minutes with the measurements |
| hardware | {hardware} |

{energy}
## Held-out text

| | counts | English, bits per byte | Portuguese, bits per byte |
|---|---|---|---|
| these weights | {parameters:,} | {en:.3f} | {pt:.3f} |
| with every n-gram kept | {whole_parameters:,} | {whole_en:.3f} | {whole_pt:.3f} |

Measured as for `language_small`, on the same held-out sample, with these very counts.

## Data

With thanks to those who made and shared these texts.

{table}
{limits}"""


def write(folder: Path, facts: dict, config: NGramConfig) -> None:
    """README.md and training.json beside the counts."""
    bits, whole, run = facts["bits_per_byte"], facts["with_every_ngram"], facts["commands"][-1]
    seen = {2: "token", 3: "two tokens"}[len(config.discounts)]
    said = "It learned grammar before sense, forgets its last line, and invents facts."
    limits = language_card.LIMITS.replace(said, f"It sees the last {seen} alone and loses any thread.")
    legs = language_card.legs(facts)
    card = CARD.format(
        name=folder.name,
        co2=energy.front(legs),
        energy=energy.section(legs),
        seen=seen,
        command=run["command"],
        hardware=run["hardware"],
        least=facts["least"],
        discounts=", ".join(f"{d:.3f}" for d in config.discounts),
        parameters=facts["parameters"],
        **bits,
        whole_parameters=whole["parameters"],
        whole_en=whole["bits_per_byte"]["en"],
        whole_pt=whole["bits_per_byte"]["pt"],
        tokens=facts["tokens"],
        minutes=facts["seconds"] / 60,
        table=language_card.table(facts["sets"]),
        limits=limits,
    )
    (folder / "README.md").write_text(card)
    (folder / "training.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--text", type=Path, required=True, help="folder of en_*, pt_* .txt or .txt.xz")
    parser.add_argument("--order", type=int, choices=NAMES, default=3)
    parser.add_argument("--least", type=int, default=20, help="rarer n-grams are left out")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    args, begin = arguments(), time.time()
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / TOKENIZER / "tokenizer.json"))
    end = tokenizer.token_to_id(END_OF_TEXT)
    texts = load_texts(args.text, "train")
    names, held_out = [s.name for s in texts], mix.held_out_sample(texts, load_texts(args.text, "val"))
    tokens = mix.one_pass(mix.pack(texts, tokenizer, end), args.seed)
    del texts  # a third of a gigabyte

    whole = measure(count(tokens, args.order, 1, tokenizer.get_vocab_size(), end), tokenizer, held_out)
    folder = weights.WEIGHTS / NAMES[args.order]
    ngrams.save(count(tokens, args.order, args.least, tokenizer.get_vocab_size(), end), folder)
    model = ngrams.load(folder)
    command = (
        f"python -m generative.training.ngrams --text PATH --order {args.order} --least {args.least} "
        f"--seed {args.seed}"
    )
    hardware = language_card.hardware(model.device)
    facts = {
        "tokens": len(tokens),
        "least": args.least,
        "sets": names,
        "commands": [{"command": command, "hardware": hardware}],
        **measure(model, tokenizer, held_out),
        "with_every_ngram": whole,
    }
    facts |= {"parameters_without_embeddings": facts["parameters"], "seconds": time.time() - begin}
    write(folder, facts, model.config)
    print(f"{facts['parameters']:,} counts of {len(tokens):,} tokens: {facts['bits_per_byte']}")


if __name__ == "__main__":
    main()
