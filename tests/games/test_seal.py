"""The seal of a round: a key of one's own that nobody else reads, and what was not sealed here."""

import pytest

from generative.errors import RoundInvalid
from generative.games import seal


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where this installation's key will be."""
    monkeypatch.setenv("VEREDAS_KEY_FILE", str(tmp_path / "new" / "key"))
    seal.key.cache_clear()
    yield tmp_path / "new" / "key"
    seal.key.cache_clear()


def test_the_key_is_made_once_and_only_its_owner_reads_it(file):
    key = seal.key()
    assert file.read_bytes() == key and file.stat().st_mode & 0o777 == 0o600
    seal.key.cache_clear()
    assert seal.key() == key


@pytest.mark.parametrize("content", [{}, {"target": 3, "after": "ção 🎉"}, {"after": "x" * 3 * seal.SEALED}])
def test_what_is_sealed_opens_again(file, content):
    assert seal.unseal(seal.seal(content)) == content


def test_a_seal_is_as_long_whatever_is_in_it(file):
    assert len({len(seal.seal({"after": "x" * n})) for n in range(0, seal.SEALED - 20, 7)}) == 1


@pytest.mark.parametrize("token", ["", "x", None, 5, "\ud800", "gAAAAA" + "A" * 200])
def test_what_was_not_sealed_here_is_refused(file, token):
    with pytest.raises(RoundInvalid):
        seal.unseal(token)


def test_a_draw_depends_on_the_seed_on_what_is_drawn_and_on_the_key(file, tmp_path, monkeypatch):
    draws = [
        seal.rng(1, "a").random(),
        seal.rng(1, "a").random(),
        seal.rng(2, "a").random(),
        seal.rng(1, "b").random(),
    ]
    assert draws[0] == draws[1] and len(set(draws)) == 3
    monkeypatch.setenv("VEREDAS_KEY_FILE", str(tmp_path / "other"))
    seal.key.cache_clear()
    assert seal.rng(1, "a").random() not in draws
