"""The game in Python: its steps, the best D in closed form, and what a link may say."""

import math
from collections.abc import Callable

import pytest
import torch

from demos.points import game as view
from generative.device import noise
from generative.errors import GenerativeError
from generative.points import data, game
from generative.points.game import Batch, Game, GameDiverged, Rules

SIZES_D, SIZES_G = (1, 6, 1), (1, 5, 1)


def drawn(loss: str = "minimax", rate: float = 0.1, adam: bool = False) -> Game:
    return Game(noise(1, 19), SIZES_D, noise(2, 16), SIZES_G, Rules(loss, rate, rate, adam))


def batches(n: int) -> list[Batch]:
    """Of D and of G, by turns."""
    real = [Batch(noise(i, 8, 1).double(), noise(i + 50, 8, 1).double() + 2) for i in range(n)]
    return [one for pair in zip(real, [Batch(one.z) for one in real], strict=True) for one in pair]


def test_a_step_goes_against_the_gradient_and_moves_one_player_alone():
    one, (batch, noise_only) = drawn(), batches(1)
    D, G = one.D.detach().clone(), one.G.detach().clone()
    h, places = 1e-6, range(0, 19, 4)

    def value(weights: torch.Tensor) -> float:
        scores = lambda x: game.network(weights, SIZES_D, x, leaky=True)[:, 0]  # noqa: E731
        return game.losses.discriminator("minimax", scores(batch.x), scores(one.fakes(batch.z))).item()

    slopes = [(value(D + h * torch.eye(19)[i]) - value(D - h * torch.eye(19)[i])) / (2 * h) for i in places]
    step = one.step_d(batch)
    assert step.loss == pytest.approx(value(D)) and torch.equal(one.G.detach(), G)
    moved = [((D - step.weights)[i] / 0.1).item() for i in places]
    assert moved == pytest.approx(slopes, abs=1e-7)
    assert one.step_g(noise_only).player == "G" and torch.equal(one.D.detach(), step.weights)


def test_playing_is_a_generator_of_records_and_its_first_loss_is_lowered():
    one = drawn("nonsaturating")
    records = list(game.play(one, batches(20)))
    assert [record.player for record in records[:4]] == ["D", "G", "D", "G"] and len(records) == 40
    assert records[-2].loss < records[0].loss


def test_clipping_keeps_every_weight_of_the_critic_small():
    one = drawn("wgan")
    assert one.step_d(batches(1)[0]).weights.abs().max() <= game.losses.CLIP


def test_a_step_too_far_is_not_taken():
    one = drawn(rate=1e9)
    before = one.D.detach().clone()
    with pytest.raises(GameDiverged, match="lower rate"):
        one.step_d(batches(1)[0])
    assert torch.equal(one.D.detach(), before)


@pytest.mark.parametrize("name", game.MIXTURES)
def test_the_density_of_a_set_is_that_of_its_draws_and_integrates_to_one(name):
    x = torch.linspace(-6, 6, 2401).double()
    p = game.p_data(name, x)
    assert torch.trapezoid(p, x).item() == pytest.approx(1, abs=1e-6)
    points = data.draw(name, 5000, 3)
    for low, high in ((-2, -1), (-1, 0), (0, 1), (1, 2)):
        inside = ((points >= low) & (points < high)).float().mean().item()
        here = (x >= low) & (x <= high)
        assert inside == pytest.approx(torch.trapezoid(p[here], x[here]).item(), abs=0.03)
    with pytest.raises(data.PointsUnknown):
        game.p_data("ring", x)


def test_the_density_of_what_g_makes_is_exact_where_g_is_straight_and_where_it_turns():
    z, edges = torch.linspace(-6, 6, 2401).double(), torch.linspace(-5, 5, 201).double()
    middles = (edges[1:] + edges[:-1]) / 2
    for slope in (0.5, -0.5):  # N(1, 0.25)
        wanted = torch.exp(-(((middles - 1) / 0.5) ** 2) / 2) / (0.5 * math.sqrt(2 * math.pi))
        torch.testing.assert_close(game.p_fake(1 + slope * z, z, edges), wanted, rtol=0, atol=2e-3)
    folded = game.p_fake(z.abs(), z, edges)  # half a Gaussian, twice as high
    wanted = 2 * torch.exp(-(middles**2) / 2) / math.sqrt(2 * math.pi) * (middles > 0)
    torch.testing.assert_close(folded, wanted, rtol=0, atol=5e-3)
    still = game.p_fake(torch.full_like(z, 0.51), z, edges)  # all in one place
    assert still.sum().item() * 0.05 == pytest.approx(1, abs=1e-6) and still.count_nonzero() == 1


def test_the_best_d_between_two_gaussians_is_a_sigmoid():
    x = torch.linspace(-3, 3, 61).double()
    p, q = (torch.exp(-((x - m) ** 2) / 2) for m in (-1.0, 1.0))
    torch.testing.assert_close(game.best(p, q), torch.sigmoid(-2 * x))


# ---- the view ----


def read_of(link: dict) -> Callable:
    """What a view reads from this link; what is refused counts as not said."""

    def read(name, default, low=0, high=1e15, check=None):
        value = link.get(name, default)
        try:
            if isinstance(value, int | float) and not low <= value <= high:
                return default
            if check:
                check(value)
        except GenerativeError:
            return default
        return value

    return read


def told(**link: object) -> dict:
    return view.told(read_of(link), "pt")


def test_a_link_says_all_that_the_view_carries_and_nothing_that_it_cannot_use():
    plain = told()
    assert list(plain.values()) == list(view.FIRST.values()) and list(plain) == list(view.FIELDS)
    link = {"game_set": "gaussian", "game_seed": 9, "game_loss": "minimax", "game_rate_d": 0.3}
    link |= {"game_rate_g": 0.01, "game_k": 3, "game_speed": "slow"}
    assert told(**link) == link
    wrong = {"game_set": "ring", "game_seed": 1.5, "game_loss": "wgan", "game_rate_d": 1e9, "game_k": 99}
    assert told(**wrong, game_speed="no") == plain
    assert told(game_rate_d=0.09)["game_rate_d"] == 0.1
