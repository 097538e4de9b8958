"""What is written in two languages says the same: headings, lists, tables, and commands to the letter."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

CODE = re.compile(r"^```.*?^```$", re.M | re.S)
SLIDES = "teaching.md"  # its headings of the third level are the slides', which are in English
FIRST_SCREEN = {"Rodar": "Run", "As abas": "The tabs", "Antes da aula": "Before class"}  # of the README


def parts(file: Path) -> list[tuple[str, str]]:
    """Each heading with what stands below it; code is no heading."""
    text = CODE.sub("", file.read_text())
    return re.findall(r"^(#+ [^\n]+)\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)


def shape(heading: str, body: str) -> tuple[str, int, int]:
    """How deep a section is; how many points and rows it has."""
    return heading.split(" ")[0], len(re.findall(r"^- ", body, re.M)), len(re.findall(r"^\|", body, re.M))


def pairs() -> list[Path]:
    return sorted((ROOT / "docs" / "pt-BR").glob("*.md"))


def test_teachers_and_hosts_read_portuguese():
    assert {file.name for file in pairs()} >= {"teaching.md", "hosting.md"}


@pytest.mark.parametrize("portuguese", pairs(), ids=lambda file: file.name)
def test_a_document_has_the_same_sections_and_commands_in_both_languages(portuguese):
    english = ROOT / "docs" / portuguese.name
    ours, theirs = parts(portuguese), parts(english)
    assert [heading.count("#") for heading, _ in ours] == [heading.count("#") for heading, _ in theirs]
    if portuguese.name == SLIDES:
        slides = [[heading for heading, _ in one if heading.startswith("### ")] for one in (ours, theirs)]
        assert slides[0] == slides[1]
    else:
        assert [shape(*part) for part in ours] == [shape(*part) for part in theirs]
    assert CODE.findall(portuguese.read_text()) == CODE.findall(english.read_text())
    assert f"(pt-BR/{english.name})" in english.read_text()


def test_the_first_screen_of_the_readme_is_the_same_in_portuguese():
    ours, theirs = (dict(parts(ROOT / name)) for name in ("README.pt-BR.md", "README.md"))
    assert [heading[3:] for heading in ours if heading != "# Veredas"] == list(FIRST_SCREEN)
    for portuguese, english in FIRST_SCREEN.items():
        mine, other = ours[f"## {portuguese}"], theirs[f"## {english}"]
        assert len(re.findall(r"^\|", mine, re.M)) == len(re.findall(r"^\|", other, re.M))
        commands = [code for code in re.findall(r"`([^`]+)`", mine) if re.search(r"[=/.]", code)]
        lost = [code for code in commands if " ".join(code.split()) not in " ".join(other.split())]
        assert commands and lost == []
    code = CODE.findall((ROOT / "README.pt-BR.md").read_text())
    assert code and all(one in (ROOT / "README.md").read_text() for one in code)


LINK = re.compile(r"\]\((?!https?:|#|/)([^)#]+)")


@pytest.mark.parametrize("file", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda f: f.name)
def test_what_a_document_links_to_is_there(file):
    for link in LINK.findall(CODE.sub("", file.read_text())):
        assert (file.parent / link).exists(), link


def test_whoever_cites_or_reports_finds_a_form():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert cited["version"] == project["version"] and cited["cff-version"] == "1.2.0" and cited["authors"]
    assert f"\n## {cited['version']}\n" in (ROOT / "CHANGELOG.md").read_text()
    forms = [yaml.safe_load(file.read_text()) for file in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")]
    assert len(forms) == 2
    for form in forms:
        assert form["name"] and form["description"] and any("label" in f["attributes"] for f in form["body"])
