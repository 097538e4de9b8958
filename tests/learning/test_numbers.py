"""The script that trains in the browser computes what Python does; what the address says is checked."""

import json

import pytest
import torch

from demos.learning import lengths as line
from demos.learning import numbers
from generative.device import noise
from generative.errors import GenerativeError
from generative.learning import lengths, toy
from generative.learning import network99 as net

CLOSE = 1e-12


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic and nothing else."""
    page = browser.new_page()
    page.add_script_tag(path=numbers.HERE.with_name("network99.js"))
    yield page.evaluate
    page.close()


def same(found: list, wanted: torch.Tensor) -> None:
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), wanted, rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("activation", net.ACTIVATIONS)
def test_ten_steps_in_the_browser_end_where_those_of_python_do(script, activation: str):
    weights, data = noise(1, net.N).double(), toy.points().examples[:10]
    call = json.dumps([weights.tolist(), data, activation, 0.3])
    found = script(f"""() => {{
      let [weights, data, activation, rate] = {call};
      const first = network99.run(weights, ...data[0], activation);
      for (const [x, target] of data) weights = network99.step(weights, x, target, activation, rate);
      return {{weights, first, judged: network99.judge(weights, data, activation)}};
    }}""")
    examples = [(torch.tensor(x, dtype=torch.float64), k) for x, k in data]
    first = net.run(weights, *examples[0], activation)
    same(found["first"]["gradients"], first.gradients)
    same(found["first"]["p"], first.probabilities)
    same(found["first"]["given"][2], first.activations[1])
    for x, k in examples:
        weights = net.step(weights, x, k, activation, 0.3)
    same(found["weights"], weights)
    after = [net.run(weights, x, k, activation) for x, k in examples]
    same([found["judged"]["loss"]], torch.stack([one.loss for one in after]).mean()[None])
    right = sum(one.probabilities.argmax() == k for one, (_, k) in zip(after, examples, strict=True))
    assert found["judged"]["right"] == right


def test_the_browser_takes_no_step_that_leads_astray(script):
    weights = json.dumps(noise(1, net.N).tolist())
    for rate in ("1e9", "1e308", "NaN"):
        assert script(f"network99.step({weights}, [1, 0, 0, 0, 0], 0, 'tanh', {rate})") is None
    most = script("network99.LARGEST"), script("network99.SIZES")
    assert most == (net.LARGEST, list(net.SIZES))
    places = script("""() => {
      const found = [], sizes = network99.SIZES;
      for (let layer = 0; layer < 3; layer++)
        for (let unit = 0; unit < sizes[layer + 1]; unit++)
          for (let i = 0; i <= sizes[layer]; i++) found.push(network99.place(layer, unit, i));
      return found;
    }""")
    assert sorted(places) == list(range(99))


def told(**link: object) -> dict:
    """What the view begins with, where the link says this; what is refused counts as not said."""

    def read(name, default, low=0, high=1e15, check=None):
        try:
            if check and name in link:
                check(link[name])
        except GenerativeError:
            return default
        return link.get(name, default)

    return numbers.told(read, "pt")


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(numbers.FIRST.values()) and list(plain) == list(numbers.FIELDS)
    weights = " ".join(["0.5"] * 99)
    link = {"net_seed": 3, "activation": "relu", "task": "points", "sentences": "a b.", "weights": weights}
    assert told(**link) == link | {"net_rate": net.RATE}
    wrong = {
        "net_seed": 1.5,
        "activation": "gelu",
        "task": "x",
        "sentences": "a x. a y. a z. a w.",
        "weights": "1",
    }
    assert told(**wrong) == plain
    assert told(net_rate=0.04)["net_rate"] == 0.03


def test_the_browser_asks_for_a_seed_and_for_the_examples_of_a_text():
    assert numbers.start99({"seed": 7})["weights"] == net.start(7).tolist()
    assert "whole number" in numbers.start99({"seed": -1, "language": "en"})["error"]
    assert numbers.language99({"text": "a b."})["data"]["after"] == ["b"]
    assert "duas palavras" in numbers.language99({"text": "a", "language": "pt"})["error"]


def test_a_program_gets_activations_probabilities_loss_and_gradients():
    found = numbers.network99(net.start(7).tolist(), toy.one_hot(2), 1, "tanh")
    assert [len(layer) for layer in found["activations"]] == [8, 4, 3] and len(found["gradients"]) == 99
    assert abs(sum(found["probabilities"]) - 1) < CLOSE


def test_lengths_are_those_of_the_shipped_models_and_of_the_slides():
    own = lengths.shipped()
    assert [round(one.parameters / 1e6, 1) for one in own] == [1.8, 5.3, 10.2, 23.2]
    rows = line.rows(numbers.TEXTS)
    assert rows[0].pixels == 1 and rows[0].length == ("0,26 mm", "0.26 mm")
    assert rows[1].name == ("modelo pequeno", "small model") and rows[1].parameters == (
        "1.840.256",
        "1,840,256",
    )
    assert [row.length[0] for row in rows if row.far] == ["18,7 km", "187,1 km", "467,7 km"]
