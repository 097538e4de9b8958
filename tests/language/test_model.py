"""The language model against transformers' own loss, nasty texts, weights and Hub models that go wrong."""

import contextlib
import functools
import http.server
import itertools
import json
import math
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from generative import errors, language, weights
from generative.language import hub, tokens
from generative.language.reading import SPARE
from generative.language.spelling import count_words

torch.set_num_threads(1)  # small models: a second thread costs more than it brings

NASTY = [
    "Era uma vez",
    "café à noite, coração, ÀÉÎÕÜ",
    "e\u0301 a\u0303",
    "🎉👩‍👩‍👧‍👦🇧🇷",
    "a\0b",
    "\n\n\tx  y \r\n z ",
    "日本語と한국어 и русский",
    "<|endoftext|>",
    "don’t can't D'água 1.234,56 %",
    "\u200b\ufeff\u202e",
    "�",
    " ",
    "   três espaços",
]


@pytest.fixture
def shipped():
    return language.model.load()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A random two-layer GPT-2 with our tokenizer, in a folder as the Hub has it."""
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=8200, n_embd=16, n_layer=2, n_head=2, n_positions=64, bos_token_id=0, eos_token_id=0
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(weights.WEIGHTS / language.model.DEFAULT / name, folder / name)
    return folder


# Probabilities


@pytest.mark.parametrize("text", ["Era uma vez", "Once upon a", "🎉", "\0", "A: Hi!\nB:", "x" * 5000])
def test_bars_and_rest_sum_to_one(text):
    result = language.predict.next_tokens(text, n=50)
    assert math.isclose(sum(w.p for w in result.tokens) + result.rest, 1, abs_tol=1e-9)
    assert [w.p for w in result.tokens] == sorted((w.p for w in result.tokens), reverse=True)


def test_bars_equal_the_softmax_of_transformers(shipped):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = weights.WEIGHTS / language.model.DEFAULT
    model = AutoModelForCausalLM.from_pretrained(folder).float()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("<|endoftext|>Once upon a", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        probs = model(ids).logits[0, -1].softmax(0)
    for word in language.predict.next_tokens("Once upon a").tokens:
        assert abs(probs[word.token] - word.p) < 1e-6
        assert tokenizer.decode([word.token]) == word.text


@pytest.mark.parametrize("text", ["Era uma vez um rei.", "The dog ran.\n", "ção 🎉", " x", "a\0"])
def test_score_equals_the_loss_of_transformers(shipped, text):
    ids = torch.tensor([[shipped.start, *language.predict.encode(shipped.tokenizer, text, shipped.pieces)]])
    with torch.no_grad():
        loss = shipped.model(ids, labels=ids).loss.item()
    score, n = language.predict.score_text(text), ids.shape[1] - 1
    assert math.isclose(-score.log_p / n, loss, abs_tol=1e-5)
    assert math.isclose(score.perplexity, math.exp(loss), rel_tol=1e-4)
    assert math.isclose(score.bits_per_byte, loss * n / math.log(2) / len(text.encode()), rel_tol=1e-5)
    assert math.isclose(sum(math.log(w.p) for w in score.tokens), score.log_p, abs_tol=1e-9)
    assert tokens.raw("".join(w.text for w in score.tokens)) == text.encode()


def test_score_is_the_chain_of_the_next_words():
    score = language.predict.score_text("The little dog")
    text = "The"
    for word in score.tokens[1:]:
        after = {w.token: w.p for w in language.predict.next_tokens(text, n=50).tokens}
        if word.token in after:
            assert math.isclose(after[word.token], word.p, rel_tol=1e-5)
        text = language.predict.append_token(text, word.token)
    assert text == "The little dog"


def test_temperature_top_k_and_top_p_reach_the_bars():
    assert language.predict.next_tokens("Once", temperature=0).tokens[0].p == 1
    cut = language.predict.next_tokens("Once", n=10, top_k=5)
    assert cut.rest == 0 and [w.p > 0 for w in cut.tokens] == [True] * 5 + [False] * 5
    assert language.predict.next_tokens("Once", top_p=0).tokens[0].p == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": 51},
        {"n": math.nan},
        {"temperature": -1},
        {"temperature": math.nan},
        {"top_k": 9000},
        {"top_p": 2},
    ],
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        language.predict.next_tokens("Era", **wrong)


# Writing on


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    first, again, other = (list(language.predict.generate("Era uma vez", n=20, seed=s)) for s in (1, 1, 2))
    assert first == again != other


def test_greedy_writing_takes_the_first_bar_each_time():
    text = "Once upon a"
    for word in language.predict.generate(text, n=8, temperature=0):
        assert word.token == language.predict.next_tokens(text).tokens[0].token
        text = language.predict.append_token(text, word.token)


def test_the_kept_cache_changes_no_probability_even_when_the_context_is_full(shipped):
    start = "the dog and the cat " * 52
    ids = language.predict.context(shipped, start).ids
    assert len(ids) == shipped.block_size - SPARE - 11  # so that the tokens run past the end of the context
    for word in language.predict.generate(start, n=40, seed=5):
        logits, _ = language.predict.logits_after(shipped, ids[-shipped.block_size :])
        assert math.isclose(float(logits.double().softmax(0)[word.token]), word.p, rel_tol=1e-3)
        ids.append(word.token)
    assert len(ids) > shipped.block_size


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 2**40}, {"n": 0}, {"n": 10**6}])
def test_writing_refuses_numbers_out_of_range(wrong):
    with pytest.raises(errors.NumberOutOfRange):
        next(language.predict.generate("Era", **wrong))


# Words


@pytest.mark.parametrize("text", NASTY)
def test_tokens_give_the_text_back(shipped, text):
    ids = language.predict.encode(shipped.tokenizer, text, shipped.pieces)
    assert b"".join(shipped.pieces[i] for i in ids) == text.encode()
    assert shipped.start not in ids


@pytest.mark.parametrize("text", [t for t in NASTY if t.strip()])
def test_a_nasty_text_still_has_next_words_and_a_score(text):
    assert len(language.predict.next_tokens(text).tokens) == 10
    assert language.predict.score_text(text).log_p < 0


@pytest.mark.parametrize("text", ["", " ", "\n\t  ", "\u00a0"])
def test_an_empty_text_is_refused(text):
    for function in (
        language.predict.next_tokens,
        language.predict.score_text,
        lambda t: next(language.predict.generate(t)),
    ):
        with pytest.raises(errors.TextEmpty):
            function(text)


def test_spaces_at_the_end_change_nothing():
    bare = language.predict.next_tokens("Once upon a")
    assert language.predict.next_tokens("Once upon a ") == bare
    assert language.predict.next_tokens("Once upon a \t ") == bare
    assert (
        language.predict.append_token("Once upon a ", bare.tokens[0].token)
        == "Once upon a" + bare.tokens[0].text
    )


def test_a_line_break_at_the_end_counts():
    assert language.predict.next_tokens("A: Hi\n") != language.predict.next_tokens("A: Hi")


def test_half_a_surrogate_pair_is_read_as_the_replacement_character():
    assert language.predict.next_tokens("oi \ud83d") == language.predict.next_tokens("oi \ufffd")
    assert language.predict.next_tokens("oi \ud83c\udf89") == language.predict.next_tokens("oi 🎉")


@pytest.mark.parametrize("character", ["é", "🎉", "日"])
def test_a_character_in_pieces_is_named_by_its_bytes_and_becomes_whole_again(shipped, character):
    text = "a"
    for i, byte in enumerate(character.encode()):
        assert text == "a" + "".join(f"‹0x{b:02X}›" for b in character.encode()[:i])
        assert len(language.predict.next_tokens(text).tokens) == 10
        text = language.predict.append_token(text, shipped.pieces.index(bytes([byte])))
    assert text == "a" + character


def test_an_unfinished_character_reaches_the_model_as_its_bytes(shipped):
    ids = language.predict.encode(shipped.tokenizer, "a‹0xF0›‹0x9F›", shipped.pieces)
    assert b"".join(shipped.pieces[i] for i in ids) == b"a\xf0\x9f"


def test_end_of_text_adds_nothing(shipped):
    assert language.predict.append_token("Fim.", shipped.start) == "Fim."


@pytest.mark.parametrize("token", [-1, 10**9, 1.5, math.nan])
def test_a_token_that_does_not_exist_is_refused(token):
    with pytest.raises(errors.NumberOutOfRange):
        language.predict.append_token("a", token)


def test_only_the_last_tokens_of_a_long_text_count_and_the_others_are_counted(shipped):
    text = "um dois três quatro " * 100
    ids, left_out = language.predict.context(shipped, text)
    kept = b"".join(shipped.pieces[i] for i in ids).decode()
    assert shipped.block_size - SPARE - language.predict.STEP < len(ids) <= shipped.block_size - SPARE
    assert left_out + count_words(kept) == 400 and text.strip().endswith(kept)
    assert language.predict.next_tokens(text).left_out == left_out > 100
    assert language.predict.next_tokens("um dois").left_out == 0


@pytest.mark.parametrize(
    "text",
    [
        "palavra " * 12_500,
        "a" * 100_000,
        " " * 99_999 + "a",
        "🎉" * 100_000,
        "uma palavra, " * 77_000,
        "a" + " " * 1_000_000,
    ],
)
def test_a_hundred_thousand_characters_and_a_million_are_quick(text):
    language.predict.next_tokens("warm")
    begin = time.perf_counter()
    result = language.predict.next_tokens(text)
    assert time.perf_counter() - begin < 5
    assert 0 <= result.left_out <= len(text)


@pytest.mark.parametrize("function", [language.predict.next_tokens, language.predict.score_text])
def test_of_a_long_text_only_one_end_is_cut_into_tokens(monkeypatch, function):
    seen = []
    monkeypatch.setattr(
        language.predict, "encode", lambda t, text, known: seen.append(len(text)) or [1, 2, 3]
    )
    with contextlib.suppress(errors.TextTooLong):
        function("palavra " * 125_000)
    assert seen == [language.predict.CHARACTERS]


def test_a_text_too_long_to_score_says_how_long_it_is():
    with pytest.raises(errors.TextTooLong) as error:
        language.predict.score_text("palavra " * 300)
    assert 300 <= error.value.facts["n"] <= 602 and error.value.facts["limit"] == 256
    with pytest.raises(errors.TextTooLong):
        language.predict.score_text("palavra " * 125_000)


def test_our_byte_alphabet_is_that_of_the_tokenizers_library():
    from tokenizers.pre_tokenizers import ByteLevel

    assert sorted(tokens.byte_alphabet()) == sorted(ByteLevel.alphabet())
    assert sorted(tokens.byte_alphabet().values()) == list(range(256))


def test_a_vocabulary_with_bars_for_spaces_and_bytes_in_brackets_is_read_too():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocab = {t: i for i, t in enumerate(["<unk>", *(f"<0x{b:02X}>" for b in range(256)), "▁", "a", "▁a"])}
    t = Tokenizer(models.BPE(vocab, [("▁", "a")], byte_fallback=True, unk_token="<unk>"))
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=t, unk_token="<unk>")
    known = tokens.pieces(tokenizer, len(vocab) + 3)
    ids = tokens.encode(tokenizer, "a a é🎉", known)
    assert b"".join(known[i] for i in ids) == "a a é🎉".encode()
    assert known[vocab["▁a"]] == b" a" and known[-3:] == [b"", b"", b""]


# Shipped weights that are missing or damaged


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the default model that a test may spoil."""
    shutil.copytree(weights.WEIGHTS / language.model.DEFAULT, tmp_path / language.model.DEFAULT)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    return tmp_path / language.model.DEFAULT


FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(errors.WeightsMissing, match=name):
        language.predict.next_tokens("Era")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_file_cut_in_half_or_emptied_is_named(copied, name, keep):
    data = (copied / name).read_bytes()
    (copied / name).write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(errors.WeightsDamaged, match=name):
        language.predict.next_tokens("Era")
    (copied / name).write_bytes(data)
    assert language.predict.next_tokens("Era").tokens  # and once the file is back, all is well


def test_a_parameter_that_the_file_lacks_is_never_made_up(copied):
    from safetensors.torch import load_file, save_file

    state = load_file(copied / "model.safetensors")
    state.pop("model.norm.weight")
    save_file(state, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(errors.WeightsDamaged, match="model.safetensors"):
        language.predict.next_tokens("Era")


def test_the_path_of_this_machine_is_not_told(copied):
    (copied / "config.json").unlink()
    with pytest.raises(errors.WeightsMissing) as error:
        language.model.load()
    assert str(copied.parent) not in str(error.value)


# The Hub


REVISION = "0123456789abcdef0123456789abcdef01234567"


class StandInHub(http.server.BaseHTTPRequestHandler):
    """As much of the Hub as a download needs: repositories are folders; some names answer with an error."""

    folders: dict[str, Path] = {}
    refused = {
        "owner/private": (401, "RepoNotFound"),
        "owner/missing": (404, "RepoNotFound"),
        "owner/gated": (403, "GatedRepo"),
        "owner/odd": (404, None),
        "owner/broken": (500, None),
    }
    asked: list[str] = []

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0].strip("/")
        self.asked.append(path)
        api = path.startswith("api/models/")
        parts = path.removeprefix("api/models/").split("/")
        name, rest = "/".join(parts[:2]), parts[2:]
        if name in self.refused:
            status, code = self.refused[name]
            return self.answer(status, b"{}", {"X-Error-Code": code} if code else {})
        if name not in self.folders:
            return self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        files = {p.name: p for p in self.folders[name].iterdir()}
        if api and rest[:1] == ["tree"]:
            body = [{"type": "file", "path": n, "size": p.stat().st_size, "oid": n} for n, p in files.items()]
        elif api:
            siblings = [{"rfilename": n, "size": p.stat().st_size} for n, p in files.items()]
            body = {"id": name, "sha": REVISION, "siblings": siblings, "gated": False, "private": False}
        else:
            headers = {"X-Repo-Commit": REVISION, "ETag": f'"{rest[-1]}"'}
            return self.answer(200, files[rest[-1]].read_bytes(), headers)
        return self.answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    do_HEAD = do_GET


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """A Hub that cannot be reached, and an empty cache."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    language.model._from_hub.cache_clear()
    yield
    language.model._from_hub.cache_clear()


@pytest.fixture
def stand_in(offline, tiny, monkeypatch):
    """A Hub on this machine that has owner/tiny, and whatever a test adds to `folders`."""
    monkeypatch.setattr(StandInHub, "folders", {"owner/tiny": tiny})
    monkeypatch.setattr(StandInHub, "asked", [])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandInHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    with contextlib.closing(server.socket):
        yield StandInHub
        server.shutdown()


def test_a_hub_model_goes_the_way_of_the_shipped_one(stand_in):
    result = language.predict.next_tokens("Era uma vez", "owner/tiny")
    assert result.model == "owner/tiny"
    assert math.isclose(sum(w.p for w in result.tokens) + result.rest, 1, abs_tol=1e-9)
    lm = language.model.load("owner/tiny")
    assert lm.block_size == 64 and not lm.model.training and lm.model.dtype == torch.float32
    assert len(list(language.predict.generate("Era uma vez " * 30, "owner/tiny", n=5))) <= 5
    assert language.predict.score_text("Era uma vez", "owner/tiny").log_p < 0
    assert not any(path.endswith((".bin", ".py")) for path in stand_in.asked)


def test_a_hub_model_fetched_once_is_there_without_a_network(stand_in, monkeypatch):
    online = language.predict.next_tokens("Era", "owner/tiny")
    language.model._from_hub.cache_clear()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert language.predict.next_tokens("Era", "owner/tiny") == online


def test_without_a_network_the_sentence_says_so(offline):
    with pytest.raises(errors.ModelUnreachable, match="owner/tiny"):
        language.model.load("owner/tiny")


@pytest.mark.parametrize("page", [b"<html>Log in to the Wi-Fi</html>", b"[]", b'"?"'])
def test_a_login_page_in_place_of_the_hub_is_no_network(stand_in, monkeypatch, page):
    monkeypatch.setattr(stand_in, "do_GET", lambda self: self.answer(200, page, {}))
    with pytest.raises(errors.ModelUnreachable, match="owner/tiny"):
        language.model.load("owner/tiny")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("owner/missing", errors.ModelNotFound),
        ("owner/private", errors.ModelNotFound),
        ("owner/odd", errors.ModelNotFound),
        ("owner/gated", errors.ModelGated),
        ("owner/broken", errors.ModelUnreachable),
    ],
)
def test_what_the_hub_refuses_becomes_a_sentence(stand_in, name, error):
    with pytest.raises(error, match=name):
        language.model.load(name)


@pytest.mark.parametrize(
    "name",
    [
        "gpt2",
        "/etc/passwd",
        "../weights/language_small",
        "weights/a/x",
        "~/x",
        "./owner/tiny",
        "owner/../tiny",
        "owner/tiny\n",
        "a/b/c",
        "owner//tiny",
        "x" * 10_000,
        "owner/ti ny",
        "\0/a",
        "owner/a--b",
        "owner/..",
    ],
)
def test_a_name_that_is_no_hub_name_is_not_found_and_nothing_is_asked(stand_in, name):
    with pytest.raises(errors.ModelNotFound) as error:
        language.model.load(name)
    assert len(str(error.value)) < 300 and stand_in.asked == []


def test_a_folder_of_that_name_is_never_opened(offline, tiny, tmp_path, monkeypatch):
    shutil.copytree(tiny, tmp_path / "owner" / "tiny")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.ModelUnreachable):
        language.model.load("owner/tiny")


def spoil(tiny, tmp_path, **config):
    """A copy of the tiny model with other values in its config."""
    folder = tmp_path / "spoilt"
    shutil.copytree(tiny, folder)
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | config))
    return folder


@pytest.mark.parametrize(
    "config",
    [
        {"architectures": ["BertForMaskedLM"], "model_type": "bert"},
        {"architectures": None},
        {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5"},
        {"model_type": "nobody-knows-it"},
    ],
)
def test_a_model_that_is_not_causal_is_refused(stand_in, tiny, tmp_path, config):
    stand_in.folders["owner/other"] = spoil(tiny, tmp_path, **config)
    with pytest.raises(errors.ModelNotCausal):
        language.model.load("owner/other")


def test_a_model_that_brings_its_own_code_is_refused_and_the_code_not_run(stand_in, tiny, tmp_path):
    folder = spoil(
        tiny,
        tmp_path,
        model_type="own",
        architectures=["OwnForCausalLM"],
        auto_map={"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnForCausalLM"},
    )
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    stand_in.folders["owner/own"] = folder
    with pytest.raises(errors.ModelNotCausal):
        language.model.load("owner/own")
    assert not (tmp_path / "ran").exists() and not any(p.endswith("own.py") for p in stand_in.asked)


def test_weights_that_are_no_safetensors_are_refused_before_any_download(stand_in, tiny, tmp_path):
    folder = spoil(tiny, tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    stand_in.folders["owner/pickle"] = folder
    with pytest.raises(errors.ModelWithoutSafetensors):
        language.model.load("owner/pickle")
    assert stand_in.asked == ["api/models/owner/pickle"]


def test_weights_cut_in_half_on_the_hub_are_refused(stand_in, tiny, tmp_path):
    folder = spoil(tiny, tmp_path)
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    stand_in.folders["owner/half"] = folder
    with pytest.raises(errors.ModelWithoutSafetensors):
        language.model.load("owner/half")


def test_a_model_too_large_for_memory_is_refused_before_any_download(stand_in, monkeypatch):
    monkeypatch.setattr(hub, "free_memory", lambda: 1000.0)
    with pytest.raises(errors.ModelTooLarge, match="GB"):
        language.model.load("owner/tiny")
    assert stand_in.asked == ["api/models/owner/tiny"]


def test_a_class_that_picks_the_same_model_at_once_loads_it_once(stand_in):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(language.model.load("owner/tiny"))) for _ in range(8)
    ]
    for step in (threading.Thread.start, threading.Thread.join):
        for thread in threads:
            step(thread)
    assert len(found) == 8 and len({id(lm) for lm in found}) == 1


def test_every_error_of_a_model_is_one_sentence_or_two_in_each_language():
    kinds = [
        errors.ModelNotFound,
        errors.ModelUnreachable,
        errors.ModelGated,
        errors.ModelNotCausal,
        errors.ModelWithoutSafetensors,
        errors.ModelTokenizerUnknown,
        errors.ModelTooLarge,
    ]
    for kind, tongue in itertools.product(kinds, ("en", "pt-BR")):
        assert "owner/x" in kind(name="owner/x", need=9.1, free=2.0).say(tongue)


def test_transformers_is_imported_only_when_a_model_is_loaded():
    code = "import sys, generative.language; sys.exit('transformers' in sys.modules)"
    run = functools.partial(subprocess.run, cwd=weights.ROOT, timeout=120)
    assert run([sys.executable, "-c", code]).returncode == 0
