"""Does every test bite? Break one line at a time and see the tests that guard it turn red.

    python -m tests.mutate [--only TEXT]

Each line of tests/mutations.jsonl is one mutation: in `file`, the one line that reads `before` (less indent
and comment) becomes `after`. It is made in a copy of the repository, its `tests` run there, and the line is
put back. A mutation that they do not notice is a survivor: write the test that sees it. Exit status 1 if
there is any, or if a line no longer stands where the table says.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (".git", ".venv", "runs", "weights", "__pycache__", ".pytest_cache", ".ruff_cache", "screenshots")
FAILED = 1  # pytest's exit status: tests ran, and some failed


class Mutation(NamedTuple):
    """One line to break, and the arguments of pytest that run the tests which guard it."""

    file: str
    before: str
    after: str
    tests: str


TABLE = ROOT / "tests" / "mutations.jsonl"
MUTATIONS = [Mutation(**json.loads(line)) for line in TABLE.read_text().splitlines()]


def copy_of_the_tree(to: Path) -> Path:
    """The repository without its history; the weights are linked, not copied."""
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (to / "weights").symlink_to(ROOT / "weights")
    return to


def broken(mutation: Mutation, text: str) -> str:
    """The file's text with the one line changed. Raises ValueError where that line is not there just once."""
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if line.split("  # ")[0].strip() == mutation.before]
    if len(places) != 1:
        raise ValueError(f"{mutation.file}: {len(places)} lines read {mutation.before!r}")
    old = lines[places[0]]
    lines[places[0]] = old[: len(old) - len(old.lstrip())] + mutation.after
    return "\n".join(lines)


def run(tests: str, tree: Path) -> int:
    """pytest's exit status for these tests (paths, then perhaps -k and a pattern) in the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests.split()]
    return subprocess.run(command, cwd=tree, capture_output=True).returncode


def survives(mutation: Mutation, tree: Path) -> str:
    """What is wrong with this mutation: "" if its tests fail, as they should."""
    file = tree / mutation.file
    whole = file.read_text()
    try:
        file.write_text(broken(mutation, whole))
        status = run(mutation.tests, tree)
    except ValueError as error:
        return str(error)
    finally:
        file.write_text(whole)
    return "" if status == FAILED else f"survived (pytest says {status})"


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--only", default="", help="only mutations with this text in their file or line")
    only = parser.parse_args().only
    chosen = [m for m in MUTATIONS if only in f"{m.file} {m.before}"]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_of_the_tree(Path(folder) / "tree")
        for tests in dict.fromkeys(m.tests for m in chosen):
            if run(tests, tree):
                sys.exit(f"these fail without any mutation: {tests}")
        for i, mutation in enumerate(chosen, 1):
            said = survives(mutation, tree)
            wrong += bool(said)
            print(f"{i}/{len(chosen)} {said or 'seen'}: {mutation.file}: {mutation.after}", flush=True)
    print(f"{wrong} survivors of {len(chosen)}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
