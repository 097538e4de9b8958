"""Diffusion in the plane: the exact velocity, the learned one, guidance, walks; and the browser's."""

import json
import math
from pathlib import Path

import pytest
import torch

from demos.points import game as view
from generative import diffusion
from generative.device import noise
from generative.errors import GenerativeError
from generative.points import data, own, velocity
from generative.points.game import GameDiverged
from generative.points.velocity import NONE, SIZES, Batch, Learner, exact, floor, guided, sampled

HERE = Path(view.__file__).parent
HELP = "const array = (list) => Float64Array.from(list.flat(2));"
N = 24


def drawn(seed: int) -> torch.Tensor:
    return 0.3 * noise(seed, sum(u * (b + 1) for b, u in zip(SIZES, SIZES[1:], strict=False))).double()


def batch(i: int, n: int = N, name: str = "groups") -> Batch:
    """Points of a mixture, some told no class."""
    random = torch.Generator().manual_seed(i)
    parts = velocity.MIXTURES[name]
    k = torch.randint(len(parts), (n,), generator=random)
    means = torch.tensor([[part.x, part.y] for part in parts]).double()[k]
    x = means + parts[0].sd * torch.randn(n, 2, generator=random).double()
    labels = torch.tensor([part.label for part in parts])[k]
    labels[torch.rand(n, generator=random) < velocity.DROPPED] = NONE
    e = torch.randn(n, 2, generator=random).double()
    return Batch(x, e, torch.rand(n, generator=random).double(), labels)


# ---- exact ----


def test_of_a_gaussian_the_velocity_is_the_closed_form_of_two_jointly_normal_numbers():
    """Cov(e - x, x_t) = t - (1 - t) s^2 and Var(x_t) = (1 - t)^2 s^2 + t^2, so the regression is a line."""
    (part,) = velocity.MIXTURES["gaussian"]
    x, t = noise(1, N, 2).double(), torch.rand(N, generator=torch.Generator().manual_seed(2)).double()
    mu, far = torch.tensor([part.x, part.y]).double(), (1 - t)[:, None]
    slope = (t - (1 - t) * part.sd**2) / ((1 - t) ** 2 * part.sd**2 + t**2)
    torch.testing.assert_close(exact("gaussian", x, t), -mu + slope[:, None] * (x - far * mu))


def test_of_the_ring_it_is_what_averages_over_many_points_say():
    """E[e - x | x_t] by weighing 200,000 points x by the density of the noise that leads from each to x_t."""
    x = data.ring(200_000, 3).double()
    at, t = (
        torch.tensor([[0.4, 0.9], [1.5, -0.2], [-1.0, -1.0]]).double(),
        torch.tensor([0.5, 0.3, 0.8]).double(),
    )
    for place, time, found in zip(at, t, exact("ring", at, t), strict=True):
        e = (place - (1 - time) * x) / time
        weight = (-e.square().sum(1) / 2).softmax(0)[:, None]
        torch.testing.assert_close(found, (weight * (e - x)).sum(0), atol=0.05, rtol=0.02)


def test_no_network_passes_the_floor_and_the_exact_velocity_reaches_it():
    assert floor("gaussian") == pytest.approx(math.pi * velocity.MIXTURES["gaussian"][0].sd)
    for name in velocity.MIXTURES:
        one = batch(5, 40_000, name)
        t = one.t[:, None]
        x = (1 - t) * one.x + t * one.e
        v = torch.empty_like(x)
        for label in one.labels.unique().tolist():
            told = one.labels == label
            v[told] = exact(name, x[told], one.t[told], label)
        assert (v - (one.e - one.x)).square().sum(1).mean().item() == pytest.approx(floor(name), rel=0.02)


def test_a_mixture_of_two_equal_halves_has_the_floor_of_the_whole():
    (part,) = velocity.MIXTURES["gaussian"]
    halves = (part._replace(share=0.5),) * 2
    assert velocity._left(halves) == pytest.approx(math.pi * part.sd, rel=2e-3)


