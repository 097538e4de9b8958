"""The texts of the page, Portuguese and English side by side.

Each tab keeps its own strings in a Texts; this module hands them to Gradio, which picks by the browser's
language. What Python writes at run time (a chart, an error) asks `say` with the language that came with the
call. Long texts are Markdown files beside the view: writing.py has writing.pt.md and writing.en.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType

import gradio as gr

PORTUGUESE, ENGLISH = 0, 1


@dataclass(frozen=True)
class Texts:
    """One tab's strings: key -> (Portuguese, English). `texts["key"]` is a label that Gradio translates."""

    tab: str
    strings: dict[str, tuple[str, str]]

    def __getitem__(self, key: str) -> gr.i18n.I18nData:
        assert key in self.strings, f"{self.tab} has no string called {key}"
        return gr.i18n.I18nData(f"{self.tab}_{key}")

    def say(self, key: str, language: str, **facts: object) -> str:
        """The string in one language, its {fields} filled."""
        return self.strings[key][which(language)].format(**facts)

    def both(self, key: str) -> str:
        """Both languages as HTML; the page's style sheet shows the one that the visitor reads."""
        portuguese, english = self.strings[key]
        return f'<span lang="pt">{escape(portuguese)}</span><span lang="en">{escape(english)}</span>'


def beside(module: str) -> dict[str, tuple[str, str]]:
    """The long texts of a module (`__file__`), for its Texts: key -> (Portuguese, English), Markdown.

    Each file holds them one after another; a line "# key" begins the text of that key.
    """
    portuguese, english = (sections(Path(module).with_suffix(f".{code}.md")) for code in ("pt", "en"))
    assert portuguese.keys() == english.keys(), f"{module}: {portuguese.keys() ^ english.keys()}"
    return {key: (portuguese[key], english[key]) for key in portuguese}


def sections(file: Path) -> dict[str, str]:
    """The parts of a Markdown file, by the "# key" above each."""
    parts = re.split(r"^# (\w+)\n", file.read_text(), flags=re.MULTILINE)[1:]
    return {key: text.strip() for key, text in zip(parts[::2], parts[1::2], strict=True)}


def which(language: str) -> int:
    """PORTUGUESE for 'pt', 'pt-BR' and the like, ENGLISH for all others."""
    return PORTUGUESE if language.lower().startswith("pt") else ENGLISH


def of(tabs: Iterable[ModuleType]) -> list[Texts]:
    """All that tabs and their views say."""
    return [said for tab in tabs for said in (tab.TEXTS, *tab.VIEW_TEXTS)]


def i18n(*tabs: Texts) -> gr.I18n:
    """All strings as Gradio wants them: one dictionary for each language that a browser may name."""
    merged = [{f"{texts.tab}_{k}": v[i] for texts in tabs for k, v in texts.strings.items()} for i in (0, 1)]
    return gr.I18n(**{"en": merged[ENGLISH], "pt": merged[PORTUGUESE], "pt-BR": merged[PORTUGUESE]})


def number(value: float, language: str, digits: int = 1) -> str:
    """12.5 as the visitor writes it: 12,5 in Portuguese."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if which(language) == PORTUGUESE else text


def thousands(n: int, language: str) -> str:
    """9268 as the visitor writes it: 9.268 in Portuguese, 9,268 in English."""
    return f"{n:,}".replace(",", ".") if which(language) == PORTUGUESE else f"{n:,}"


def chance(p: float, language: str) -> str:
    """A probability as a bar tells it: one digit, below 1 % two."""
    return percent(p, language, 1 if p >= 0.01 else 2)


def percent(p: float, language: str, digits: int = 1) -> str:
    """A probability: 15,8 % in Portuguese, 15.8% in English; what would round to nothing is '< 0.1%'."""
    space = "\N{NARROW NO-BREAK SPACE}" if which(language) == PORTUGUESE else ""
    least = 10.0**-digits
    if 0 < 100 * p < least:
        return f"< {number(least, language, digits)}{space}%"
    return f"{number(100 * p, language, digits)}{space}%"
