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
import math
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm
from transformers import LlamaConfig, LlamaForCausalLM

from generative import weights
from generative.device import best_device
from generative.errors import WeightsMissing
from generative.training import checkpoint, language_card, mix
from generative.training.data import load_texts
from generative.training.tokenizer import END_OF_TEXT

TOKENIZER = "language_small"  # one tokenizer for every size, so that their bars can stand side by side
SNAPSHOTS = (20_000, 50_000, 125_000, 315_000, 800_000, 2_000_000, 5_000_000, 12_500_000)  # in tokens


@dataclass(frozen=True)
class LanguageConfig:
    """Sizes of the network; four layers each but the largest, so that the ladder differs in width alone."""

    width: int
    heads: int
    hidden: int  # of the gated feed-forward layer, about 8/3 of the width (Shazeer 2020)
    layers: int = 4
    block_size: int = 256  # tokens of context: a page; longer ones train slowly on a CPU


SIZES = {"small": LanguageConfig(128, 4, 344),  # 0.8M parameters without embeddings
         "middle": LanguageConfig(256, 4, 688),  # 3.2M
         "large": LanguageConfig(384, 6, 1024),  # 7.1M
         "xl": LanguageConfig(512, 8, 1376, layers=6)}  # 19.0M


@dataclass(frozen=True)
class LanguageRecipe:
    """How it is trained."""

    batch: int = 8  # rows a step: on two cores, 16 were a third slower per token
    muon: bool = False  # for the matrices: a tenth of a bit a byte better at 128 rows a step
    lr: float = 2e-3  # at width 128; falls with the root of the width
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.1  # on matrices, not on norms
    clip: float = 1.0  # largest gradient norm
    warmup: int = 300  # steps from nothing to the full rate
    warmup_shipped: int = 500  # the same after a start from given weights, whose Adam moments are gone
    decay: float = 0.2  # last share of the minutes or tokens, in which the rate falls to zero
    save_minutes: float = 6
    measure_minutes: float = 6  # between measurements on held-out text, at a save
    bf16: bool = True  # autocast; --fp32 for processors without it


CPU = LanguageRecipe()
GPU = LanguageRecipe(batch=128, muon=True, lr=3e-3, warmup=200, decay=0.35)
LAST = LanguageRecipe(lr=GPU.lr / 5, warmup_shipped=50, decay=1.0,
                      save_minutes=4, measure_minutes=30)  # short, and measuring takes minutes on a CPU
RECIPES = {"cpu": CPU, "gpu": GPU, "last": LAST}
FRESH = {"step": 0, "tokens": 0, "seconds": 0.0, "epoch": 0, "at": 0, "adam_from": 0, "commands": [],
         "measured": 0}  # the tokens at which bits per byte were measured


class Step(NamedTuple):
    """One training step: loss in nats a token, and where the data stands."""

    step: int
    tokens: int
    loss: float
    lr: float
    epoch: int
    at: int


def new_model(c: LanguageConfig, vocab_size: int, end_of_text: int) -> LlamaForCausalLM:
    """A Llama (Touvron et al. 2023) with random weights and one matrix for reading and writing tokens."""
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=vocab_size, hidden_size=c.width, intermediate_size=c.hidden, num_hidden_layers=c.layers,
        num_attention_heads=c.heads, num_key_value_heads=c.heads, max_position_embeddings=c.block_size,
        tie_word_embeddings=True, bos_token_id=end_of_text, eos_token_id=end_of_text))


Optimizers = dict[str, torch.optim.Optimizer]


def new_optimizers(model: LlamaForCausalLM, r: LanguageRecipe) -> Optimizers:
    """AdamW, with weight decay on matrices only; or Muon for the matrices inside and AdamW for the rest.

    Muon's step is scaled to the size that AdamW's has, so that one rate serves both (Liu et al. 2025,
    https://arxiv.org/abs/2502.16982). The tokens' matrix is a table, not a map: it stays with AdamW.
    """
    table = model.get_input_embeddings().weight
    inside = [p for p in model.parameters() if p.dim() >= 2 and p is not table]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    matrices = [table] if r.muon else [table, *inside]
    groups = [{"params": matrices, "weight_decay": r.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    optimizers: Optimizers = {"adamw": torch.optim.AdamW(groups, r.lr, r.betas, fused=True)}
    if r.muon:
        optimizers["muon"] = torch.optim.Muon(inside, r.lr, r.weight_decay, adjust_lr_fn="match_rms_adamw")
    return optimizers


def loss_of(model: LlamaForCausalLM, rows: Tensor, bf16: bool) -> Tensor:
    """Mean -log p of the next token, in nats. rows (B, T + 1)."""
    with torch.autocast(rows.device.type, torch.bfloat16, enabled=bf16):
        logits = model(rows[:, :-1], use_cache=False).logits  # (B, T, V)
    return F.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())


def rate(r: LanguageRecipe, width: int, steps: int, warmup: int, done: float) -> float:
    """The learning rate `steps` after Adam began, with the share `done` of the minutes or tokens gone."""
    peak = r.lr * math.sqrt(128 / width)
    return peak * min(1.0, (steps + 1) / warmup) * min(1.0, max(0.0, 1 - done) / r.decay)


def train(model: LlamaForCausalLM, optimizers: Optimizers, r: LanguageRecipe, progress: dict,
          rows: Iterator[mix.Batch], done: Callable[[], float], compiled: bool = False) -> Iterator[Step]:
    """Train until done() says 1; one Step at a time. `progress` as `start` gives it."""
    loss_fn = torch.compile(loss_of) if compiled else loss_of
    step, tokens, adam_from, warmup = (progress[k] for k in ("step", "tokens", "adam_from", "warmup"))
    for batch in rows:
        share = done()
        lr = rate(r, model.config.hidden_size, step - adam_from, warmup, share)
        for optimizer in optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = lr
        loss = loss_fn(model, torch.from_numpy(batch.rows).long().to(model.device), r.bf16)
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), r.clip)
        for optimizer in optimizers.values():
            optimizer.step()
        step, tokens = step + 1, tokens + batch.rows[:, 1:].size
        yield Step(step, tokens, loss.item(), lr, batch.epoch, batch.at)
        if share >= 1:
            return


