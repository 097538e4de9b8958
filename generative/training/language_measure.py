"""What a language model reaches: bits per byte of held-out documents, and what it writes, unpicked."""

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from generative.training import language_card
from generative.training.tokenizer import END_OF_TEXT


def windows(ids: list[int], block_size: int) -> Iterator[tuple[list[int], list[int]]]:
    """A document as overlapping rows (input, target) that score each token once, after half a block or more.

    Targets that an earlier row has scored, and the padding, are -100, which cross_entropy leaves out.
    """
    half = block_size // 2
    for start in range(0, max(1, len(ids) - 1 - half), half):
        y = ids[start + 1 : start + block_size + 1]
        x, pad = ids[start : start + len(y)], block_size - len(y)
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
        x, y = torch.tensor(rows[i : i + 16], device=model.device).unbind(1)  # (B, T) each
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
        idx = model.generate(
            idx,
            attention_mask=torch.ones_like(idx),
            max_new_tokens=48,
            pad_token_id=end,
            do_sample=True,
            **language_card.SAMPLING,
        )
        texts.append(tokenizer.decode(idx[0].tolist(), skip_special_tokens=True))
    return texts
