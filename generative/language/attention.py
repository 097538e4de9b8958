"""Where a word looks: the attention of every layer and head, from one word to those before it.

In every layer, every head of a Transformer gives each token a share of its attention to spend on itself and
on the tokens before it, a softmax that sums to 1 (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762,
equation 1). The shares here are those with which the model computes, nothing estimated. Those of a word's
tokens are added up; the word looks from its last token, from which the model predicts what comes next.

It does not know why a word comes next: attention is no explanation (Jain & Wallace 2019,
https://arxiv.org/abs/1902.10186). Many heads rest on the first token when there is nothing to look for, an
attention sink (Xiao et al. 2023, https://arxiv.org/abs/2309.17453).
"""

import copy
import itertools
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from generative.errors import GenerativeError, within
from generative.language import model, predict
from generative.language.spelling import begun_in
from generative.language.tokens import show

if TYPE_CHECKING:
    from transformers import PreTrainedModel

START = ""  # the word that stands for the token before a document
LAST = -1  # the place of the last word
MEAN = -1  # the layer and the head that stand for all of them


class AttentionMissing(GenerativeError):
    en = "“{name}” shows no attention: it does not look back at words in this way. Pick another model."
    pt = "“{name}” não mostra atenção: não olha assim para as palavras anteriores. Escolha outro modelo."


class Looks(NamedTuple):
    """Where words[place] looks. words[0] is START if the model sees the beginning of the text.

    weights (n_layer, n_head, place + 1) in [0, 1], float64: over words[0] .. words[place], summing to 1.
    left_out: how many words of the text did not fit.
    """

    model: str
    words: list[str]
    place: int
    weights: Tensor
    left_out: int

    def shares(self, layer: int = MEAN, head: int = MEAN) -> list[float]:
        """place + 1 numbers that sum to 1: those of one head or, with layer MEAN, the mean of all heads.

        The mean counts every layer and every head the same. Raises NumberOutOfRange.
        """
        if layer == MEAN:
            return self.weights.mean((0, 1)).tolist()
        n_layer, n_head, _ = self.weights.shape
        within("layer", layer, 0, n_layer - 1, whole=True)
        within("head", head, 0, n_head - 1, whole=True)
        return self.weights[layer, head].tolist()


def eager(model: "PreTrainedModel") -> "PreTrainedModel":
    """The same model computed step by step, so that it can tell its attention; it owns no tensor.

    The fused attention that serves the other pages never holds the shares. The copy shares every parameter
    and buffer, so it costs milliseconds and no memory, and the model that serves is left alone.
    """
    shared = {id(tensor): tensor for tensor in itertools.chain(model.parameters(), model.buffers())}
    twin = copy.deepcopy(model, shared)
    twin.set_attn_implementation("eager")
    return twin


@torch.inference_mode()
def last_row(model: "PreTrainedModel", ids: list[int]) -> Tensor | None:
    """(n_layer, n_head, T) float64: attention of the last of T tokens; None if not every layer tells it."""
    idx = torch.tensor([ids], device=model.device)  # (1, T)
    out = model.base_model(idx, output_attentions=True, use_cache=False)  # the logits are not needed
    layers = [layer for layer in getattr(out, "attentions", None) or () if layer is not None]
    rows = [layer[0, :, -1].double().cpu() for layer in layers]  # (n_head, T) each
    if len(rows) != model.config.num_hidden_layers or len({row.shape for row in rows}) != 1:
        return None
    return torch.stack(rows)


def _words(lm: model.LanguageModel, ids: list[int]) -> tuple[list[str], list[int]]:
    """The words that the tokens spell, and for each token the number of the word in which it starts.

    A word in which no token starts (the line break after a full stop, if both are one token) is part of the
    word before it.
    """
    begun = ids[0] == lm.start
    units, holders = begun_in([lm.pieces[i] for i in ids[begun:]])
    kept = sorted(set(holders))
    known = [show(b"".join(units[i:end])) for i, end in itertools.pairwise([*kept, len(units)])]
    number = {holder: n for n, holder in enumerate(kept, begun)}
    return [START] * begun + known, [0] * begun + [number[holder] for holder in holders]


def looks(text: str, name: str = "", place: int = LAST) -> Looks:
    """Attention of every layer and head from one word of the text: words[place], or the last (-1).

    Raises AttentionMissing, NumberOutOfRange for a place that is not there, TextEmpty, and what
    model.load raises.
    """
    if name in model.NGRAMS:
        raise AttentionMissing(name=name)
    lm = model.load(name)
    ids, left_out = predict.context(lm, text)
    known, word_of = _words(lm, ids)
    place = within("place", place, LAST, len(known) - 1, whole=True) % len(known)
    seen = bisect_right(word_of, place)  # tokens up to the last of this word
    over_tokens = last_row(eager(lm.model), ids[:seen])
    if over_tokens is None:
        raise AttentionMissing(name=lm.name)
    over_words = over_tokens.new_zeros(*over_tokens.shape[:2], place + 1)
    over_words.index_add_(-1, torch.tensor(word_of[:seen]), over_tokens)
    return Looks(lm.name, known, place, over_words, left_out)
