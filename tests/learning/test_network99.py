"""The network of 99 numbers against torch's own layers, against finite differences, and against its data."""

import math

import pytest
import torch
from torch import nn

from generative.device import noise
from generative.errors import GenerativeError, NumberOutOfRange
from generative.learning import network99 as net
from generative.learning import toy

TORCHS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
activations = pytest.mark.parametrize("activation", net.ACTIVATIONS)


def drawn(seed: int = 1) -> torch.Tensor:
    """99 numbers that are all but round."""
    return noise(seed, net.N).double()


def torchs(weights: torch.Tensor, activation: str) -> nn.Sequential:
    """The same network of torch's layers."""
    between = TORCHS[activation]
    network = nn.Sequential(nn.Linear(5, 8), between(), nn.Linear(8, 4), between(), nn.Linear(4, 3)).double()
    nn.utils.vector_to_parameters(weights, network.parameters())
    return network


@activations
@pytest.mark.parametrize("target", [0, 1, 2])
def test_forward_loss_and_gradients_are_those_of_torch(activation: str, target: int):
    x = noise(9 + target, 5).double()
    network, found = torchs(drawn(target), activation), net.run(drawn(target), x, target, activation)
    loss = nn.functional.cross_entropy(network(x), torch.tensor(target))
    loss.backward()
    gradients = torch.cat([one.grad.flatten() for one in network.parameters()])
    assert [len(layer) for layer in found.activations] == [8, 4, 3]
    torch.testing.assert_close(found.activations[1], network[:4](x), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found.probabilities, network(x).softmax(0), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found.loss, loss, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found.gradients, gradients, rtol=1e-12, atol=1e-12)


@activations
def test_gradients_are_finite_differences(activation: str):
    weights, x, h = drawn(4), noise(5, 5).double(), 1e-6
    found = net.run(weights, x, 1, activation).gradients
    for i in range(net.N):
        move = torch.zeros_like(weights)
        move[i] = h
        up, down = (net.run(weights + way * move, x, 1, activation).loss for way in (1, -1))
        assert math.isclose(found[i], (up - down) / (2 * h), rel_tol=1e-6, abs_tol=1e-8), i


def test_a_step_goes_against_the_gradient_by_the_rate_and_lowers_the_loss():
    weights, x = drawn(2), noise(3, 5).double()
    before = net.run(weights, x, 2, "tanh")
    after = net.step(weights, x, 2, "tanh", 0.05)
    torch.testing.assert_close(after, weights - 0.05 * before.gradients, rtol=0, atol=0)
    assert net.run(after, x, 2, "tanh").loss < before.loss


def test_the_slide_counts_right_and_a_seed_is_a_network_with_two_decimals():
    assert net.N == 5 * 8 + 8 + 8 * 4 + 4 + 4 * 3 + 3 == 99
    one, again, other = net.start(7), net.start(7), net.start(8)
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert torch.equal(one, (one * 100).round() / 100)
    for (W, b), size in zip(net.layers(one), (5 + 8, 8 + 4, 4 + 3), strict=True):
        assert not b.any() and W.abs().max() <= math.sqrt(6 / size) + 0.005 and W.abs().max() > 0.3
    with pytest.raises(NumberOutOfRange):
        net.start(-1)


@pytest.mark.parametrize(
    "weights",
    [
        [0.0] * 98,
        [0.0] * 100,
        [0.0] * 98 + [math.nan],
        [0.0] * 98 + [math.inf],
        "0" * 99,
    ]
    + [[True] * 99, [None] * 99, None],
    ids=str,
)
def test_what_is_not_99_numbers_is_refused_in_a_sentence(weights):
    with pytest.raises(net.NumbersMiscounted, match="99 finite numbers"):
        net.computed(weights, [0.0] * 5)


def test_a_number_beyond_the_largest_is_named_by_its_place():
    with pytest.raises(net.NumberAstray, match="from -1,000 to 1,000; number 99 is not") as refused:
        net.computed([0.0] * 98 + [1e300], [0.0] * 5)
    assert "de -1.000 a 1.000; o 99º não fica" in refused.value.say("pt")
    with pytest.raises(net.NumberAstray, match="“input”.*number 1 is not"):
        net.computed([0.0] * 99, [-(10**400), 0.0, 0.0, 0.0, 0.0])


def test_other_wrong_input_is_refused_and_large_numbers_stay_finite():
    zeros = [0.0] * 99
    for wrong in ([0.0] * 4, [0.0] * 4 + [math.nan]):
        with pytest.raises(net.NumbersMiscounted, match="“input” must be 5"):
            net.computed(zeros, wrong)
    for target in (3, -1, 0.5):
        with pytest.raises(NumberOutOfRange):
            net.computed(zeros, [0.0] * 5, target)
    with pytest.raises(net.ActivationUnknown, match="sigmoid, tanh, relu"):
        net.computed(zeros, [0.0] * 5, 0, "gelu")
    found = net.computed([1000.0, -1000.0] * 49 + [1000.0], [1000.0] * 5, 0, "relu")
    assert math.isfinite(found.loss) and found.loss >= 0 and found.gradients.isfinite().all()
    assert net.computed(zeros, [1.0] * 5).loss.item() == pytest.approx(math.log(3))


def test_a_step_that_leads_astray_is_not_taken():
    weights = drawn(6)
    kept = weights.clone()
    for rate in (1e9, 1e300, math.nan):
        with pytest.raises(net.Diverged, match="lower rate"):
            net.step(weights, noise(3, 5).double(), 0, "tanh", rate)
    assert torch.equal(weights, kept)


def test_an_address_carries_99_numbers_and_a_rate_of_the_slider():
    assert net.read(" ".join(f"{i / 100:g}" for i in range(99)))[98] == 0.98
    for text in ("", "1 2 3", "x " * 99, "nan " * 99, "1e300 " * 99):
        with pytest.raises(GenerativeError):
            net.read(text)
    assert net.near(0.04) == 0.03 and net.near(0.06) == 0.1 and net.near(1000) == 1000


def trained(weights: torch.Tensor, data: toy.Data, epochs: int) -> torch.Tensor:
    examples = [(torch.tensor(x, dtype=torch.float64), k) for x, k in data.examples]
    for _ in range(epochs):
        for x, k in examples:
            weights = net.step(weights, x, k, net.ACTIVATION, net.RATE)
    return weights


def test_it_learns_the_counted_shares_and_repairs_a_number_that_was_set_wrong():
    data = toy.language(toy.SENTENCES["pt"])

    def away(weights: torch.Tensor) -> float:
        """The largest difference between a probability and the counted share."""
        found = [net.computed(weights.tolist(), toy.one_hot(i), 0, net.ACTIVATION) for i in range(5)]
        return max(
            abs(p - s)
            for f, row in zip(found, data.shares, strict=True)
            for p, s in zip(f[1], row, strict=True)
        )

    taught = trained(net.start(net.SEED), data, 100)
    assert away(net.start(net.SEED)) > 0.5 and away(taught) < 0.08
    wrong = taught.clone()
    wrong[84] = 8.0  # the first of those before the outputs
    assert away(wrong) > 0.5 and away(trained(wrong, data, 120)) < 0.12
