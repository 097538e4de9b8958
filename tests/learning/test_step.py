"""One step on a sentence: against the formula, against transformers, and never on the shipped model."""

import hashlib
import math
import threading

import pytest
import torch

from generative import language
from generative.errors import GenerativeError
from generative.language import predict, words
from generative.learning import step

SMALL = "language_small"
TEXT = "O gato late para a lua."
RATE = 0.01


@pytest.fixture(autouse=True)
def nobody_before(monkeypatch) -> None:
    """No copy is left of another test."""
    monkeypatch.setattr(step, "LEARNERS", step.Learners(step.MOST_BYTES))


def walk(text: str = TEXT, k: int = 1, first: int = 0, **other: object) -> list[step.State]:
    how = {"name": SMALL, "optimizer": "sgd", "rate": RATE} | other
    return list(step.walk(step.recipe(text, **how), "pt", "own", 2, first, k))


def checksum(name: str) -> str:
    found = hashlib.sha256()
    for parameter in language.model.load(name).model.parameters():
        found.update(parameter.numpy().tobytes())
    return found.hexdigest()


def parameters(learner: step.Learner) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone() for name, p in learner.lm.model.named_parameters()}


# ---- the step ----


def test_a_step_of_sgd_is_the_parameter_less_rate_times_gradient_of_transformers_own_loss():
    learner = step.Learner(step.recipe(TEXT, SMALL, "sgd", RATE))
    before = parameters(learner)
    idx = torch.tensor([learner.ids])
    learner.lm.model(idx, labels=idx).loss.backward()
    gradients = {name: p.grad.clone() for name, p in learner.lm.model.named_parameters()}
    learner.step()
    for name, now in parameters(learner).items():
        torch.testing.assert_close(now, before[name] - RATE * gradients[name], rtol=1e-5, atol=1e-8)
        assert gradients[name].abs().max() > 0, f"{name} does not move"


def test_the_first_step_of_adamw_is_as_long_as_the_rate_for_every_number():
    learner = step.Learner(step.recipe(TEXT, SMALL, "adamw", RATE))
    before = parameters(learner)
    learner.step()
    for name, now in parameters(learner).items():
        if "embed" not in name and "layers" in name:
            change = (now - before[name] * (1 - RATE * 0.01)).abs()  # its decay of weights is 0.01
            assert change.max() <= RATE * 1.001 and change.median() > 0.9 * RATE


def test_the_loss_is_that_of_the_whole_sentence_and_the_words_are_those_of_next_word():
    state = walk(k=0)[0]
    score = predict.score_text(TEXT, SMALL)
    assert math.isclose(state.own, -score.log_p / math.log(2) / len(score.tokens), rel_tol=1e-5)
    assert state.examples == len(score.tokens) == sum(len(word.tokens) for word in state.words)
    assert "".join(word.text for word in state.words) == TEXT
    chain = language.chain.chain(TEXT, SMALL)
    assert [w.p for w in state.words] == pytest.approx([w.p for w in chain.words], rel=1e-5)
    found = words.next_words("O gato ", SMALL, n=step.N)
    assert state.guesses[0].text == found.words[0].text and state.cut == 2
    assert [g.p for g in state.guesses[:3]] == pytest.approx([w.p for w in found.words[:3]], rel=1e-4)


def test_ten_steps_learn_the_sentence_by_heart_and_cost_the_text_never_seen_a_little():
    states = walk(k=10)
    assert [state.k for state in states] == list(range(11))
    assert states[0].own > 6 and states[10].own < 0.3
    assert states[10].words[2].p > 0.8 > 0.001 > states[0].words[2].p
    assert states[0].held_out < states[10].held_out < 1.5 * states[0].held_out
    assert states[10].guesses[0].text == " late"


def test_another_sentence_is_looked_at_and_not_trained_on():
    asked = step.recipe(TEXT, SMALL, "sgd", RATE)
    state = next(step.walk(asked, "pt", "control", 1, 1, 1))
    assert "".join(word.text for word in state.words) == step.CONTROL["pt"]
    assert state.words[1].text == " cachorro" and state.cut == 1
    own = walk(k=1)[1]
    assert (state.own, state.control, state.examples) == (own.own, own.control, own.examples)


def test_what_moved_is_told_part_by_part_and_nothing_has_before_the_first_step():
    before, after = walk()
    assert {moved.share for moved in before.moved} == {0.0}
    named = [(moved.part, moved.layer) for moved in after.moved]
    blocks = [(part, layer) for layer in range(4) for part in ("attention", "feed_forward")]
    assert named == [("embedding", -1), *blocks, ("norms", -1)]
    learner = step.LEARNERS.at(step.recipe(TEXT, SMALL, "sgd", RATE), 1)
    now, shipped = (
        dict(lm.model.named_parameters())["model.embed_tokens.weight"].detach()
        for lm in (learner.lm, language.model.load(SMALL))
    )
    assert math.isclose(after.moved[0].share, float((now - shipped).norm() / shipped.norm()), rel_tol=1e-4)


# ---- the same for all, and nobody's but one's own ----


