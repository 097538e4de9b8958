"""The readable transformer against transformers' own Llama, and against the papers it cites."""

import dataclasses
import json
import math
import shutil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from generative import weights
from generative.errors import WeightsDamaged, WeightsMissing
from generative.language import transformer

END = 0  # the end-of-text token, which stands before a document
TEXTS = {
    "en": "The old lighthouse keeper had never seen the sea so calm. “Tomorrow,” he said, “we will row out "
    "to the island and look for the boat.” His daughter didn't answer; she was counting the stars. ",
    "pt": "O velho faroleiro nunca tinha visto o mar tão calmo. “Amanhã”, disse ele, “vamos remar até a ilha "
    "e procurar o barco.” A filha não respondeu: contava as estrelas, uma a uma, com atenção. ",
}


def is_llama(folder: Path) -> bool:
    config, file = folder / "config.json", folder / "model.safetensors"
    return config.is_file() and file.is_file() and json.loads(config.read_text()).get("model_type") == "llama"


SHIPPED = sorted(f for f in weights.WEIGHTS.glob("language_*") if is_llama(f))
SMALL = weights.WEIGHTS / "language_small"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama with no number like ours, in fp32; large weights, so that each part shows in logits."""
    folder = tmp_path_factory.mktemp("odd")
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=24,
        intermediate_size=40,
        num_hidden_layers=3,
        num_attention_heads=2,
        max_position_embeddings=16,
        rms_norm_eps=0.1,
        rope_parameters={"rope_type": "default", "rope_theta": 30.0},
        tie_word_embeddings=True,
        initializer_range=0.2,
    )
    model = LlamaForCausalLM(config)
    for name, p in model.named_parameters():
        if "norm" in name:  # transformers starts them all at 1
            torch.nn.init.uniform_(p, 0.5, 1.5)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(params=[*SHIPPED, "odd"], ids=lambda f: getattr(f, "name", f))
def folder(request: pytest.FixtureRequest) -> Path:
    """Every shipped size in turn, and the odd one."""
    return request.getfixturevalue("odd") if request.param == "odd" else request.param


@pytest.fixture(scope="module")
def small() -> transformer.Transformer:
    return transformer.load(SMALL)


def theirs(folder: Path) -> LlamaForCausalLM:
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()


def tokens(folder: Path, language: str, length: int) -> torch.Tensor:
    """(1, length): a text, again and again; the vocabulary of the odd one is smaller than ours."""
    text = Tokenizer.from_file(str(SMALL / "tokenizer.json")).encode(TEXTS[language] * 20).ids
    vocab_size = json.loads((folder / "config.json").read_text())["vocab_size"]
    idx = torch.tensor([[END, *text][:length]]) % vocab_size
    assert idx.shape == (1, length)
    return idx


def copy_of(folder: Path, to: Path, config: dict | None = None, tensors: dict | None = None) -> Path:
    """The two files of a model in a new folder, with another entry in config.json or other tensors."""
    to.mkdir()
    written = json.loads((folder / "config.json").read_text()) | (config or {})
    (to / "config.json").write_text(json.dumps(written))
    if tensors is None:
        shutil.copyfile(folder / "model.safetensors", to / "model.safetensors")
    else:
        save_file(tensors, to / "model.safetensors")
    return to


# Against transformers


def test_at_least_two_sizes_are_shipped():
    assert {"language_small", "language_middle"} <= {f.name for f in SHIPPED}


@pytest.mark.parametrize("length", [1, 256])
@pytest.mark.parametrize("language", TEXTS)
@torch.no_grad()
def test_logits_equal_those_of_transformers(folder: Path, language: str, length: int):
    idx = tokens(folder, language, length)
    ours = transformer.load(folder)(idx)
    torch.testing.assert_close(ours, theirs(folder)(idx).logits, atol=1e-4, rtol=0)


@torch.no_grad()
def test_rows_of_a_batch_do_not_see_each_other(small: transformer.Transformer):
    rows = [tokens(SMALL, language, 20) for language in TEXTS]
    alone = torch.cat([small(row) for row in rows])
    torch.testing.assert_close(small(torch.cat(rows)), alone, atol=1e-4, rtol=0)


@torch.no_grad()
def test_the_loss_equals_transformers_own_loss(folder: Path):
    idx = torch.cat([tokens(folder, language, 256) for language in TEXTS])
    ours = transformer.loss(transformer.load(folder)(idx), idx)
    assert ours.item() == pytest.approx(theirs(folder)(idx, labels=idx).loss.item(), abs=1e-5)


def test_gradients_of_the_loss_equal_those_of_transformers(odd: Path):
    """So each weight learns from every place where it is used, the tied matrix from both."""
    ours, other, idx = transformer.load(odd), theirs(odd), tokens(odd, "en", 64)
    transformer.loss(ours(idx), idx).backward()
    other(idx, labels=idx).loss.backward()
    for name, p in other.named_parameters():
        grad = ours.get_parameter(name.removeprefix("model.")).grad
        torch.testing.assert_close(grad, p.grad, atol=1e-4, rtol=1e-4)


def test_the_config_holds_what_the_file_says(odd: Path):
    config = transformer.TransformerConfig(50, 3, 2, 24, 40, 16, rope_theta=30.0, eps=0.1)
    assert transformer.load_config(odd) == config
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.eps = 1.0


# Parts


def test_attention_equals_that_of_torch():
    q, k, v = torch.randn(3, 2, 4, 9, 8, generator=torch.Generator().manual_seed(1))
    expected = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(transformer.attend(q, k, v), expected)


def test_rms_norm_equals_that_of_torch_also_near_zero(odd: Path):
    norm = transformer.RMSNorm(dataclasses.replace(transformer.load_config(odd), n_embd=6, eps=1e-3))
    generator = torch.Generator().manual_seed(1)
    torch.nn.init.normal_(norm.weight, generator=generator)
    for size in (1e-4, 1e-2, 1.0, 100.0):
        x = size * torch.randn(2, 5, 6, generator=generator)
        torch.testing.assert_close(norm(x), F.rms_norm(x, (6,), norm.weight, eps=1e-3))


def test_scores_depend_on_the_distance_of_two_tokens_only():
    q, k = torch.randn(2, 1, 1, 1, 8, generator=torch.Generator().manual_seed(1)).expand(-1, -1, -1, 20, -1)
    scores = (transformer.rotate(q, 100.0) @ transformer.rotate(k, 100.0).transpose(-2, -1))[0, 0]  # (20, 20)
    for distance in range(-19, 20):
        along = scores.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), atol=1e-5, rtol=0)
    first_row = scores[0]
    assert first_row.unique().numel() == 20  # and on the distance it does depend


def test_rotation_is_multiplication_by_a_complex_number():
    x = torch.randn(2, 3, 20, 8, generator=torch.Generator().manual_seed(1))
    speeds = torch.tensor([100.0 ** (-2 * i / 8) for i in range(4)])
    turn = torch.polar(torch.ones(20, 4), torch.arange(20.0)[:, None] * speeds)
    z = torch.complex(x[..., :4], x[..., 4:]) * turn
    torch.testing.assert_close(transformer.rotate(x, 100.0), torch.cat((z.real, z.imag), -1))


@torch.no_grad()
def test_a_later_token_leaves_earlier_logits_untouched(small: transformer.Transformer):
    idx = tokens(SMALL, "pt", 64)
    changed = idx.clone()
    changed[0, -1] += 1
    before, after = small(idx), small(changed)
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.allclose(before[:, -1], after[:, -1])


@torch.no_grad()
def test_one_matrix_reads_and_writes_tokens():
    model = transformer.load(SMALL)
    of_the_vocabulary = [p for p in model.parameters() if model.config.vocab_size in p.shape]
    assert len(of_the_vocabulary) == 1
    idx = tokens(SMALL, "en", 8)
    before = model(idx)
    absent = next(i for i in range(1000) if i not in idx)
    model.embed_tokens.weight[absent] *= 2
    after = model(idx)
    torch.testing.assert_close(after[..., absent], 2 * before[..., absent])  # written by what reads it
    torch.testing.assert_close(after[..., absent + 1 :], before[..., absent + 1 :])


# Writing on


def written(model: transformer.Transformer, seed: int, temperature: float = 1.0, n: int = 12) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    prompt = tokens(SMALL, "pt", 9)
    return [i.item() for i in transformer.generate(model, prompt, n, generator, temperature)]


def test_same_seed_same_continuation(small: transformer.Transformer):
    torch.manual_seed(1)
    first = written(small, seed=3)
    torch.manual_seed(2)
    assert written(small, seed=3) == first
    assert written(small, seed=4) != first


def test_a_temperature_near_zero_writes_what_transformers_writes_greedily(small: transformer.Transformer):
    idx = tokens(SMALL, "pt", 9)
    greedy = theirs(SMALL).generate(
        idx, attention_mask=torch.ones_like(idx), max_new_tokens=12, do_sample=False, pad_token_id=END
    )
    assert written(small, seed=1, temperature=1e-4) == greedy[0, 9:].tolist()


@torch.no_grad()
def test_tokens_are_drawn_from_the_softmax_at_this_temperature(odd: Path):
    model, n = transformer.load(odd), 20_000
    idx = tokens(odd, "en", 5)
    many = transformer.generate(model, idx.expand(n, -1), 1, torch.Generator().manual_seed(1), 3.0)
    shares = next(many).flatten().bincount(minlength=50) / n
    probs = (theirs(odd)(idx).logits[0, -1] / 3.0).softmax(-1)
    assert (shares - probs).abs().max() < 4 * math.sqrt(0.25 / n)  # four standard errors


@torch.no_grad()
def test_a_text_longer_than_the_block_is_cut_at_its_start(odd: Path):
    model, idx = transformer.load(odd), tokens(odd, "pt", 30)
    steps = list(transformer.generate(model, idx, 3, torch.Generator().manual_seed(1), 1e-4))
    assert [step.shape for step in steps] == [(1, 1)] * 3
    for step in steps:
        assert step.item() == theirs(odd)(idx[:, -16:]).logits[0, -1].argmax()
        idx = torch.cat((idx, step), 1)


def test_writing_keeps_nothing_for_gradients(odd: Path):
    model, needs = transformer.load(odd), []
    model.register_forward_hook(lambda module, args, logits: needs.append(logits.requires_grad))
    list(transformer.generate(model, tokens(odd, "en", 5), 2, torch.Generator().manual_seed(1)))
    assert needs == [False, False]


# Files that are missing, damaged, or of another kind


def test_weights_are_read_into_fp32(small: transformer.Transformer):
    assert {p.dtype for p in small.parameters()} == {torch.float32}
    assert not small.training


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, file: str):
    folder = copy_of(SMALL, tmp_path / "copy")
    (folder / file).unlink()
    with pytest.raises(WeightsMissing, match=file):
        transformer.load(folder)


@pytest.mark.parametrize("name", ["model.norm.weight", "model.layers.2.mlp.gate_proj.weight"])
def test_a_checkpoint_without_one_of_its_tensors_is_refused(tmp_path: Path, name: str):
    tensors = load_file(SMALL / "model.safetensors")
    del tensors[name]
    with pytest.raises(WeightsDamaged, match="model.safetensors"):
        transformer.load(copy_of(SMALL, tmp_path / "copy", tensors=tensors))


@pytest.mark.parametrize("name", ["lm_head.weight", "norm.weight", "model.layers.0.self_attn.q_proj.bias"])
def test_a_checkpoint_with_a_tensor_too_many_is_refused(tmp_path: Path, name: str):
    tensors = load_file(SMALL / "model.safetensors") | {name: torch.ones(128)}
    with pytest.raises(WeightsDamaged, match="model.safetensors"):
        transformer.load(copy_of(SMALL, tmp_path / "copy", tensors=tensors))


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "mistral"},
        {"hidden_act": "gelu"},
        {"head_dim": 16},
        {"head_dim": None},
        {"num_key_value_heads": 2},
        {"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}},
        {"rope_parameters": None},
        {"rope_parameters": {"rope_type": "default"}},
        {"rope_scaling": {"rope_type": "linear", "factor": 2.0}},
        {"attention_bias": True},
        {"mlp_bias": True},
        {"tie_word_embeddings": False},
        {"hidden_size": 256},
    ],
    ids=str,
)
def test_a_config_for_what_is_left_out_is_refused(tmp_path: Path, config: dict):
    with pytest.raises(WeightsDamaged, match="config.json"):
        transformer.load(copy_of(SMALL, tmp_path / "copy", config=config))


def test_sizes_that_do_not_fit_the_weights_are_refused(tmp_path: Path):
    with pytest.raises(WeightsDamaged, match="model.safetensors"):
        transformer.load(copy_of(SMALL, tmp_path / "copy", config={"intermediate_size": 300}))
