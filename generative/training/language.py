"""Train a language model: python -m generative.training.language --text PATH --size small [--resume]

A decoder-only transformer (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762) as transformers'
LlamaForCausalLM, so that shipped and Hub models load the same way. AdamW; the learning rate warms up, stays,
and falls to zero in the last part of --minutes. Writes runs/language_<size>/: checkpoint, metrics.csv, sheets
of samples, log-spaced snapshots. --publish writes the newest state in fp16, with its card, to
weights/language_<size>/.
"""
import argparse
import dataclasses
import math
import shutil
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
    """Sizes of the network; four layers each, so that the ladder differs in width alone."""

    width: int
    heads: int
    hidden: int  # of the gated feed-forward layer, about 8/3 of the width (Shazeer 2020)
    layers: int = 4
    block_size: int = 256  # tokens of context: a page; longer ones train slowly on a CPU


SIZES = {"small": LanguageConfig(128, 4, 344),  # 0.8M parameters without embeddings
         "middle": LanguageConfig(256, 4, 688),  # 3.2M
         "large": LanguageConfig(384, 6, 1024)}  # 7.1M


@dataclass(frozen=True)
class LanguageRecipe:
    """How it is trained."""

    batch: int = 8  # rows a step: on two cores, 16 were a third slower per token
    lr: float = 2e-3  # at width 128; falls with the root of the width
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.1  # on matrices, not on norms
    clip: float = 1.0  # largest gradient norm
    warmup: int = 300  # steps from nothing to the full rate
    warmup_shipped: int = 500  # the same after a start from shipped weights, whose Adam moments are gone
    decay: float = 0.2  # last share of the minutes, in which the rate falls to zero
    save_minutes: float = 6
    bf16: bool = True  # autocast; --fp32 for processors without it


CPU = LanguageRecipe()
GPU = LanguageRecipe(batch=64, lr=3e-3)


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


def new_optimizer(model: LlamaForCausalLM, r: LanguageRecipe) -> torch.optim.AdamW:
    """AdamW with weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": r.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, r.lr, r.betas, fused=True)


def loss_of(model: LlamaForCausalLM, rows: Tensor, bf16: bool) -> Tensor:
    """Mean -log p of the next token, in nats. rows (B, T + 1)."""
    with torch.autocast(rows.device.type, torch.bfloat16, enabled=bf16):
        logits = model(rows[:, :-1], use_cache=False).logits  # (B, T, V)
    return F.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())


def rate(r: LanguageRecipe, width: int, steps: int, warmup: int, done: float) -> float:
    """The learning rate `steps` after Adam began, with the share `done` of the minutes gone."""
    peak = r.lr * math.sqrt(128 / width)
    return peak * min(1.0, (steps + 1) / warmup) * min(1.0, max(0.0, 1 - done) / r.decay)


def train(model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, r: LanguageRecipe, progress: dict,
          rows: Iterator[mix.Batch], done: Callable[[], float], compiled: bool = False) -> Iterator[Step]:
    """Train until done() says 1; one Step at a time. `progress` as `start` gives it."""
    loss_fn = torch.compile(loss_of) if compiled else loss_of
    step, tokens, adam_from, warmup = (progress[k] for k in ("step", "tokens", "adam_from", "warmup"))
    for batch in rows:
        share = done()
        lr = rate(r, model.config.hidden_size, step - adam_from, warmup, share)
        for group in optimizer.param_groups:
            group["lr"] = lr
        loss = loss_fn(model, torch.from_numpy(batch.rows).long().to(model.device), r.bf16)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), r.clip)
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
    """A model, its optimizer, the tokenizer, the held-out documents of each language, the run's folder."""

    model: LlamaForCausalLM
    optimizer: torch.optim.Optimizer
    tokenizer: Tokenizer
    held_out: dict[str, list[str]]
    folder: Path

    def save(self, progress: dict) -> None:
        """Checkpoint, a row of metrics with held-out bits per byte, a sheet of samples."""
        self.model.eval()
        bits = {k: round(bits_per_byte(self.model, self.tokenizer, d), 4) for k, d in self.held_out.items()}
        progress["bits_per_byte"] = bits
        checkpoint.save(self.folder, {"model": self.model}, {"adamw": self.optimizer}, progress)
        checkpoint.log(self.folder, {k: progress[k] for k in ("step", "tokens", "seconds", "loss")} | bits)
        sheet = "\n\n".join(continuations(self.model, self.tokenizer, language_card.ALL_PROMPTS))
        file = self.folder / "samples" / f"{progress['tokens']:010d}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(sheet + "\n")
        self.model.train()


