"""The walls of the house: who may import whom, how long a file may be, what lies in weights/."""

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GENERATIVE = sorted((ROOT / "generative").rglob("*.py"))
DEMOS = sorted((ROOT / "demos").rglob("*.py"))
TOOLS = sorted((ROOT / "tools").rglob("*.py"))
CODE = [ROOT / "app.py", *GENERATIVE, *DEMOS, *TOOLS]
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# A package imports only packages to its left; what lies at generative's root imports none.
ORDER = ["photos", "language", "vae", "gan", "diffusion", "points", "learning", "games", "training"]
SHARED = {"ui", "room"}  # what a tab may import beside its own folder
HEAVY = {"transformers", "cv2", "skimage", "pyarrow", "huggingface_hub"}  # each takes seconds
MEGABYTES = {"language_xl": 50, "language_large": 22}  # of one file; 16 for all others, 230 in all


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def module_of(file: Path) -> str:
    """generative/vae/model.py -> generative.vae.model; a package's door has the package's name."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in CODE}


def imports(file: Path) -> Iterator[tuple[str, ast.stmt]]:
    """(module, statement) of all imports, wherever in the file; of ours, the file they lead to."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield (longer if longer in MODULES else node.module or "", node)


def room(module: str) -> str:
    """The package below generative or demos in which a module lies; "" for what lies beside them."""
    parts = module.split(".")
    inner = len(parts) > 2 or (len(parts) == 2 and MODULES[module].name == "__init__.py")
    return parts[1] if inner else ""


@pytest.mark.parametrize("file", GENERATIVE, ids=shown)
def test_generative_knows_no_widget_and_no_package_to_its_right(file: Path):
    known = ["", *ORDER]
    mine = known.index(room(module_of(file)))
    for module, _ in imports(file):
        assert module.split(".")[0] not in ("gradio", "demos", "app", "tools"), module
        if module in MODULES:
            assert known.index(room(module)) <= mine, f"{module} stands to the right"


@pytest.mark.parametrize("file", DEMOS, ids=shown)
def test_a_tab_knows_no_tensor_and_no_other_tab(file: Path):
    mine = room(module_of(file))
    for module, _ in imports(file):
        heavy = {"torch", "numpy", "transformers", "safetensors", "cv2", "app", "tools"}
        assert module.split(".")[0] not in heavy, module
        if module.startswith("demos."):
            allowed = {"ui": {"ui"}, "room": SHARED}.get(mine, SHARED | {mine})
            assert room(module) in allowed, f"{module} is not for {mine}"


def test_no_two_files_import_each_other_in_a_circle():
    graph = {m: {n for n, _ in imports(f) if n in MODULES} for m, f in MODULES.items()}
    done: set[str] = set()

    def follow(module: str, path: list[str]) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done:
            return
        for other in graph[module]:
            follow(other, [*path, module])
        done.add(module)

    for module in graph:
        follow(module, [])


@pytest.mark.parametrize("file", CODE, ids=shown)
def test_our_own_files_are_imported_at_the_top(file: Path):
    top = set(ast.parse(file.read_text()).body)
    lines = {node.lineno for node in top if isinstance(node, ast.Import | ast.ImportFrom)}
    for module, node in imports(file):
        if module.split(".")[0] in ("generative", "demos"):
            assert node.lineno in lines, f"line {node.lineno}: {module} within a function"


def test_importing_generative_loads_no_heavy_library():
    """transformers, cv2 and scikit-image take seconds; they are imported where they are used."""
    for file in GENERATIVE:
        top = [n for n in ast.parse(file.read_text()).body if isinstance(n, ast.Import | ast.ImportFrom)]
        names = {a.name.split(".")[0] for n in top if isinstance(n, ast.Import) for a in n.names}
        names |= {(n.module or "").split(".")[0] for n in top if isinstance(n, ast.ImportFrom)}
        if "training" not in file.parts:
            assert not names & HEAVY, file


def test_only_what_everything_uses_lies_at_the_root_of_generative():
    assert len(list((ROOT / "generative").glob("[!_]*.py"))) <= 8


def test_the_app_is_a_table_of_contents():
    assert len((ROOT / "app.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize("file", [*CODE, *BENCHMARKS, *TESTS], ids=shown)
def test_no_file_and_no_function_is_too_long(file: Path):
    lines = file.read_text().splitlines()
    assert len(lines) <= (500 if file in TESTS else 350), f"{len(lines)} lines"
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(arguments: tuple[str, ...]):
    """Names, imports, line length, form: what pyproject.toml asks for."""
    ruff = [sys.executable, "-m", "ruff", *arguments, "--no-cache", str(ROOT)]
    done = subprocess.run(ruff, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.mark.parametrize("file", CODE, ids=shown)
def test_nothing_is_pickled_loaded_by_halves_or_swallowed(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"bare except, {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "torch":
            assert node.attr not in ("load", "save"), f"torch.{node.attr} pickles, line {node.lineno}"
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "load_state_dict":
            assert not node.keywords and len(node.args) == 1, f"weights load strictly, line {node.lineno}"


@pytest.mark.parametrize("file", CODE, ids=shown)
def test_what_is_loaded_at_first_use_is_loaded_once(file: Path):
    """functools.cache lets two first callers load twice: generative.once does not."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) != ("functools", "cache"), f"line {node.lineno}"


@pytest.mark.parametrize(
    "folder", sorted(p for p in (ROOT / "weights").iterdir() if p.is_dir()), ids=lambda f: f.name
)
def test_every_weight_has_a_config_and_a_card_and_fits_the_budget(folder: Path):
    json.loads((folder / "config.json").read_text())
    card = (folder / "README.md").read_text()
    for word in ("licen", "seed", "python -m generative.training", "Limits"):
        assert word.lower() in card.lower(), f"the card says nothing of: {word}"
    assert list(folder.glob("*.safetensors"))
    for file in folder.iterdir():
        assert file.suffix in (".safetensors", ".json", ".md", ".png", ".csv"), file
        assert file.stat().st_size <= MEGABYTES.get(folder.name, 16) * 2**20, file


def test_all_weights_together_fit_the_budget():
    assert sum(f.stat().st_size for f in (ROOT / "weights").rglob("*") if f.is_file()) <= 230 * 2**20


def test_the_page_can_be_copied_at_once():
    """Gradio copies the page for every visitor; what cannot be copied in one go takes it seconds."""
    import app

    page = app.build().get_config_file()
    assert len(copy.deepcopy(page)["components"]) > 100
