"""Train a language model: python -m generative.training.language --text PATH --size small [--resume]

A decoder-only transformer (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762) as transformers'
LlamaForCausalLM, so that shipped and Hub models load the same way. AdamW, on a GPU with Muon for the matrices
(Jordan 2024, https://kellerjordan.github.io/posts/muon/); the learning rate warms up, stays, and falls to
zero in the last part of --minutes or --tokens, whichever ends first. --last trains given weights (--from
FOLDER), or a run's own (--resume), a little further on stories and modern prose alone, at a low rate that
falls to zero all along. Writes runs/language_<size>/: checkpoint, metrics.csv, sheets of samples, log-spaced
snapshots; SIGTERM ends a run with all of them written. --publish writes the newest state in fp16, with its
card, to weights/language_<size>/.
"""

import argparse
import dataclasses
import shutil
import signal
import time
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import LlamaForCausalLM

from generative import weights
from generative.device import best_device
from generative.errors import WeightsMissing
from generative.training import checkpoint, language_card, mix
from generative.training.data import load_texts
from generative.training.language_measure import bits_per_byte, continuations
from generative.training.language_method import (
    RECIPES,
    SIZES,
    LanguageRecipe,
    Optimizers,
    new_model,
    new_optimizers,
    train,
)
from generative.training.tokenizer import END_OF_TEXT

TOKENIZER = "language_small"  # one tokenizer for every size, so that their bars can stand side by side
SNAPSHOTS = (20_000, 50_000, 125_000, 315_000, 800_000, 2_000_000, 5_000_000, 12_500_000)  # in tokens
FRESH = {
    "step": 0,
    "tokens": 0,
    "seconds": 0.0,
    "epoch": 0,
    "at": 0,
    "adam_from": 0,
    "commands": [],
    "measured": 0,  # the tokens at which bits per byte were measured
}


class Run(NamedTuple):
    """A model, its optimizers, the tokenizer, held-out documents, the run's folder.

    `held_out` has the documents of each language under the name of their figure on the card.
    """

    model: LlamaForCausalLM
    optimizers: Optimizers
    tokenizer: Tokenizer
    held_out: dict[str, dict[str, list[str]]]
    folder: Path

    def save(self, progress: dict) -> None:
        """Write the checkpoint."""
        checkpoint.save(self.folder, {"model": self.model}, dict(self.optimizers), progress)

    def measured(self) -> dict[str, dict[str, float]]:
        """Bits per byte of each held-out sample and language."""
        self.model.eval()
        bits = {
            figure: {k: round(bits_per_byte(self.model, self.tokenizer, d), 4) for k, d in sample.items()}
            for figure, sample in self.held_out.items()
        }
        self.model.train()
        return bits

    def log(self, progress: dict) -> None:
        """A row of metrics.csv: where the run stands and its bits per byte."""
        last = {f"{k}_last": v for k, v in progress.get("bits_per_byte_last", {}).items()}
        row = {k: progress[k] for k in ("step", "tokens", "seconds", "loss")}
        checkpoint.log(self.folder, row | progress["bits_per_byte"] | last)

    def measure(self, progress: dict) -> None:
        """Checkpoint, a row of metrics with held-out bits per byte, a sheet of samples."""
        self.save(progress)  # first: measuring takes a while
        progress |= self.measured() | {"measured": progress["tokens"]}
        self.save(progress)
        self.log(progress)
        sheet = "\n\n".join(continuations(self.model.eval(), self.tokenizer, language_card.ALL_PROMPTS))
        file = self.folder / "samples" / f"{progress['tokens']:010d}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(sheet + "\n")
        self.model.train()


def load(model: LlamaForCausalLM, given: Path) -> dict:
    """Fill the model with weights in a folder, which have no Adam state; how they were trained."""
    if not (given / "model.safetensors").is_file():
        raise WeightsMissing(file=weights.shown(given / "model.safetensors"))
    stored = LlamaForCausalLM.from_pretrained(given, dtype=torch.float32, use_safetensors=True)
    model.load_state_dict(stored.state_dict())
    progress = FRESH | language_card.read_training(given)
    return progress | {"measured": progress["tokens"]}


def start(run: Run, recipe: str, given: Path, resume: bool, from_given: bool = False) -> dict:
    """Where training stands: fresh, at the run's own checkpoint, or at given weights with Adam fresh.

    A checkpoint of another recipe gives its weights alone, too: its optimizers are others.
    """
    r = RECIPES[recipe]
    if not (resume or from_given):
        return FRESH | {"recipe": recipe, "warmup": r.warmup}
    progress = checkpoint.load(run.folder, {"model": run.model}, {}) if resume else None
    if progress and progress.get("recipe") == recipe:
        checkpoint.load(run.folder, {}, dict(run.optimizers))
        return progress
    progress = progress or load(run.model, given)
    progress |= {"recipe": recipe, "adam_from": progress["step"], "warmup": r.warmup_shipped}
    if recipe == "last":  # another mix, read from its beginning; measured before, to see what it costs
        before = {k: progress[k] for k in ("step", "tokens", "seconds", "loss")}
        progress |= {"epoch": 0, "at": 0, "before_last": before}
    return progress


def share_done(progress: dict, began: dict, args: argparse.Namespace) -> float:
    """The share of --tokens or --minutes, whichever is further on, that is gone since `began`."""
    limits = {"tokens": args.tokens, "seconds": args.minutes and 60 * args.minutes}
    return max((progress[k] - began[k]) / limit for k, limit in limits.items() if limit)