def windows(ids: list[int], block_size: int) -> Iterator[tuple[list[int], list[int]]]:
    """A document as overlapping rows (input, target) that score each token once, after half a block or more.

    Targets that an earlier row has scored, and the padding, are -100, which cross_entropy leaves out.
    """
    half = block_size // 2
    for start in range(0, max(1, len(ids) - 1 - half), half):
        y = ids[start + 1:start + block_size + 1]
        x, pad = ids[start:start + len(y)], block_size - len(y)
        if start:
            y = [-100] * half + y[half:]
        yield x + [0] * pad, y + [-100] * pad


@torch.no_grad()
def bits_per_byte(model: LlamaForCausalLM, tokenizer: Tokenizer, documents: list[str]) -> float:
    """-log2 p of the documents, each after an end-of-text token, over their UTF-8 bytes. In fp32."""
    end, block_size = tokenizer.token_to_id(END_OF_TEXT), model.config.max_position_embeddings
    rows = [w for d in documents for w in windows([end, *tokenizer.encode(d).ids], block_size)]
    nats = 0.0
    for i in range(0, len(rows), 16):
        x, y = torch.tensor(rows[i:i + 16], device=model.device).unbind(1)  # (B, T) each
        logits = model(x, use_cache=False).logits
        nats += F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum").item()
    return nats / math.log(2) / sum(len(d.encode()) for d in documents)


@torch.no_grad()
def continuations(model: LlamaForCausalLM, tokenizer: Tokenizer, prompts: list[str]) -> list[str]:
    """One unpicked continuation of each prompt by 48 tokens; the seed is the prompt's place in the list."""
    end, texts = tokenizer.token_to_id(END_OF_TEXT), []
    for seed, prompt in enumerate(prompts):
        torch.manual_seed(seed)
        idx = torch.tensor([[end, *tokenizer.encode(prompt).ids]], device=model.device)
        idx = model.generate(idx, attention_mask=torch.ones_like(idx), max_new_tokens=48, pad_token_id=end,
                             do_sample=True, **language_card.SAMPLING)
        texts.append(tokenizer.decode(idx[0].tolist(), skip_special_tokens=True))
    return texts


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
        bits = {figure: {k: round(bits_per_byte(self.model, self.tokenizer, d), 4) for k, d in sample.items()}
                for figure, sample in self.held_out.items()}
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


def drive(run: Run, r: LanguageRecipe, sets: list[mix.Packed], progress: dict,
          args: argparse.Namespace) -> None:
    """Train until share_done says 1; save every few minutes, at the end and at SIGTERM."""
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    here = {k: progress[k] for k in ("tokens", "seconds")}
    began = progress["before_last"] if args.last else here  # a resumed last stretch is still the same one
    begin = saved = measured = time.time()
    average = None
    rows = mix.batches(sets, r.batch, run.model.config.max_position_embeddings, args.seed,
                       progress["epoch"], progress["at"])
    bar = tqdm(unit="tok", unit_scale=True, initial=progress["tokens"], dynamic_ncols=True, mininterval=5)
    for step in train(run.model, run.optimizers, r, progress.copy(), rows,
                      lambda: share_done(progress, began, args), args.compile):
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
        texts, weight = mix.for_last(texts), mix.last_weight_of
    progress["sets_last" if args.last else "sets"] = [s.name for s in texts]
    return mix.pack(texts, tokenizer, tokenizer.token_to_id(END_OF_TEXT), weight), held_out


def main() -> None:
    args = arguments()
    config = args.config or ("gpu" if args.device.type == "cuda" else "cpu")
    recipe = "last" if args.last else config
    r = dataclasses.replace(RECIPES[recipe], bf16=not args.fp32)
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
