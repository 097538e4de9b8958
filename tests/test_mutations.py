"""The table of mutations fits the code as it stands; `python -m tests.mutate` runs them."""

import pytest

from tests.mutate import MUTATIONS, ROOT, broken


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.file}: {m.after[:40]}")
def test_a_mutation_changes_one_line_that_is_there(mutation):
    whole = (ROOT / mutation.file).read_text()
    changed = broken(mutation, whole)
    assert changed != whole
    if mutation.file.endswith(".py"):
        compile(changed, mutation.file, "exec")
    for path in mutation.tests.split(" -k ")[0].split():
        assert (ROOT / path).exists(), path


def test_at_least_forty_lines_of_all_rooms_are_tried():
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 40
    assert len({mutation.file for mutation in MUTATIONS}) >= 20