def drive(
    run: Run, r: LanguageRecipe, sets: list[mix.Packed], progress: dict, args: argparse.Namespace
) -> None:
    """Train until share_done says 1; save every few minutes, at the end and at SIGTERM."""
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    here = {k: progress[k] for k in ("tokens", "seconds")}
    began = progress["before_last"] if args.last else here  # a resumed last stretch is still the same one
    begin = saved = measured = time.time()
    average = None
    rows = mix.batches(
        sets, r.batch, run.model.config.max_position_embeddings, args.seed, progress["epoch"], progress["at"]
    )
    bar = tqdm(unit="tok", unit_scale=True, initial=progress["tokens"], dynamic_ncols=True, mininterval=5)
    for step in train(
        run.model,
        run.optimizers,
        r,
        progress.copy(),
        rows,
        lambda: share_done(progress, began, args),
        args.compile,
    ):
        bar.update(step.tokens - bar.n)
        average = step.loss if average is None else 0.98 * average + 0.02 * step.loss
        bar.set_postfix(loss=f"{average:.3f}", lr=f"{step.lr:.1e}", refresh=False)
        if any(progress["tokens"] < at <= step.tokens for at in SNAPSHOTS):
            weights.save(run.model, run.folder / "snapshots" / f"{step.tokens:010d}.safetensors")
        seconds = here["seconds"] + time.time() - begin
        progress.update(step._asdict(), loss=round(average, 4), seconds=seconds)
        if stopped:
            break
        if time.time() - measured > 60 * r.measure_minutes:
            run.measure(progress)
            saved = measured = time.time()
        elif time.time() - saved > 60 * r.save_minutes:
            run.save(progress)
            saved = time.time()
    run.measure(progress)


def publish(run: Run, progress: dict, size: str) -> None:
    """Write config, fp16 weights, tokenizer, measurements and card to weights/language_<size>/."""
    if progress.get("measured", progress["tokens"]) != progress["tokens"]:
        raise SystemExit("The newest state is not measured yet: end the run, or go on with --resume.")
    folder = weights.WEIGHTS / f"language_{size}"
    run.model.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    (folder / "generation_config.json").unlink(missing_ok=True)  # how to sample is the reader's choice
    if folder.name != TOKENIZER:
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(weights.WEIGHTS / TOKENIZER / name, folder / name)
    if (run.folder / "metrics.csv").is_file():
        shutil.copyfile(run.folder / "metrics.csv", folder / "metrics.csv")
    samples = continuations(run.model.float().eval(), run.tokenizer, language_card.ALL_PROMPTS * 2)
    language_card.write(folder, run.model, progress, samples)
    print(f"published {progress['tokens']:,} tokens to {weights.shown(folder)}")


def arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--text", type=Path, help="folder of en_*, pt_* .txt or .txt.xz")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--config", choices=("cpu", "gpu"), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, help="default: 45, without --tokens")
    parser.add_argument("--tokens", type=int, help="how many at most, this time")
    parser.add_argument("--last", action="store_true", help="a last stretch on stories and modern prose")
    parser.add_argument("--from", dest="given", type=Path, help="folder of fp16 weights to begin with")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--compile", action="store_true", help="torch.compile; a CPU needs g++ for it")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16")
    parser.add_argument("--publish", action="store_true", help="only write the newest state to weights/")
    parser.add_argument("--out", type=Path, help="default: runs/language_<size>")
    args = parser.parse_args()
    args.minutes = args.minutes or (None if args.tokens else 45.0)
    args.out = args.out or Path("runs") / f"language_{args.size}"
    if not (args.text or args.publish):
        parser.error("--text is needed")
    if args.last and not (args.resume or args.given):
        parser.error("--last goes on from something: --from FOLDER, or --resume")
    return args


def read(args: argparse.Namespace, tokenizer: Tokenizer, progress: dict) -> tuple[list[mix.Packed], dict]:
    """The tokens to train on and the held-out documents of each figure; notes the sets in `progress`."""
    texts, val = load_texts(args.text, "train"), load_texts(args.text, "val")
    held_out, weight = {"bits_per_byte": mix.held_out_sample(texts, val)}, mix.weight_of
    if args.last:
        held_out["bits_per_byte_last"] = mix.last_sample(texts, val)
        texts, weight = mix.without_habits(mix.for_last(texts)), mix.last_weight_of
    progress["sets_last" if args.last else "sets"] = [s.name for s in texts]
    return mix.pack(texts, tokenizer, tokenizer.token_to_id(END_OF_TEXT), weight), held_out


def main() -> None:
    args = arguments()
    config = args.config or ("gpu" if args.device.type == "cuda" else "cpu")
    recipe = "last" if args.last else config
    r = dataclasses.replace(RECIPES[recipe], bf16=not args.fp32)
    if args.device.type == "cuda":  # which holds all rows of a step
        r = dataclasses.replace(r, at_once=r.batch)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / TOKENIZER / "tokenizer.json"))
    end = tokenizer.token_to_id(END_OF_TEXT)
    model = new_model(SIZES[args.size], tokenizer.get_vocab_size(), end).to(args.device)
    run = Run(model, new_optimizers(model, r), tokenizer, {}, args.out)
    given = args.given or weights.WEIGHTS / f"language_{args.size}"
    if args.publish:
        progress = checkpoint.load(run.folder, {"model": model}, {}) or load(model, given)
        return publish(run, progress, args.size)
    progress = start(run, recipe, given, args.resume, args.given is not None)
    sets, held_out = read(args, tokenizer, progress)
    run = run._replace(held_out=held_out)
    progress["commands"] = [*progress["commands"], language_card.command(args, r.batch)]
    if args.last and "bits_per_byte_last" not in progress["before_last"]:
        progress["before_last"] |= run.measured()
        run.log(progress["before_last"])
    drive(run, r, sets, progress, args)


if __name__ == "__main__":
    main()
