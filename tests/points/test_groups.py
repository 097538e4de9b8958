"""k-means and PCA: scikit-learn finds the same, and so does what plays in the browser."""

import json
import math
from pathlib import Path

import pytest
import torch

from generative.errors import NumberOutOfRange
from generative.points import data, kmeans, own, pca

HERE = Path(__file__).resolve().parents[2] / "demos" / "points"
CLOSE = 1e-9


def points(name: str, n: int = 120) -> torch.Tensor:
    x = data.draw(name, n, 5).double()
    return x if x.shape[1] == 2 else torch.cat([x, torch.zeros_like(x)], 1)


def uniforms(k: int, seed: int = 3) -> torch.Tensor:
    return torch.rand(k, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# ---- against scikit-learn ----


@pytest.mark.parametrize("name", ["moons", "ring", "heights"])
def test_from_the_same_start_scikit_learn_ends_at_the_same_centres(name):
    from sklearn.cluster import KMeans

    x, centres = points(name), kmeans.start("plusplus", points(name), uniforms(4))
    found = list(kmeans.run(x, centres))[-1]
    theirs = KMeans(4, init=centres.numpy(), n_init=1, tol=0, algorithm="lloyd").fit(x.numpy())
    assert (found.centres - torch.tensor(theirs.cluster_centers_)).abs().max() < CLOSE
    assert found.labels.tolist() == theirs.labels_.tolist()
    assert found.inertia == pytest.approx(theirs.inertia_, rel=CLOSE)


@pytest.mark.parametrize("name", ["moons", "spiral", "gaussian"])
def test_the_line_of_most_spread_is_scikit_learns_first_axis(name):
    from sklearn.decomposition import PCA

    x = points(name)
    theirs, C = PCA(2).fit(x.numpy()), pca.covariance(x)
    found = pca.best(C)
    first = torch.tensor(theirs.components_[0])
    assert abs(pca.direction(found.angle, x) @ first).item() == pytest.approx(1, abs=CLOSE)
    assert pca.share(C, found.angle) == pytest.approx(theirs.explained_variance_ratio_[0], abs=CLOSE)
    assert found.along == pytest.approx(theirs.explained_variance_[0] * (len(x) - 1) / len(x))


# ---- what must hold of each ----


def test_neither_half_step_raises_the_inertia_and_an_empty_centre_stays():
    x = points("spiral")
    centres = torch.cat([kmeans.start("random", x, uniforms(5)), torch.tensor([[9.0, 9.0]]).double()])
    steps = list(kmeans.run(x, centres))
    assert len(steps) > 3 and torch.equal(steps[-1].centres[5], centres[5])
    for before, after in zip(steps, steps[1:], strict=False):
        between = kmeans.inertia(x, before.labels, kmeans.moved(x, before.labels, before.centres))
        assert before.inertia >= between >= after.inertia
    assert torch.equal(steps[-1].labels, steps[-2].labels)


def test_careful_starts_lie_far_apart_and_random_ones_are_different_points():
    x = points("ring", 400)
    ended = {name: 0.0 for name in kmeans.STARTS}
    for seed in range(12):
        for name in kmeans.STARTS:
            centres = kmeans.start(name, x, uniforms(8, seed))
            assert len(torch.unique(centres, dim=0)) == 8
            ended[name] += list(kmeans.run(x, centres))[-1].inertia
    assert ended["plusplus"] < 0.5 * ended["random"]


def test_the_next_centre_is_drawn_by_the_squared_distance():
    x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]]).double()  # weights 0, 1, 9 from the first
    drawn = [kmeans.plus_plus(x, torch.tensor([0.0, u]))[1, 0].item() for u in (0.0, 0.05, 0.099, 0.101, 0.9)]
    assert drawn == [1, 1, 1, 3, 3]
    assert kmeans.plus_plus(x, torch.tensor([0.0, 0.9, 0.1]))[:, 0].tolist() == [0, 3, 1]  # the one left over
    alike = torch.ones(4, 2).double()
    assert kmeans.plus_plus(alike, uniforms(3)).shape == (3, 2)


def test_there_are_no_more_centres_than_points():
    with pytest.raises(NumberOutOfRange):
        kmeans.start("random", points("moons")[:3], uniforms(4))
    with pytest.raises(NumberOutOfRange):
        kmeans.start("plusplus", points("moons"), uniforms(kmeans.MOST + 1))


