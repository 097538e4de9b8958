"""The recipe of the language models on made-up text: held out, packed, scored, learned, resumed."""

import argparse
import json
import math
import os
import random
import signal

import numpy as np
import pytest
import torch

from generative.training import checkpoint, language_card, language_measure, mix
from generative.training import language as recipe
from generative.training import language_method as method
from generative.training import tokenizer as bpe
from generative.training.data import Documents
from generative.training.listed import listed

torch.set_num_threads(1)
CONFIG = method.LanguageConfig(width=16, heads=2, hidden=32, layers=1, block_size=32)


def made_up(name, n, words, seed=0):
    rng = random.Random(seed)
    return Documents(name, [" ".join(rng.choices(words.split(), k=30)) for _ in range(n)])


@pytest.fixture(scope="module")
def texts():
    return [
        made_up("en_fairytales", 100, "the dog and a cat ran to the old house, 1 2 3!"),
        made_up("pt_machado", 100, "o cão e a gata não foram à casa de João; ação, pé"),
    ]


@pytest.fixture(scope="module")
def tokenizer(texts):
    return bpe.train(texts, 20_000, seed=1)


@pytest.fixture
def sets(texts, tokenizer):
    return mix.pack(texts, tokenizer, 0)


def test_end_of_text_is_token_zero_and_every_byte_is_a_token(tokenizer):
    assert tokenizer.token_to_id(bpe.END_OF_TEXT) == 0
    assert tokenizer.get_vocab_size() >= 257


@pytest.mark.parametrize("text", ["não, João!", "a\0b", "🎉 e\u0301", "\n\n x  ", "12,5 % d'água don't"])
def test_the_tokenizer_gives_every_text_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_digits_punctuation_and_words_are_never_in_one_token(tokenizer):
    pieces = [p for p, _ in tokenizer.pre_tokenizer.pre_tokenize_str("casa 1998, don't (fim)...")]
    assert pieces == ["casa", "Ġ1", "9", "9", "8", ",", "Ġdon", "'t", "Ġ(", "fim", ")..."]


def test_both_languages_teach_the_tokenizer_equally_many_bytes(texts):
    for language in mix.LANGUAGES:
        size = sum(len(d.encode()) for d in bpe.sample(texts, language, 5000, seed=1))
        assert 5000 <= size < 5300


def test_every_document_begins_with_end_of_text(sets):
    for s in sets:
        assert (s.ids[s.starts[:-1]] == 0).all() and (s.ids == 0).sum() == len(s.starts) - 1


def test_a_pass_holds_each_set_at_its_weight(sets, texts):
    tokens = mix.one_pass(sets, seed=1)
    expected = sum(mix.weight_of(s.name) * len(s.documents) for s in texts)
    assert mix.weight_of("en_fairytales") == 3 and (tokens == 0).sum() == pytest.approx(expected, rel=0.05)


def test_a_resumed_run_reads_on_where_it_stopped(sets):
    rows = mix.batches(sets, 4, 32, seed=1)
    whole = [next(rows) for _ in range(300)]
    assert whole[-1].epoch > 0
    for stop in (10, 250):
        rest = mix.batches(sets, 4, 32, 1, whole[stop].epoch, whole[stop].at)
        assert np.array_equal(next(rest).rows, whole[stop + 1].rows)


def test_held_out_documents_that_begin_like_training_ones_are_left_out(texts):
    known = texts[0].documents[0]
    val = [
        Documents("en_fairytales", [known, "A new tale. " * 10]),
        Documents("pt_machado", ["Um conto novo."]),
    ]
    sample = mix.held_out_sample(texts, val)
    assert sample == {"en": ["A new tale. " * 10], "pt": ["Um conto novo."]}


def test_sets_that_came_later_do_not_touch_the_held_out_sample(texts):
    val = [made_up("en_fairytales", 30, "a new tale of old", 1), made_up("pt_machado", 30, "um conto novo")]
    later = [Documents("en_simple_stories", val[0].documents[:9]), Documents("pt_stories_own", ["Era."])]
    assert mix.held_out_sample(texts + later, val + later, 3000) == mix.held_out_sample(texts, val, 3000)