def test_the_ring_is_the_one_that_is_drawn():
    x = data.ring(4000, 1).double()
    parts = torch.tensor([[part.x, part.y] for part in velocity.MIXTURES["ring"]]).double()
    far, nearest = torch.cdist(x, parts).min(1)
    assert far.square().mean().sqrt().item() == pytest.approx(0.15 * math.sqrt(2), rel=0.05)
    assert nearest.unique().numel() == 8


# ---- learned ----


@pytest.fixture(scope="module")
def learner():
    """A velocity of the one Gaussian, 500 steps."""
    found = Learner(drawn(1), 0.01)
    for i in range(500):
        found.step(batch(i, velocity.BATCH, "gaussian"))
    return found


def test_the_learned_velocity_comes_near_the_exact_one(learner):
    one = batch(1000, 2000, "gaussian")
    t = one.t[:, None]
    x = (1 - t) * one.x + t * one.e
    wanted = exact("gaussian", x, one.t)
    off = (velocity.predicted(learner.average, x, one.t, one.labels) - wanted).square().mean()
    assert (off / wanted.square().mean()).sqrt() < 0.15


def test_samples_of_the_learned_velocity_have_the_mean_and_spread_of_the_points(learner):
    labels = torch.full((1000,), NONE)
    *_, last = sampled(guided(learner.average, labels, 1.0), noise(3, 1000, 2).double(), 20, "euler")
    (part,) = velocity.MIXTURES["gaussian"]
    assert (last.x.mean(0) - torch.tensor([part.x, part.y])).abs().max() < 0.12
    assert last.x.std(0).sub(part.sd).abs().max() < 0.12


def test_a_step_too_far_changes_nothing_and_is_told():
    one = Learner(drawn(1), 1e6)
    before = one.weights.detach().clone()
    with pytest.raises(GameDiverged):
        one.step(batch(1))
    assert torch.equal(one.weights, before) and torch.equal(one.average, before) and one.steps == 0


def test_guidance_0_tells_nothing_1_tells_the_class_and_more_goes_on_the_same_way():
    x, labels, weights = noise(1, N, 2).double(), torch.arange(N) % 2, drawn(2)
    v = {w: guided(weights, labels, w)(x, 0.4) for w in (0.0, 1.0, 3.0)}
    t = torch.full((N,), 0.4, dtype=torch.float64)
    torch.testing.assert_close(v[0.0], velocity.predicted(weights, x, t, torch.full_like(labels, NONE)))
    torch.testing.assert_close(v[1.0], velocity.predicted(weights, x, t, labels))
    torch.testing.assert_close(v[3.0], v[0.0] + 3 * (v[1.0] - v[0.0]))
    assert (v[1.0] - v[0.0]).abs().max() > 0.01


# ---- walks along the exact velocity ----


def ends(steps: int, solver: str, name: str = "groups") -> torch.Tensor:
    def field(x: torch.Tensor, t: float) -> torch.Tensor:
        return exact(name, x, torch.full((len(x),), t).double())

    return sampled(field, noise(4, 200, 2).double(), steps, solver)[-1].x


def test_many_steps_of_euler_end_where_heun_ends_and_few_do_not():
    wanted = ends(400, "heun")
    off = [(ends(steps, "euler") - wanted).abs().mean().item() for steps in (5, 50, 400)]
    assert off[2] < 0.01 < 0.1 < off[0]
    assert off[1] / off[2] == pytest.approx(8, rel=0.3)  # of first order
    assert (ends(20, "heun") - wanted).abs().mean() < (ends(40, "euler") - wanted).abs().mean()


def test_one_step_leads_all_noise_to_the_mean_of_the_points():
    """At t = 1 nothing is known of x: v = e - E[x]."""
    assert ends(1, "euler", "ring").abs().max() < 1e-6
    torch.testing.assert_close(
        ends(1, "euler", "gaussian"), torch.tensor([[0.6, 0.4]]).double().expand(200, 2)
    )


# ---- points; how good ----


