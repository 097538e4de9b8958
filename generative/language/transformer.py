"""The transformer that this app ships, in full: from token numbers to a score for every next token.

Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762
Touvron et al., "LLaMA", 2023, https://arxiv.org/abs/2302.13971: that network, put together from
Zhang & Sennrich, "Root Mean Square Layer Normalization", 2019, https://arxiv.org/abs/1910.07467
Su et al., "RoFormer" (rotary positions), 2021, https://arxiv.org/abs/2104.09864
Shazeer, "GLU Variants Improve Transformer", 2020, https://arxiv.org/abs/2002.05202
Press & Wolf, "Using the Output Embedding" (tied embeddings), 2017, https://arxiv.org/abs/1608.05859

    model = load(weights.WEIGHTS / "language_small")
    logits = model(torch.tensor([[0, 17, 4]]))  # (1, 3, 8192): what may follow each of the three tokens

To be read and run in a notebook. The app serves the same weights through transformers' LlamaForCausalLM;
the tests hold both to the same logits. So modules are named as in its checkpoints: q_proj, mlp, norm.

Left out: a KV cache (here each new token reads all earlier ones anew), padding, key and value heads shared
among query heads, biases, dropout, stretched rotations, initial weights (training begins with those of
transformers). It knows numbers of tokens, not the text behind them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generative import weights
from generative.errors import WeightsDamaged


def rotate(x: Tensor, theta: float) -> Tensor:
    """Write positions 0 .. T - 1 into queries or keys (Su 2021, eq. 34): x (B, n_head, T, d) -> the same.

    Each pair (x[i], x[i + d/2]) is a point in a plane, turned about the origin by position * theta^(-2i/d):
    the first pairs turn fast and tell neighbours apart, the last turn slowly and tell far from near. A score
    q k^T then depends on how far apart two tokens are, not on where they stand. (The paper pairs neighbours,
    x[2i] and x[2i + 1]; these checkpoints pair halves. Only the order of the numbers differs.)
    """
    T, d = x.shape[-2:]
    speeds = theta ** (-torch.arange(0, d, 2, device=x.device) / d)  # (d/2,) radians a token
    angles = torch.outer(torch.arange(T, device=x.device), speeds)  # (T, d/2)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, -1)  # each (B, n_head, T, d/2)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q k^T / sqrt(d)) v, looking back only (Vaswani 2017, eq. 1). q, k, v, result (B, n_head, T, d).

    Of two random vectors the scalar product grows like sqrt(d); divided by it, the softmax stays soft.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (B, n_head, T, T): row asks, column answers
    future = torch.ones_like(scores, dtype=torch.bool).triu(1)  # above the diagonal: not yet written
    att = scores.masked_fill(future, -math.inf).softmax(-1)  # each row sums to 1
    return att @ v


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes and constants of one model, from its config.json; hence no defaults."""

    vocab_size: int  # tokens; one vocabulary for all sizes, so that their probabilities can be compared
    n_layer: int  # blocks, each of which may build on what the ones before it found
    n_head: int  # in a block; each head looks back in a way of its own, on n_embd / n_head numbers
    n_embd: int  # numbers that stand for a token on its way through the network
    n_hidden: int  # of FeedForward; about 8/3 n_embd: three matrices cost what two of 4 n_embd would
    block_size: int  # tokens it was trained to look back on; more can be computed, but it never saw them
    rope_theta: float  # so large that the slowest pair is far from a full turn within the block
    eps: float  # keeps RMSNorm from dividing by zero; hardly shows where x is larger than its root