def test_the_last_stretch_reads_its_sets_alone_at_their_weights_without_listed_words(texts, tokenizer):
    rude = [d + " Shit!" for d in texts[0].documents]
    sets = [
        Documents("en_fairytales", texts[0].documents + rude),
        texts[1],
        Documents("en_socialiqa_qa", texts[0].documents),
    ]
    chosen = mix.for_last(sets)
    assert [(s.name, s.documents) for s in chosen] == [("en_fairytales", texts[0].documents), texts[1]]
    tokens = mix.one_pass(mix.pack(chosen, tokenizer, 0, mix.last_weight_of), seed=1)
    assert (tokens == 0).sum() == pytest.approx(100 * (mix.LAST["en_fairytales"] + 0.1), rel=0.06)
    held_out = mix.last_sample(sets, [Documents(s.name, [f"New {d}" for d in s.documents]) for s in sets])
    assert held_out["en"] and not any(listed(d) for d in held_out["en"])
    assert len(held_out["en"]) == len(set(held_out["en"]))  # nothing of the questions


def test_no_questions_captions_or_dialogues_are_read_last():
    kinds = ("qa", "dialog", "enem", "sickbr", "inferbr", "assin", "recipes", "docs")
    assert set(mix.LAST) <= set(mix.KNOWN)
    assert not [name for name in mix.LAST if set(name.split("_")) & set(kinds) and "essays" not in name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A class in Essex, shitake and the cockerel", []),
        ("SHIT! A Bitch.", ["shit", "bitch"]),
        ("O cuco e a computação curaram", []),
        ("Puta merda, que cu_!", ["puta", "merda", "cu"]),
        ("Os prostíbulos", ["prostíbulos"]),
        ("the ass and the cock", []),
        ("", []),
    ],
)
def test_listed_words_are_found_as_whole_words_in_any_case(text, found):
    assert listed(text) == found


@pytest.mark.parametrize("n", [2, 5, 8, 9, 12, 13, 40, 41])
def test_windows_score_each_token_once_after_half_a_block(n):
    ids, scored = list(range(100, 100 + n)), []
    for x, y in language_measure.windows(ids, 8):
        assert len(x) == len(y) == 8
        for i, target in enumerate(y):
            if target != -100:
                assert x[: i + 1] == ids[target - 100 - i - 1 : target - 100]
                assert i + 1 >= min(4, target - 100)
                scored.append(target)
    assert scored == ids[1:]


