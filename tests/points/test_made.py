"""What learns drawings in the browser takes the steps that Python takes, and says and draws the same."""

import json
import math
from pathlib import Path

import pytest
import torch

from demos.points import pixels as view
from generative.device import noise
from generative.points import drawings, pixels

HERE = Path(view.__file__).parent
CLOSE = 1e-9
D, UNITS, N = 16, 21, 40


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic and nothing else."""
    page = browser.new_page()
    for name in view.ARITHMETIC:
        page.add_script_tag(path=HERE / name)
    page.add_script_tag(content="const array = (list) => Float64Array.from(list.flat(2));")
    yield page.evaluate
    page.close()


def same(found: list, wanted: torch.Tensor) -> None:
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), wanted, rtol=CLOSE, atol=CLOSE)


@pytest.fixture(scope="module")
def weights() -> torch.Tensor:
    """Of a small network, in the places that are read."""
    first, last = pixels.masks(D, UNITS)
    W, V = noise(1, UNITS, D).double() * first, noise(2, D, UNITS).double() * last
    return torch.cat([W.flatten(), noise(3, UNITS).double(), V.flatten(), noise(4, D).double()])


def some(seed: int, n: int) -> torch.Tensor:
    return (noise(seed, n, D) > 0).double()


def test_ten_steps_in_the_browser_end_where_those_of_python_do(script, weights):
    batches = [some(10 + i, 12) for i in range(10)]
    told = json.dumps([weights.tolist(), [x.tolist() for x in batches]])
    found = script(f"""() => {{
      const [weights, batches] = {told}, net = made.network({D}, {UNITS}, array(weights));
      const losses = batches.map((x, i) => made.learn(net, array(x), i, batches.length, {N}));
      return {{losses, weights: [...net.weights]}};
    }}""")
    steps = list(pixels.learn(weights, batches, N))
    same(found["losses"], torch.tensor([step.loss for step in steps], dtype=torch.float64))
    same(found["weights"], steps[-1].weights)
    assert (steps[-1].weights - weights).abs().max() > 0.01


def test_both_say_the_same_of_drawings_and_go_on_with_them_alike(script, weights):
    x, u = some(5, 9), torch.rand(9, D, generator=torch.Generator().manual_seed(6), dtype=torch.double)
    found = script(f"""() => {{
      const [weights, x, u] = {json.dumps([weights.tolist(), x.tolist(), u.tolist()])};
      const net = made.network({D}, {UNITS}, array(weights)), all = array(x), p = made.alone(all, {D});
      const one = (i, k) => made.complete(net, x[i].slice(0, k), u[i]);
      return {{
        whole: x.map((_, i) => one(i, {D}).cost.reduce((a, b) => a + b)), mean: made.bits(net, all),
        drawn: x.map((_, i) => [...one(i, 7).x]), p: [...one(0, {D}).p],
        alone: [...p], meanAlone: made.bitsAlone(p, all),
      }};
    }}""")
    log_p = pixels.log_prob(weights, x)
    same(found["whole"], -log_p / math.log(2))
    assert found["mean"] == pytest.approx(pixels.bits(log_p))
    same(found["p"], pixels.logits(weights, x[:1])[0].sigmoid())
    same(found["drawn"], pixels.sample(weights, x[:, :7], u))
    same(found["alone"], pixels.alone(x))
    assert found["meanAlone"] == pytest.approx(pixels.bits(pixels.log_prob_alone(pixels.alone(x), x)))


def test_both_agree_on_constants(script):
    names = ("HIDDEN", "LR", "BATCH", "STEPS", "FEW_STEPS", "FEW", "PRIOR")
    assert script(f"{json.dumps(names)}.map((name) => made[name])") == [getattr(pixels, n) for n in names]


def test_a_seed_is_a_training_that_learns_more_than_pixels_alone_tell(script):
    text = drawings.write(drawings.digits()[:400])
    found = script(f"""() => {{
      const x = Array.from('{text}', (l) => [3, 2, 1, 0].map((at) => parseInt(l, 16) >> at & 1)).flat();
      const held = array(x.slice(320 * 64)), train = array(x.slice(0, 320 * 64));
      const run = (seed) => {{
        const random = players.seeded(seed), net = made.begin(64, made.HIDDEN, random);
        const begun = made.bits(net, held);
        for (let i = 0; i < 200; i++) made.learn(net, made.batch(train, 64, random), i, 200, 320);
        return [begun, made.bits(net, held)];
      }};
      const alone = made.bitsAlone(made.alone(train, 64), held);
      return {{one: run(1), again: run(1), other: run(2), alone}};
    }}""")
    begun, learned = found["one"]
    assert begun == pytest.approx(64) and learned < 33 < found["alone"]
    assert found["again"] == found["one"] != found["other"]
