"""The walls of the house: who may import whom, how long a function may be, what lies in weights/."""

import ast
import copy
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GENERATIVE = sorted((ROOT / "generative").rglob("*.py"))
DEMOS = sorted((ROOT / "demos").rglob("*.py"))
ALL = [ROOT / "app.py", *GENERATIVE, *DEMOS]


def imports(file: Path) -> set[str]:
    """Top-level names of all modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("file", GENERATIVE, ids=lambda f: f.name)
def test_generative_knows_no_widget(file: Path):
    assert not imports(file) & {"gradio", "demos", "app"}


@pytest.mark.parametrize("file", DEMOS, ids=lambda f: f.name)
def test_demos_know_no_tensor(file: Path):
    assert not imports(file) & {"torch", "numpy", "transformers", "safetensors", "cv2", "app"}


def test_importing_generative_modules_loads_no_heavy_library():
    """transformers, cv2 and scikit-image take seconds; they are imported where they are used."""
    for file in GENERATIVE:
        top = [
            node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = {a.name.split(".")[0] for n in top if isinstance(n, ast.Import) for a in n.names}
        names |= {(n.module or "").split(".")[0] for n in top if isinstance(n, ast.ImportFrom)}
        if "training" not in file.parts:
            assert not names & {"transformers", "cv2", "skimage", "pyarrow", "huggingface_hub"}, file


def test_the_app_is_a_table_of_contents():
    assert len((ROOT / "app.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize("file", ALL, ids=lambda f: f.name)
def test_no_function_is_longer_than_60_lines_and_no_line_than_110(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("file", ALL, ids=lambda f: f.name)
def test_nothing_is_pickled_and_no_exception_swallowed(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), (
            f"bare except, line {node.lineno}"
        )
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "torch":
            assert node.attr not in ("load", "save"), f"torch.{node.attr} pickles, line {node.lineno}"
        if isinstance(node, ast.keyword) and node.arg == "strict":
            assert not (
                isinstance(node.value, ast.Constant)
                and node.value.value is False
                and file.parts[-1] == "weights.py"
            ), "weights load strictly"


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
        assert file.stat().st_size <= 16 * 2**20, file


def test_the_page_can_be_copied_at_once():
    """Gradio copies the page for every visitor; what cannot be copied in one go takes it seconds."""
    import app

    page = app.build().get_config_file()
    assert len(copy.deepcopy(page)["components"]) > 100
