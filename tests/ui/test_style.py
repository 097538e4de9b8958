"""The style sheets: names instead of numbers, and nothing lost on the way through Gradio."""

import re
from pathlib import Path

import pytest

from demos.ui.theme import CSS, HERE

SHEETS = sorted(HERE.parent.rglob("*.css"))
NAMED = "variables.css"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", re.I)
SIZE = re.compile(r"font(?:-size)?:[^;}]*?\b(?<![\w(,.-])(\d+px)(?![\w,)])")
RULE = re.compile(r"/\*.*?\*/", re.S)


def rules(sheet: Path) -> str:
    """A sheet without its comments."""
    return RULE.sub("", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: str(s.relative_to(HERE.parent)))
def test_colours_and_sizes_of_type_are_called_by_their_names(sheet):
    if sheet.name != NAMED:
        assert COLOUR.findall(rules(sheet)) == [] and SIZE.findall(rules(sheet)) == []


def test_every_name_that_a_sheet_uses_is_given_somewhere():
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--v-[\w-]+)", rules(sheet))}
    given = set(re.findall(r"(--v-[\w-]+):", rules(HERE / NAMED)))
    assert used - given == set()


def test_hardly_a_rule_insists():
    """What a more specific selector can say needs no !important; motion that is not wanted does."""
    assert sum(rules(sheet).count("!important") for sheet in SHEETS) < 15


LOST = """(css) => { // rules of which less is left once they are written down and read again, as Gradio does
  const lost = [];
  const read = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet.cssRules;
  };
  const compare = (before, after) => [...before].forEach((rule, i) => {
    if (rule.style && rule.style.length !== after[i].style.length) lost.push(rule.cssText);
    if (rule.cssRules) compare(rule.cssRules, after[i].cssRules);
  });
  const rules = read(css);
  compare(rules, read([...rules].map((rule) => rule.cssText).join('\\n')));
  return lost;
}"""


def test_no_declaration_is_lost_where_gradio_repeats_a_rule(browser):
    """`font: var(--a) var(--b); font-variant-numeric: ...` is: a shorthand with variables that a later line
    changes in part cannot be written down."""
    page = browser.new_page()
    assert page.evaluate(LOST, CSS) == []
    assert page.evaluate(LOST, "a { font: var(--a) var(--b); font-variant-numeric: tabular-nums; }")
    page.close()