def test_energy_is_0_for_the_same_points_and_grows_with_what_they_are_apart():
    a, b = noise(1, 300, 2).double(), noise(2, 300, 2).double()
    assert velocity.energy(a, a) == pytest.approx(0, abs=1e-9)
    assert 0 < velocity.energy(a, b) < 0.05 < velocity.energy(a, b + 1)
    assert velocity.energy(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]])) == pytest.approx(10)


def test_moons_have_two_classes_the_spiral_none_and_half_of_each_is_alike():
    x, labels = velocity.drawn("moons")
    assert x.shape == (velocity.SHIPPED, 2) and labels.unique().tolist() == [0, 1]
    assert x[labels == 0, 1].mean() > 0.3 > x[labels == 1, 1].mean()
    assert velocity.drawn("spiral")[1].unique().tolist() == [NONE]


def test_own_points_lie_in_the_plane_or_it_is_said():
    text = velocity.from_table("1 2\n3 4\n5 9\n")
    assert velocity.read_own(text).shape == (3, 2)
    with pytest.raises(velocity.LineGiven):
        velocity.from_table("1\n2\n3\n")
    with pytest.raises(velocity.LineGiven):
        velocity.read_own(own.write(torch.tensor([[0.1], [0.5], [0.9]])))
    for wrong in ("1 2\n1 2\n1 2\n", "nan 1\n2 3\n4 5\n", "x" * 10):
        with pytest.raises(GenerativeError):
            velocity.from_table(wrong)