def test_bits_per_byte_equal_the_loss_of_transformers(texts, tokenizer):
    model = method.new_model(CONFIG, tokenizer.get_vocab_size(), 0).eval()
    document = "the dog ran"
    ids = torch.tensor([[0, *tokenizer.encode(document).ids]])
    loss = model(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
    bits = language_measure.bits_per_byte(model, tokenizer, [document])
    assert math.isclose(bits, loss / math.log(2) / len(document), rel_tol=1e-5)


def test_the_rate_warms_up_stays_and_falls_to_zero():
    r = method.LanguageRecipe(lr=1.0, decay=0.2)
    assert method.rate(r, 128, 0, 100, 0.0) == 0.01
    assert method.rate(r, 128, 500, 100, 0.5) == method.rate(r, 128, 500, 100, 0.79) == 1
    assert method.rate(r, 128, 500, 100, 0.9) == pytest.approx(0.5)
    assert method.rate(r, 128, 500, 100, 1.0) == 0
    assert method.rate(r, 512, 500, 100, 0.5) == 0.5


def test_the_last_stretch_begins_at_a_fifth_of_the_rate_and_falls_all_along():
    r = method.LAST
    at = [method.rate(r, 128, 500, r.warmup_shipped, done) for done in (0, 0.25, 0.5, 1)]
    assert at == pytest.approx([method.GPU.lr / 5 * share for share in (1, 0.75, 0.5, 0)])
    args = argparse.Namespace(tokens=1000, minutes=2)
    began = {"tokens": 500, "seconds": 60}
    assert recipe.share_done({"tokens": 750, "seconds": 61}, began, args) == 0.25
    assert recipe.share_done({"tokens": 750, "seconds": 180}, began, args) == 1


def test_muon_trains_the_matrices_inside_and_adamw_all_else(tokenizer):
    model = method.new_model(CONFIG, tokenizer.get_vocab_size(), 0)
    optimizers = method.new_optimizers(model, method.GPU)
    trained = {name: [p for g in o.param_groups for p in g["params"]] for name, o in optimizers.items()}
    names = {id(p): n for n, p in model.named_parameters()}
    assert {names[id(p)].split(".")[-2] for p in trained["muon"]} == {
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "gate_proj",
        "up_proj",
        "down_proj",
    }
    assert sorted(names[id(p)] for ps in trained.values() for p in ps) == sorted(names.values())


def steps(model, optimizers, sets, progress, n):
    r = method.LanguageRecipe(batch=4, lr=0.01, warmup=5, bf16=False)
    rows = mix.batches(sets, r.batch, 32, 1, progress["epoch"], progress["at"])
    train = method.train(model, optimizers, r, progress, rows, lambda: 0.0)
    return [next(train) for _ in range(n)]


FRESH = {"step": 0, "tokens": 0, "epoch": 0, "at": 0, "adam_from": 0, "warmup": 5}


def fresh(tokenizer, name="cpu"):
    torch.manual_seed(1)
    model = method.new_model(CONFIG, tokenizer.get_vocab_size(), 0)
    return model, method.new_optimizers(model, method.RECIPES[name])


@pytest.mark.parametrize("name", ["cpu", "gpu"])
def test_training_learns_and_a_resumed_run_equals_an_unbroken_one(tmp_path, sets, tokenizer, name):
    model, optimizers = fresh(tokenizer, name)
    unbroken = steps(model, optimizers, sets, FRESH, 60)
    assert unbroken[-1].loss < unbroken[0].loss - 1
    assert unbroken[-1].tokens == 60 * 4 * 32

    model, optimizers = fresh(tokenizer, name)
    first = steps(model, optimizers, sets, FRESH, 30)
    checkpoint.save(tmp_path, {"model": model}, optimizers, FRESH | first[-1]._asdict())
    model, optimizers = fresh(tokenizer, name)
    progress = checkpoint.load(tmp_path, {"model": model}, optimizers)
    second = steps(model, optimizers, sets, progress, 30)
    assert [s.loss for s in first + second] == pytest.approx([s.loss for s in unbroken], rel=1e-5)
    assert second[-1].step == 60


def test_rows_computed_a_few_at_a_time_train_as_all_at_once(sets, tokenizer):
    rows = next(mix.batches(sets, 8, 32, 1))

    def trained(at_once):
        model, optimizers = fresh(tokenizer)
        r = method.LanguageRecipe(batch=8, at_once=at_once, bf16=False)
        step = next(method.train(model, optimizers, r, FRESH, iter([rows]), lambda: 0.0))
        return step.loss, [p.grad for p in model.parameters()]

    (loss, grads), (whole_loss, whole_grads) = trained(3), trained(8)
    assert loss == pytest.approx(whole_loss, rel=1e-6)
    for grad, whole in zip(grads, whole_grads, strict=True):
        torch.testing.assert_close(grad, whole, rtol=1e-4, atol=1e-6)


# The last stretch


ARGS = argparse.Namespace(tokens=40 * method.LAST.batch * 32, minutes=None, seed=1, last=True, compile=False)


@pytest.fixture
def last(tmp_path, texts, tokenizer, monkeypatch):
    """A run of the last stretch, and a folder of given weights that know how they were trained."""
    given, _ = fresh(tokenizer)
    given.half().save_pretrained(tmp_path / "given")
    (tmp_path / "given" / "training.json").write_text(
        '{"step": 7, "tokens": 700, "seconds": 70.0, "loss": 5.0, "at": 4, "epoch": 3, "commands": []}'
    )
    held_out = {
        name: {"en": texts[0].documents[:2], "pt": texts[1].documents[:2]}
        for name in ("bits_per_byte", "bits_per_byte_last")
    }
    monkeypatch.setattr(language_card, "ALL_PROMPTS", ["the dog"])

    def run():
        model, optimizers = fresh(tokenizer, "last")
        return recipe.Run(model, optimizers, tokenizer, held_out, tmp_path / "run")

    handler = signal.getsignal(signal.SIGTERM)
    yield run, tmp_path / "given"
    signal.signal(signal.SIGTERM, handler)


def adam_steps(run):
    return {int(state["step"]) for state in run.optimizers["adamw"].state.values()}


def test_a_last_stretch_stops_at_sigterm_with_its_files_and_resumes_where_it_was(last, sets, monkeypatch):
    new_run, given = last
    run = new_run()
    progress = recipe.start(run, "last", given, resume=True, from_given=True)
    assert progress["before_last"] == {"step": 7, "tokens": 700, "seconds": 70.0, "loss": 5.0}
    assert (progress["at"], progress["epoch"], progress["adam_from"]) == (0, 0, 7) and not adam_steps(run)
    before = run.measured()
    progress["before_last"] |= before

    rows = mix.batches

    def until_the_tenth(*args):
        for i, batch in enumerate(rows(*args)):
            if i == 9:
                os.kill(os.getpid(), signal.SIGTERM)
            yield batch

    monkeypatch.setattr(mix, "batches", until_the_tenth)
    recipe.drive(run, method.LAST, sets, progress, ARGS)
    monkeypatch.setattr(mix, "batches", rows)
    assert (run.folder / "metrics.csv").is_file() and list((run.folder / "samples").iterdir())

    run = new_run()
    progress = recipe.start(run, "last", given, resume=True, from_given=True)
    assert progress["step"] == 17 and progress["before_last"]["tokens"] == 700 and adam_steps(run) == {10}
    recipe.drive(run, method.LAST, sets, progress, ARGS)
    assert progress["step"] == 7 + 41 and progress["lr"] == 0  # 40 of its own steps, then one of no length
    assert progress["bits_per_byte_last"]["en"] < before["bits_per_byte_last"]["en"]
    assert progress["measured"] == progress["tokens"]
    with pytest.raises(SystemExit, match="not measured"):
        recipe.publish(run, progress | {"measured": 700}, "nowhere")


def test_a_checkpoint_of_another_recipe_gives_its_weights_and_no_moments(last, sets, tokenizer):
    new_run, given = last
    run = new_run()
    model, optimizers = fresh(tokenizer)
    first = steps(model, optimizers, sets, FRESH, 5)[-1]._asdict()
    checkpoint.save(
        run.folder,
        {"model": model},
        optimizers,
        recipe.FRESH | first | {"recipe": "cpu", "bits_per_byte": {}, "seconds": 1.0},
    )
    progress = recipe.start(run, "last", given, resume=True)
    assert progress["step"] == progress["adam_from"] == 5 and not adam_steps(run)
    assert all(torch.equal(a, b) for a, b in zip(run.model.parameters(), model.parameters(), strict=True))


def test_the_card_tells_both_parts_and_both_figures(last, tmp_path):
    run, bits = last[0](), {"en": 1.25, "pt": 1.5}
    runs = [
        {"command": f"python {i}", "batch": b, "hardware": f"chip {i}", "software": "s"}
        for i, b in enumerate((128, 8))
    ]
    before = {
        "step": 7,
        "tokens": 700,
        "seconds": 70,
        "bits_per_byte": {"en": 1.125, "pt": 1.375},
        "bits_per_byte_last": {"en": 2.5, "pt": 2.75},
    }
    progress = before | {
        "step": 17,
        "tokens": 1700,
        "loss": 3,
        "commands": runs,
        "before_last": before,
        "sets": ["pt_stories_own"],
        "bits_per_byte": bits,
        "bits_per_byte_last": {"en": 2.25, "pt": 2},
    }
    prompts = [p for prompts in language_card.PROMPTS.values() for p in prompts]
    language_card.ALL_PROMPTS[:] = prompts
    language_card.write(tmp_path, run.model, progress, [f"{p} {i}" for i in range(2) for p in prompts])
    card = (tmp_path / "README.md").read_text()
    for line in (
        "| English | 1.250 | 2.250 | 1.125 | 2.500 |",
        "1,700, 1,000 of them in the last stretch",
        "batches of 128, then 8 rows",
        "chip 0; chip 1",
        "| CC0 | open | 6 | 8 |",
        "- **Era uma vez** 0\n- **Era uma vez** 1\n",
    ):
        assert line in card


def test_a_card_quotes_what_was_counted_once_however_often_it_is_counted(tmp_path):
    (tmp_path / "training.json").write_text('{"tokens": 7}\n')
    (tmp_path / "README.md").write_text("# name\n\n- **Era uma vez** um\n\n## Limits\n\n- A toy.\n")
    for runs in (90.0, 93.5):
        counts = {"en": {"of": 200, "runs": runs, "p(time)": 99.9}, "pt": {"of": 200, "runs": 88.25}}
        language_card.quote(tmp_path, counts)
    card, facts = (tmp_path / "README.md").read_text(), json.loads((tmp_path / "training.json").read_text())
    assert card.count("## What it writes, counted") == 1 and "on 200 unpicked" in card
    assert "| | English | Portuguese |" in card and "| runs | 93.5 % | 88.2 % |" in card
    assert "| p(time) | 99.9 % |  |" in card and "90.0" not in card
    assert card.startswith("# name\n\n- **Era uma vez** um\n\n## What") and card.endswith(
        "## Limits\n\n- A toy.\n"
    )
    assert facts == {"tokens": 7, "continuations": counts}
