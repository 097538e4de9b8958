"""LoRA against its formula; of rank 0 it is nothing."""

import copy

import pytest
import torch
from torch import nn

from generative import language
from generative.learning import lora


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_it_adds_the_product_of_two_thin_matrices():
    linear, x = nn.Linear(6, 4, bias=False), torch.randn(2, 5, 6, generator=generator())
    one = lora.LoRA(linear, 2, generator())
    one.B.data = torch.randn(4, 2, generator=generator())
    merged = linear.weight + lora.ALPHA / 2 * one.B @ one.A
    assert torch.allclose(one(x), x @ merged.T, atol=1e-5)


@pytest.mark.parametrize("rank", [0, 4])
def test_before_training_and_with_rank_0_the_logits_are_the_same_bit_by_bit(rank):
    lm = language.model.load("language_small")
    network, idx = copy.deepcopy(lm.model), torch.arange(40)[None]
    learning = lora.adapt(network.model.layers, rank, generator())
    assert torch.equal(network(idx).logits, lm.model(idx).logits)
    assert sum(p.numel() for p in learning) == rank * 4 * (4 * 2 * 128 + 3 * (128 + 344))


def test_only_the_thin_matrices_are_given_to_learn_and_every_matrix_of_a_block_has_its_two():
    network = copy.deepcopy(language.model.load("language_small").model)
    learning = lora.adapt(network.model.layers, 2, generator())
    wrapped = [m for m in network.modules() if isinstance(m, lora.LoRA)]
    assert len(wrapped) == 4 * 7 and not any(isinstance(m.linear, lora.LoRA) for m in wrapped)
    assert {id(p) for p in learning} == {id(p) for m in wrapped for p in (m.A, m.B)}