class RMSNorm(nn.Module):
    """x (..., n_embd) divided by its root mean square, then scaled by learned weights (Zhang 2019, eq. 4)."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.n_embd))
        self.eps = config.eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    """Every token asks all tokens up to itself, in n_head ways at once: x (B, T, n_embd) -> the same shape.

    It asks with a query q; each answers by its key k how well it fits, and by its value v what it has to say.
    """

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.n_head, self.rope_theta = config.n_head, config.rope_theta
        self.q_proj = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.k_proj = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.v_proj = nn.Linear(config.n_embd, config.n_embd, bias=False)
        self.o_proj = nn.Linear(config.n_embd, config.n_embd, bias=False)

    def heads(self, x: Tensor) -> Tensor:
        """(B, T, n_embd) -> (B, n_head, T, d) with d = n_embd / n_head."""
        return x.unflatten(-1, (self.n_head, -1)).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.heads(self.q_proj(x)), self.heads(self.k_proj(x)), self.heads(self.v_proj(x))
        y = attend(rotate(q, self.rope_theta), rotate(k, self.rope_theta), v)  # (B, n_head, T, d)
        return self.o_proj(y.transpose(1, 2).flatten(2))  # (B, T, n_embd), one head beside the other


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020, eq. 6), for each token alone: a gate decides how much of each number passes."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.gate_proj = nn.Linear(config.n_embd, config.n_hidden, bias=False)
        self.up_proj = nn.Linear(config.n_embd, config.n_hidden, bias=False)
        self.down_proj = nn.Linear(config.n_hidden, config.n_embd, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """Attention, then feed-forward. Each adds to x, so that what came in also comes out: (B, T, n_embd)."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.input_layernorm, self.self_attn = RMSNorm(config), Attention(config)
        self.post_attention_layernorm, self.mlp = RMSNorm(config), FeedForward(config)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class Transformer(nn.Module):
    """idx (B, T), token numbers -> logits (B, T, vocab_size): logits[:, t] tell what follows idx[:, t]."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.n_embd)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.norm = RMSNorm(config)

    def forward(self, idx: Tensor) -> Tensor:
        x = self.embed_tokens(idx)  # (B, T, n_embd)
        for block in self.layers:
            x = block(x)
        return self.norm(x) @ self.embed_tokens.weight.T  # tied: the matrix that reads tokens writes them


def loss(logits: Tensor, idx: Tensor) -> Tensor:
    """Mean -log p of every token after the first, in nats. logits (B, T, vocab_size) of idx (B, T)."""
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), idx[:, 1:].flatten())


@torch.no_grad()
def generate(
    model: Transformer, idx: Tensor, max_new_tokens: int, generator: torch.Generator, temperature: float = 1.0
) -> Iterator[Tensor]:
    """Write on after idx (B, T): yields each idx_next (B, 1) as it is drawn. Same seed, same continuation.

    A temperature near 0 takes the likeliest token, 1 keeps the model's own p. Only the last block counts.
    """
    for _ in range(max_new_tokens):
        idx_cond = idx[:, -model.config.block_size :]
        logits = model(idx_cond)[:, -1]  # (B, vocab_size): only the last position is new
        probs = (logits / temperature).softmax(-1)
        idx_next = torch.multinomial(probs, 1, generator=generator)
        yield idx_next
        idx = torch.cat((idx, idx_next), 1)


def load_config(folder: Path) -> TransformerConfig:
    """Read transformers' names. Raises WeightsMissing; WeightsDamaged, also for what this file leaves out."""
    llama = weights.load_config(dict, folder)
    try:
        config = TransformerConfig(
            vocab_size=llama["vocab_size"],
            n_layer=llama["num_hidden_layers"],
            n_head=llama["num_attention_heads"],
            n_embd=llama["hidden_size"],
            n_hidden=llama["intermediate_size"],
            block_size=llama["max_position_embeddings"],
            rope_theta=llama["rope_parameters"]["rope_theta"],
            eps=llama["rms_norm_eps"],
        )
        understood = {
            "model_type": "llama",
            "hidden_act": "silu",
            "hidden_size": llama["head_dim"] * config.n_head,
            "num_key_value_heads": config.n_head,
            "rope_parameters": {"rope_type": "default", "rope_theta": config.rope_theta},
            "rope_scaling": None,
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": True,
        }
    except (KeyError, TypeError) as error:
        raise WeightsDamaged(file=weights.shown(folder / "config.json")) from error
    if any(llama.get(key) != value for key, value in understood.items()):
        raise WeightsDamaged(file=weights.shown(folder / "config.json"))
    return config


def load(folder: Path) -> Transformer:
    """A model from config.json and model.safetensors, every tensor in its place, fp16 read into fp32.

    Raises WeightsMissing, WeightsDamaged.
    """
    model = Transformer(load_config(folder))
    checkpoint = nn.ModuleDict({"model": model})  # there every name begins so: model.embed_tokens.weight
    weights.load(checkpoint, folder / "model.safetensors")
    return model.eval()