def test_no_other_line_has_more_variance_and_power_iteration_turns_into_it():
    C = pca.covariance(points("moons"))
    found = pca.best(C)
    assert all(pca.variance(C, i * math.pi / 90) <= found.along + CLOSE for i in range(90))
    assert pca.variance(C, found.angle + math.pi / 2) == pytest.approx(found.across)
    turned = list(pca.power(C, found.angle + 1.3))
    shares = [pca.share(C, angle) for angle in turned]
    assert shares == sorted(shares) and 3 < len(turned) < pca.MOST
    assert abs(pca.folded(turned[-1] - found.angle)) < 1e-6


def test_points_without_a_direction_leave_the_line_as_it_is():
    alike = pca.covariance(torch.ones(5, 2).double())
    assert list(pca.power(alike, 0.4)) == [0.4] and pca.share(alike, 0.4) == 0
    assert pca.folded(math.pi / 2) == pca.folded(-math.pi / 2) == math.pi / 2


# ---- the browser's arithmetic ----


@pytest.fixture(scope="module")
def script(browser):
    """script(expression) on a page that has the arithmetic and nothing else."""
    page = browser.new_page()
    for name in ("players.js", "kmeans.js", "axis.js"):
        page.add_script_tag(path=HERE / name)
    yield page.evaluate
    page.close()


@pytest.mark.parametrize("start", kmeans.STARTS)
def test_k_means_in_the_browser_is_that_of_python(script, start):
    x, u = points("spiral"), uniforms(6)
    wanted = list(kmeans.run(x, kmeans.start(start, x, u)))
    found = script(f"""() => {{
      const [x, u, name] = {json.dumps([x.tolist(), u.tolist(), start])};
      const first = kmeans.starts[name](x, u), labels = kmeans.nearest(x, first), end = kmeans.run(x, first);
      return {{first, labels, inertia: kmeans.inertia(x, labels, first), end}};
    }}""")
    assert (torch.tensor(found["first"], dtype=torch.float64) - wanted[0].centres).abs().max() < CLOSE
    assert found["labels"] == wanted[0].labels.tolist()
    assert found["inertia"] == pytest.approx(wanted[0].inertia, rel=CLOSE)
    assert (
        torch.tensor(found["end"]["centres"], dtype=torch.float64) - wanted[-1].centres
    ).abs().max() < CLOSE
    assert found["end"]["inertia"] == pytest.approx(wanted[-1].inertia, rel=CLOSE)


def test_the_best_of_many_careful_starts_finds_all_eight_groups(script):
    x = points("ring", 300)
    call = json.dumps(x.tolist())
    found = script(f"kmeans.best({call}, 8, players.seeded(1), 20)")
    assert found == script(f"kmeans.best({call}, 8, players.seeded(1), 20)")
    assert found / len(x) == pytest.approx(2 * 0.15**2, rel=0.2)  # the variance within the groups


@pytest.mark.parametrize("name", ["moons", "heights"])
def test_the_line_in_the_browser_is_that_of_python(script, name):
    C, angle = pca.covariance(points(name)), 1.2
    found = script(f"""() => {{
      const {{C}} = axis.covariance({json.dumps(points(name).tolist())}), turned = [];
      let angle = {angle};
      for (let i = 0; i < 9; i++) turned.push(angle = axis.step(C, angle));
      return {{C, best: axis.best(C), turned, share: axis.share(C, 0.3)}};
    }}""")
    best = pca.best(C)
    assert found["C"] == pytest.approx([C[0, 0].item(), C[0, 1].item(), C[1, 1].item()], abs=CLOSE)
    values = [found["best"][key] for key in ("angle", "along", "across")]
    assert values == pytest.approx([best.angle, best.along, best.across], abs=CLOSE)
    assert found["share"] == pytest.approx(pca.share(C, 0.3), abs=CLOSE)
    wanted = [*pca.power(C, angle)][:9]
    assert found["turned"][: len(wanted)] == pytest.approx(wanted, abs=1e-8)


def test_centres_put_by_hand_may_be_few_and_alike():
    centres = torch.tensor([[0.5, -1.0], [0.5, -1.0]])
    assert (own.places(own.write(centres)) - centres).abs().max() < 0.006
    with pytest.raises(data.PointsTooFew):
        own.read(own.write(centres))