def test_the_same_sentence_takes_the_same_step_and_going_on_is_as_going_through():
    through = walk(k=3)
    assert walk(k=3) == through  # the kept copy is at 3: these are made anew
    walk(k=2)
    assert walk(first=3, k=3) == through[3:]  # goes on from 2
    step.LEARNERS.keep(step.Learner(step.recipe("Outra frase.", SMALL, "sgd", RATE)))
    assert walk(first=2, k=2) == through[2:3]  # made anew


def test_a_copy_that_was_given_up_between_two_pieces_is_made_again():
    through = walk(k=2)[2]
    pieces = step.pieces(step.recipe(TEXT, SMALL, "sgd", RATE), "pt", "own", 2, 2, 2)
    found = []
    for piece in pieces:
        found.append(piece)
        step.LEARNERS._kept.clear()
    assert found == [None, None, through]


def test_after_a_reset_all_is_as_before_bit_by_bit():
    before = walk(k=0)
    walk(k=4)
    assert walk(k=0) == before


def test_two_who_train_at_once_disturb_neither_each_other_nor_the_shipped_model():
    texts = (TEXT, "The cat barks at the moon.")
    alone = {text: walk(text, k=3) for text in texts}
    idx = torch.tensor([[0, 17, 400]])
    sum_before, outputs = checksum(SMALL), language.model.load(SMALL).model(idx).logits
    step.LEARNERS._kept.clear()
    found: dict[str, list] = {}
    threads = [threading.Thread(target=lambda t=text: found.update({t: walk(t, k=3)})) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone
    assert checksum(SMALL) == sum_before
    assert torch.equal(language.model.load(SMALL).model(idx).logits, outputs)
    assert not any(p.requires_grad for p in language.model.load(SMALL).model.parameters())


def test_copies_of_a_whole_class_take_no_more_room_than_a_few():
    room = step.Learners(20_000_000)
    for i in range(5):
        learner = step.Learner(step.recipe(f"Frase {i}.", SMALL, "sgd", RATE))
        learner.step()
        room.keep(learner)
        assert sum(one.nbytes for one in room._kept.values()) <= room.most
    assert [one.text for one in room._kept] == ["Frase 3.", "Frase 4."]
    adamw = step.Learner(step.recipe(TEXT, SMALL, "adamw", RATE))
    assert adamw.nbytes == 3 * learner.nbytes


def test_a_copy_that_is_worked_on_is_nobody_elses():
    asked = step.recipe(TEXT, SMALL, "sgd", RATE)
    step.LEARNERS.keep(step.LEARNERS.at(asked, 1))
    mine = step.LEARNERS.at(asked, 1)
    assert step.LEARNERS.at(asked, 1) is not mine


# ---- what may come in ----


@pytest.mark.parametrize("text", ["Olá", "a", "Всё хорошо.", "猫が月に吠える", "🙂🙃", "x\ny", "\u0301"])
@pytest.mark.parametrize("optimizer", list(step.OPTIMIZERS))
def test_one_word_another_script_and_emoji_are_learned_like_any_sentence(text, optimizer):
    before, after = walk(text, optimizer=optimizer, rate=0.003)
    assert after.own < before.own and before.examples >= 1
    assert all(0 <= p <= 1 for state in (before, after) for _, p in state.guesses)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", {}),
        (" \n ", {}),
        ("a" * 100_000, {}),
        ("palavra " * 66, {}),
        (TEXT, {"name": "language_xl"}),
        (TEXT, {"name": "../weights"}),
        (TEXT, {"optimizer": "lion"}),
        (TEXT, {"rate": -1}),
        (TEXT, {"rate": 2e9}),
        (TEXT, {"rate": float("nan")}),
        (TEXT, {"rate": None}),
        (TEXT, {"k": 61}),
        (TEXT, {"k": 1.5}),
        (TEXT, {"first": 2, "k": 1}),
    ],
)
def test_what_cannot_be_is_one_sentence(text, wrong):
    with pytest.raises(GenerativeError) as raised:
        walk(text, **wrong)
    assert raised.value.say("pt") != raised.value.say("en")


@pytest.mark.parametrize("optimizer", list(step.OPTIMIZERS))
@pytest.mark.parametrize("rate", [1e9, 1e30])
def test_a_rate_beyond_reason_diverges_and_says_how_to_go_on(optimizer, rate, monkeypatch):
    monkeypatch.setattr(step, "HIGHEST_RATE", 1e300)  # also what overflows to no number
    before = walk(k=0)
    with pytest.raises(step.Diverged) as raised:
        walk(k=2, optimizer=optimizer, rate=rate)
    assert "Reset" in raised.value.say("en") and "Volte" in raised.value.say("pt")
    assert not step.LEARNERS._kept and walk(k=0) == before


def test_what_has_run_away_is_still_read_as_chances(monkeypatch):
    monkeypatch.setattr(step, "HOPELESS", 1e300)
    states = walk("O gato late.", k=3, rate=0.3)  # by then, some words go on with a chance of exactly 1
    assert all(0 <= word.p <= 1 for state in states for word in state.words)