# ---- in the browser ----


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic and nothing else."""
    page = browser.new_page()
    for name in ("mlp.js", "players.js", "velocity.js"):
        page.add_script_tag(path=HERE / name)
    page.add_script_tag(content=HELP)
    yield page.evaluate
    page.close()


def same(found: list, wanted: torch.Tensor, close: float = 1e-9) -> None:
    torch.testing.assert_close(
        torch.tensor(found, dtype=torch.float64), wanted.flatten(), rtol=close, atol=close
    )


def test_ten_steps_in_the_browser_end_where_those_of_python_do(script):
    python, steps = Learner(drawn(1), 0.01), [batch(i) for i in range(10)]
    told = [[one.x.tolist(), one.e.tolist(), one.t.tolist(), one.labels.tolist()] for one in steps]
    found = script(f"""() => {{
      const learner = velocity.begin({{seed: 1, rate: 0.01}}, null);
      const weights = array({json.dumps(drawn(1).tolist())});
      learner.net.weights = weights;
      learner.average = weights.slice();
      const losses = {json.dumps(told)}.map(([x, e, t, labels]) =>
        velocity.step(learner, {{x: array(x), e: array(e), t: array(t), labels}}));
      return {{losses, weights: [...learner.net.weights], average: [...learner.average]}};
    }}""")
    same(found["losses"], torch.tensor([python.step(one).loss for one in steps], dtype=torch.float64))
    same(found["weights"], python.weights.detach())
    same(found["average"], python.average)


def test_fields_walks_and_distances_in_the_browser_are_those_of_python(script):
    x, labels, weights = noise(1, N, 2).double(), torch.arange(N) % 2, drawn(2)
    call = json.dumps([x.tolist(), labels.tolist(), weights.tolist(), velocity.MIXTURES["ring"]])
    found = script(f"""() => {{
      const [x, labels, weights, parts] = {call}, field = (w) => velocity.guided(array(weights), labels, w);
      const end = (steps, solver) => [...velocity.walk(field(2), array(x), steps, solver)[steps][1]];
      return {{
        guided: [0, 1, 2.5].map((w) => [...field(w)(array(x), 0.3)]),
        ends: [end(7, 'euler'), end(7, 'heun')],
        exact: [-1, 0, 1].map((label) => [...velocity.exact(parts, label)(array(x), 0.6)]),
        calls: ['euler', 'heun'].map((solver) => velocity.calls(7, solver)),
        energy: velocity.energy(array(x), array(x.slice(5))),
        constants: [velocity.SIZES, velocity.BATCH, velocity.DROPPED, velocity.BETAS, velocity.KEPT],
      }};
    }}""")
    t = torch.full((N,), 0.6, dtype=torch.float64)
    for w, one in zip((0, 1, 2.5), found["guided"], strict=True):
        same(one, guided(weights, labels, w)(x, 0.3))
    for solver, one, calls in zip(("euler", "heun"), found["ends"], found["calls"], strict=True):
        same(one, sampled(guided(weights, labels, 2.0), x, 7, solver)[-1].x)
        assert calls == diffusion.sampler.calls(solver, 7)
    for label, one in zip((NONE, 0, 1), found["exact"], strict=True):
        same(one, exact("ring", x, t, label))
    assert found["energy"] == pytest.approx(velocity.energy(x, x[5:]), abs=1e-9)
    assert found["constants"] == json.loads(
        json.dumps([SIZES, velocity.BATCH, velocity.DROPPED, velocity.BETAS, velocity.KEPT])
    )


def test_samples_come_near_obey_their_class_and_leave_the_points_by_too_much_guidance(script):
    found = script(f"""() => {{
      const parts = {json.dumps(velocity.MIXTURES["groups"])}, learned = (seed, steps) => {{
        const learner = velocity.begin({{seed, rate: 0.005}}, {{parts}});
        for (let i = 0; i < steps; i++) velocity.step(learner, velocity.batch(learner));
        return learner;
      }};
      const same = [1, 1, 2].map((seed) => [...learned(seed, 3).average]);
      const learner = learned(1, 500), random = players.seeded(5), e = random.normals(600);
      const told = Array.from({{length: 300}}, (_, i) => i % 2);
      const real = velocity.draw({{parts}}, random, 300), apart = velocity.apart({{parts}}, random, 300);
      const floor = apart.reduce((a, b) => a + b) / apart.length;
      const rising = apart.every((v, i) => !i || v >= apart[i - 1]);
      const good = (w) => {{
        const [, x] = velocity.walk(velocity.guided(learner.average, told, w), e, 10, 'euler')[10];
        return [velocity.energy(x, real.x) / floor, velocity.obeyed(x, told, real)];
      }};
      const noise = velocity.energy(e, real.x) / floor;
      return {{same, good: [0, 1, 6].map(good), noise, rising}};
    }}""")
    one, again, other = found["same"]
    assert one == again != other and found["rising"]
    (_, none), (near, told), (far, _) = found["good"]
    assert near < 2 and found["noise"] > 3 and far > 10
    assert 0.3 < none < 0.7 and told > 0.8


def test_given_points_are_learned_in_part_and_the_rest_is_held_out(script):
    found = script("""() => {
      const x = Float64Array.from({length: 60}, (_, i) => i);
      const labels = Array.from({length: 30}, (_, i) => i % 2);
      const source = {x, labels, learned: 20}, random = players.seeded(1), odd = velocity.only(source, 1);
      const way = [[1, Float64Array.of(0, 8)], [0.5, Float64Array.of(4, 8)], [0, Float64Array.of(4, 0)]];
      return [
        Math.max(...velocity.draw(source, random, 400).x),
        [...velocity.held(source, random, 300).x],
        [0.75, 0.25, 1].map((t) => [...velocity.between(way, t)]),
        [odd.labels.length, odd.learned, ...odd.x.slice(0, 4)],
        velocity.only({parts: [[0.25, 0, 0, 1, 0], [0.75, 1, 1, 1, 1]]}, 1).parts,
        velocity.apart(source, random, 10).map((v) => v > 0),
        velocity.obeyed(Float64Array.of(0, 0, 9, 9, 1, 0), [0, 1, 1], {x: [0, 0, 8, 8], labels: [0, 1]}),
        velocity.off(Float64Array.of(3, 0), Float64Array.of(3, 4)),
      ];
    }""")
    assert found[0] == 39 and found[1] == list(range(40, 60))
    assert found[2] == [[2, 8], [4, 4], [0, 8]]
    assert found[3] == [15, 10, 2, 3, 6, 7] and found[4] == [[1, 1, 1, 1, 1]]
    assert found[5] == [True] * 20 and found[6:] == [2 / 3, 0.8]