def start(run: Run, r: LanguageRecipe, shipped: Path, resume: bool) -> dict:
    """Where training stands: fresh, at the run's own checkpoint, or at shipped weights with Adam fresh."""
    fresh = {"step": 0, "tokens": 0, "seconds": 0.0, "epoch": 0, "at": 0, "adam_from": 0, "warmup": r.warmup,
             "commands": []}
    if not resume:
        return fresh
    progress = checkpoint.load(run.folder, {"model": run.model}, {"adamw": run.optimizer})
    if progress is None:
        if not (shipped / "model.safetensors").is_file():
            raise WeightsMissing(file=weights.shown(shipped / "model.safetensors"))
        stored = LlamaForCausalLM.from_pretrained(shipped, dtype=torch.float32, use_safetensors=True)
        run.model.load_state_dict(stored.state_dict())
        progress = fresh | language_card.read_training(shipped)
        progress |= {"adam_from": progress["step"], "warmup": r.warmup_shipped}
    return progress


def drive(run: Run, r: LanguageRecipe, sets: list[mix.Packed], progress: dict,
          args: argparse.Namespace) -> None:
    """Train for args.minutes; save every few minutes and at the end."""
    begin, saved, before, average = time.time(), time.time(), progress["seconds"], None
    rows = mix.batches(sets, r.batch, run.model.config.max_position_embeddings, args.seed,
                       progress["epoch"], progress["at"])
    bar = tqdm(unit="tok", unit_scale=True, initial=progress["tokens"], dynamic_ncols=True, mininterval=5)

    def done() -> float:
        return (time.time() - begin) / (60 * args.minutes)

    for step in train(run.model, run.optimizer, r, progress.copy(), rows, done, args.compile):
        bar.update(step.tokens - bar.n)
        average = step.loss if average is None else 0.98 * average + 0.02 * step.loss
        bar.set_postfix(loss=f"{average:.3f}", lr=f"{step.lr:.1e}", refresh=False)
        if any(progress["tokens"] < at <= step.tokens for at in SNAPSHOTS):
            weights.save(run.model, run.folder / "snapshots" / f"{step.tokens:010d}.safetensors")
        progress |= step._asdict() | {"loss": round(average, 4), "seconds": before + time.time() - begin}
        if time.time() - saved > 60 * r.save_minutes:
            run.save(progress)
            saved = time.time()
    run.save(progress)


def publish(run: Run, progress: dict, size: str) -> None:
    """Write config, fp16 weights, tokenizer, measurements and card to weights/language_<size>/."""
    folder = weights.WEIGHTS / f"language_{size}"
    run.model.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    (folder / "generation_config.json").unlink(missing_ok=True)  # how to sample is the reader's choice
    if folder.name != TOKENIZER:
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(weights.WEIGHTS / TOKENIZER / name, folder / name)
    if (run.folder / "metrics.csv").is_file():
        shutil.copyfile(run.folder / "metrics.csv", folder / "metrics.csv")
    samples = continuations(run.model.float().eval(), run.tokenizer, language_card.ALL_PROMPTS)
    language_card.write(folder, run.model, progress, samples)
    print(f"published {progress['tokens']:,} tokens to {weights.shown(folder)}")


def arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--text", type=Path, help="folder of en_*, pt_* .txt or .txt.xz")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--config", choices=("cpu", "gpu"), help="default: by device")
    parser.add_argument("--device", type=torch.device, default=best_device())
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves torch's choice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--compile", action="store_true", help="torch.compile; a CPU needs g++ for it")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16")
    parser.add_argument("--publish", action="store_true", help="only write the newest state to weights/")
    parser.add_argument("--out", type=Path, help="default: runs/language_<size>")
    args = parser.parse_args()
    args.out = args.out or Path("runs") / f"language_{args.size}"
    if not (args.text or args.publish):
        parser.error("--text is needed")
    return args


def main() -> None:
    args = arguments()
    r = GPU if (args.config or args.device.type) in ("gpu", "cuda") else CPU
    r = dataclasses.replace(r, bf16=not args.fp32)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    tokenizer = Tokenizer.from_file(str(weights.WEIGHTS / TOKENIZER / "tokenizer.json"))
    end = tokenizer.token_to_id(END_OF_TEXT)
    model = new_model(SIZES[args.size], tokenizer.get_vocab_size(), end).to(args.device)
    run = Run(model, new_optimizer(model, r), tokenizer, {}, args.out)
    progress = start(run, r, weights.WEIGHTS / f"language_{args.size}", args.resume or args.publish)
    if args.publish:
        return publish(run, progress, args.size)
    texts = load_texts(args.text, "train")
    run = run._replace(held_out=mix.held_out_sample(texts, load_texts(args.text, "val")))
    sets = mix.pack(texts, tokenizer, end)
    progress["sets"] = [s.name for s in texts]
    progress["commands"] = [*progress["commands"], language_card.command(args, r.batch)]
    del texts  # a third of a gigabyte
    drive(run, r, sets, progress, args)


if __name__ == "__main__":
    main()
