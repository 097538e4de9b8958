"""Held-out bits per byte at every moment of the time-lapse: python -m generative.training.moments --text PATH

The same sample and the same measure as in the model card, but of the fp16 files as they are shipped. Writes
weights/language_small/moments.csv (tokens, en, pt).

It does not know how the moments came about: language.py kept them while it trained.
"""

import argparse
import csv
from pathlib import Path

from tokenizers import Tokenizer
from tqdm import tqdm

from generative import language, weights
from generative.training import mix
from generative.training.data import load_texts
from generative.training.language_measure import bits_per_byte


def measure(i: int, held_out: dict[str, list[str]]) -> dict[str, float]:
    """One row of the table: tokens seen, and bits per byte of each language's held-out documents."""
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / language.timelapse.NAME / "tokenizer.json"))
    model = language.model.load_moment(i).model
    bits = {k: round(bits_per_byte(model, tokenizer, documents), 4) for k, documents in held_out.items()}
    return {"tokens": language.timelapse.moments()[i].tokens} | bits


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--text", type=Path, required=True, help="folder of en_*, pt_* .txt or .txt.xz")
    args = parser.parse_args()
    held_out = mix.held_out_sample(load_texts(args.text, "train"), load_texts(args.text, "val"))
    rows = [measure(i, held_out) for i in tqdm(range(len(language.timelapse.moments())), unit="moment")]
    with (weights.WEIGHTS / language.timelapse.NAME / "moments.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["tokens", *mix.LANGUAGES])
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
