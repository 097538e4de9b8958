"""How a language model is trained: sizes, recipes, the optimizers, the loss, the rate, the loop.

A decoder-only transformer (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762) with AdamW, on a GPU with
Muon for the matrices (Jordan 2024, https://kellerjordan.github.io/posts/muon/). It knows neither files nor
the command line: those are in language.py.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from generative.training import mix


@dataclass(frozen=True)
class LanguageConfig:
    """Sizes of the network; four layers each but the largest, so that the sizes differ in width alone."""

    width: int
    heads: int
    hidden: int  # of the gated feed-forward layer, about 8/3 of the width (Shazeer 2020)
    layers: int = 4
    block_size: int = 256  # tokens of context: a page; longer ones train slowly on a CPU


SIZES = {
    "small": LanguageConfig(128, 4, 344),  # 0.8M parameters without embeddings
    "middle": LanguageConfig(256, 4, 688),  # 3.2M
    "large": LanguageConfig(384, 6, 1024),  # 7.1M
    "xl": LanguageConfig(512, 8, 1376, layers=6),
}  # 19.0M


@dataclass(frozen=True)
class LanguageRecipe:
    """How it is trained."""

    batch: int = 8  # rows a step: on two cores, 16 were a third slower per token
    at_once: int = 128  # rows of a step that are computed together; their gradients add up
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
LAST = LanguageRecipe(
    batch=32,  # at this rate 8 rows a step cost .04 bits a byte of what was known
    at_once=8,
    lr=GPU.lr / 5,
    warmup_shipped=20,
    decay=1.0,
    save_minutes=4,
    measure_minutes=60,  # it is short, and measuring takes minutes on a CPU
)
RECIPES = {"cpu": CPU, "gpu": GPU, "last": LAST}


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
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocab_size,
            hidden_size=c.width,
            intermediate_size=c.hidden,
            num_hidden_layers=c.layers,
            num_attention_heads=c.heads,
            num_key_value_heads=c.heads,
            max_position_embeddings=c.block_size,
            tie_word_embeddings=True,
            bos_token_id=end_of_text,
            eos_token_id=end_of_text,
        )
    )


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


def train(
    model: LlamaForCausalLM,
    optimizers: Optimizers,
    r: LanguageRecipe,
    progress: dict,
    rows: Iterator[mix.Batch],
    done: Callable[[], float],
    compiled: bool = False,
) -> Iterator[Step]:
    """Train until done() says 1; one Step at a time. `progress` as `start` gives it."""
    loss_fn = torch.compile(loss_of) if compiled else loss_of
    step, tokens, adam_from, warmup = (progress[k] for k in ("step", "tokens", "adam_from", "warmup"))
    for batch in rows:
        share = done()
        lr = rate(r, model.config.hidden_size, step - adam_from, warmup, share)
        for optimizer in optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = lr
        model.zero_grad(set_to_none=True)
        loss = 0.0
        for part in torch.from_numpy(batch.rows).long().to(model.device).split(r.at_once):
            mean = loss_fn(model, part, r.bf16) * (len(part) / len(batch.rows))
            mean.backward()
            loss += mean.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), r.clip)
        for optimizer in optimizers.values():
            optimizer.step()
        step, tokens = step + 1, tokens + batch.rows[:, 1:].size
        yield Step(step, tokens, loss, lr, batch.epoch, batch.at)
        if share >= 1:
            return
