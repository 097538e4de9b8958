"""The thing itself is whole on the first screen: python -m tests.stage [URL] [--tab NAME] [--look FOLDER]

Every tab and view, at a laptop's sizes, a projector's in projector mode and a phone's, in both languages, on
load and after its main action. What is on the stage carries data-stage. Prints a line for each that is not
whole, that shrank in a reveal, or that axe-core finds a barrier; exit status 1 if there is one. --look saves
what each looks like. The suite runs a part of it (test_stage.py). It does not know whether it is beautiful.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import CHROMIUM

LANGUAGES = ("pt-BR", "en-US")
SLACK = 1  # px, for fractions


class Screen(NamedTuple):
    width: int
    height: int
    projector: bool = False

    def __str__(self) -> str:
        return f"{self.width}x{self.height}{' projector' if self.projector else ''}"


SCREENS = (
    Screen(1280, 720),
    Screen(1280, 800),
    Screen(1920, 1080, projector=True),
    Screen(1280, 720, projector=True),
    Screen(390, 844),
)


class View(NamedTuple):
    """A view of a tab ('' where it has none); its main actions, by name: each a function of the page."""

    tab: str
    name: str = ""
    actions: dict[str, Callable] = {}  # noqa: RUF012 (never written to)

    def __str__(self) -> str:
        return f"{self.tab}/{self.name}" if self.name else self.tab


class Seen(NamedTuple):
    """A stage in the window: its edges and its pictures' area, in px."""

    top: float
    left: float
    bottom: float
    right: float
    pictures: float

    def outside(self, screen: Screen) -> str:
        """'' where it lies whole in the window, else where it does not."""
        over = (
            ("top", -self.top),
            ("left", -self.left),
            ("bottom", self.bottom - screen.height),
            ("right", self.right - screen.width),
        )
        return ", ".join(f"{n:.0f} px beyond the {edge}" for edge, n in over if n > SLACK)


STAGE = """() => {
  const shown = (all) => [...all].filter((e) => e.checkVisibility());
  return shown(document.querySelectorAll('[data-stage]')).map((e) => {
    const r = e.getBoundingClientRect(), inside = shown(e.querySelectorAll('img, canvas, [data-picture]'));
    const boxes = inside.map((one) => one.getBoundingClientRect());
    const pictures = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
    return {top: r.top, left: r.left, bottom: r.bottom, right: r.right, pictures};
  });
}"""


def stage(page) -> Seen:
    """The one stage on the page, once it rests. Raises AssertionError where there is none, or several."""
    before, same = None, 0
    for _ in range(100):
        found = page.evaluate(STAGE)
        same = same + 1 if found == before else 0
        before = found
        if same >= 4 and found:
            break
        page.wait_for_timeout(150)
    assert len(before) == 1, f"{len(before)} stages on the page"
    return Seen(**before[0])


def open_view(page, url: str, view: View, language: str, screen: Screen) -> None:
    """The page as a link to this view opens it."""
    page.set_viewport_size({"width": screen.width, "height": screen.height})
    asked = f"&view={view.name}" if view.name else ""
    page.goto(f"{url}/?lang={language}&tab={view.tab}{asked}")
    page.wait_for_selector(".on-stage:visible, [data-stage]:visible", timeout=60_000)
    if screen.projector:
        page.keyboard.press("p")


def findings(page, view: View, screen: Screen) -> Iterator[str]:
    """What is wrong with an open view, on load and after each of its main actions, as sentences."""
    seen = stage(page)
    if where := seen.outside(screen):
        yield f"on load: {where}"
    for name, action in view.actions.items():
        action(page)
        after = stage(page)
        if where := after.outside(screen):
            yield f"after {name}: {where}"
        if after.pictures < 0.98 * seen.pictures:
            yield f"after {name}: its pictures shrank from {seen.pictures:.0f} to {after.pictures:.0f} px²"
        seen = after


def barriers(page) -> list[str]:
    """What axe-core calls a serious or critical barrier, with the first element that has it.

    Looked for twice before it is said: what is just fading in has little contrast for a moment.
    """
    if found := _barriers(page):
        page.wait_for_timeout(1500)
        found = _barriers(page)
    return found


def _barriers(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # missing where the browser tests are skipped

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def look(page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name.replace('/', '-').replace(' ', '-')}.png")


def click(selector: str) -> Callable:
    return lambda page: page.locator(selector).first.click()


def next_round(page) -> None:
    page.locator(".quiz-next").click()
    page.wait_for_selector(".card[data-key]")


def ten_words(page) -> None:
    for _ in range(9):
        page.locator("button.bar").first.click()
        page.wait_for_timeout(300)


def guess(page) -> None:
    """A word of the six, and a quarter sure."""
    page.locator(".guess-words label").first.click()
    page.locator(".guess-sure button").first.click()
    page.wait_for_selector(".guess-told")


def fill(selector: str, value: str) -> Callable:
    return lambda page: page.locator(selector).first.fill(value)


def another_face(page) -> None:
    page.wait_for_selector(".walk[data-ready=yes]", timeout=60_000)
    page.locator(".walk .another").click()
    page.wait_for_selector(".walk[data-ready=yes]", timeout=60_000)


def branch(page) -> None:
    """Back to the sixth step, and on with other noise."""
    page.locator(".walk input[type=range]").fill("6")
    page.locator(".walk .branch").click()
    page.wait_for_selector(".walk[data-ready=yes]", timeout=60_000)


def sixteen(page) -> None:
    page.locator(".told .many").click()
    page.wait_for_selector(".told[data-done=yes]", timeout=120_000)


def tuned(page) -> None:
    """The whole of the small model, on the page that is there."""
    page.wait_for_selector(".tune[data-seen]", timeout=60_000)
    page.locator(".tune .train").click()
    page.wait_for_selector(".tune[data-state=done]", timeout=120_000)


def another_three(page) -> None:
    """And the diffusion model's answer."""
    page.locator(".trio button").click()
    page.wait_for_timeout(400)
    page.wait_for_selector(".trio .diffusion[data-late=no]", timeout=60_000)


def wrong_number(page) -> None:
    cell = page.locator(".net99 .sum input").first
    cell.fill("1e300")
    cell.blur()


def train_99(page) -> None:
    """For a while, then stopped."""
    page.locator(".net99 .play").click()
    page.wait_for_function("document.querySelector('.net99').dataset.steps > 100")
    page.locator(".net99 .play").click()


def ten_steps(page) -> None:
    page.wait_for_selector(".step[data-ready=yes]", timeout=60_000)
    page.locator(".step .ten").click()
    page.wait_for_selector(".step[data-ready=yes][data-steps='10']", timeout=60_000)


def another_cut(page) -> None:
    page.locator(".step .words button >> nth=1").click()
    page.wait_for_timeout(200)
    page.wait_for_selector(".step[data-ready=yes]", timeout=60_000)


def own_points(page) -> None:
    """Draws, and lets seven models learn it."""
    page.locator(".lab .draw").click()
    for x, y in ((80, 80), (120, 90), (160, 120)):
        page.locator(".lab .large canvas").click(position={"x": x, "y": y})
    page.locator(".lab .learn").click()


def played(page) -> None:
    """Some rounds at the usual pace, then at rest."""
    page.locator(".game .play").click()
    page.wait_for_function("document.querySelector('.game').dataset.round > 5")
    page.locator(".game .play").click()


def grouped(page) -> None:
    """To the end, from this start."""
    page.locator(".groups .play:visible").click()
    page.wait_for_selector(".groups[data-turn=rest]", timeout=60_000)


def arena_played(page) -> None:
    """The five games some rounds on, then at rest."""
    page.locator(".arena .five").click()
    page.locator(".arena .play").click()
    page.wait_for_function("document.querySelector('.arena').dataset.round > 2")
    page.locator(".arena .play").click()


def velocity_learned(page) -> None:
    """The velocity of points in the plane, for a while."""
    page.locator(".velocity .play").click()
    page.wait_for_function("document.querySelector('.velocity').dataset.steps > 50")
    page.locator(".velocity .play").click()


def completed(page) -> None:
    """The rest of the drawing at once, while it learns."""
    page.wait_for_function("document.querySelector('.pixels [data-bar=held] b').textContent")
    page.locator(".pixels .pace").select_option("once")
    page.locator(".pixels .play").click()


VIEWS = (
    View("start"),
    View(
        "next_word",
        "bars",
        {
            "a word": click("button.bar"),
            "ten words": ten_words,
            "a word of the sentence": click(".strip button:nth-child(2)"),
            "a long text": lambda page: page.fill(
                ".sentence textarea", "O menino abriu a porta e viu o rei. " * 9
            ),
        },
    ),
    View("next_word", "writing", {"writing on": click(".writing-buttons .primary")}),
    View("next_word", "pair", {"shuffling": click(".pair-fields button")}),
    View("next_word", "ladder", {"another draw": click(".again")}),
    View("next_word", "training", {"a moment": click(".moments button")}),
    View("next_word", "attention", {"a word": click(".gaze button")}),
    View("next_word", "game", {"an answer": guess, "the next": click(".guess-next")}),
    View("learning", "step", {"ten steps": ten_steps, "another cut": another_cut}),
    View(
        "learning",
        "numbers",
        {
            "a unit": click(".net99 .layer-2 .unit"),
            "one example": click(".net99 .one"),
            "a wrong number": wrong_number,
            "training": train_99,
            "points": lambda page: page.locator(".net99 .task").select_option("points"),
        },
    ),
    View("learning", "page", {"fine-tuning": tuned}),
    View(
        "real_face",
        actions={
            "a face": click(".card[data-key=b]"),
            "how sure": click(".quiz-sure button"),
            "the next": next_round,
        },
    ),
    View(
        "vae_faces",
        "move",
        {"a draw": click(".draw button"), "the plane": click(".live .modes button + button")},
    ),
    View("vae_faces", "between", {"a pause": click(".play"), "another A": click(".after-stage button")}),
    View("vae_faces", "way", {"a station": click(".stations button")}),
    View("vae_faces", "photo"),
    View("vae_faces", "bottleneck", {"beta 1": click("[data-pick='beta 1']")}),
    View("vae_faces", "beta", {"the codes": click("[data-pick='source fitted']")}),
    View("vae_faces", "map", {"a tap": click(".codes svg")}),
    View("vae_faces", "outliers", {"a blur": click("[data-pick='change blurred']")}),
    View("vae_faces", "ranking", {"a distance": click("[data-pick='distance']")}),
    View("vae_faces", "groups", {"ages": click("[data-pick='age']")}),
    View(
        "points",
        "groups",
        {
            "a centre": click(".groups .board"),
            "assigning": click(".groups .assign"),
            "playing": grouped,
            "the line": click("[data-method=pca]"),
        },
    ),
    View(
        "points",
        "eigenfaces",
        {
            "as many numbers": click(".eigen [data-k='5']"),
            "more": fill(".eigen .many input", "40"),
            "a face": click(".eigen [data-face='3']"),
        },
    ),
    View("points", "arena", {"a collapse": click(".arena .collapse"), "all five": arena_played}),
    View(
        "points",
        "diffusion",
        {"one step": fill("[data-slider=steps] input", "0"), "learning": velocity_learned},
    ),
    View("points", "game", {"a step of D": click(".game .step-d"), "some rounds": played}),
    View(
        "points",
        "pixels",
        {
            "a completion": completed,
            "p of each": click(".pixels .shades"),
            "a pixel": click(".pixels .board"),
            "own drawings": click(".pixels .draw"),
        },
    ),
    View("gan_faces", "sheet", {"A": click(".faces button >> nth=1"), "B": click(".faces button >> nth=6")}),
    View("gan_faces", "way", {"the film": click(".gan-film:visible button")}),
    View("gan_faces", "move", {"a move": fill(".gan-move input[type=range] >> nth=1", "2")}),
    View("gan_faces", "grow", {"the film": click(".gan-film:visible button")}),
    View("gan_faces", "training", {"the film": click(".gan-film:visible button")}),
    View("gan_faces", "search", {"the search": click(".gan-buttons:visible button")}),
    View("gan_faces", "wish"),
    View(
        "diffusion_faces",
        "noise",
        {"another face": another_face, "a branch": branch, "the face before": click(".walk .before button")},
    ),
    View("diffusion_faces", "steps", {"other noise": click(".four .another")}),
    View(
        "diffusion_faces",
        "wishes",
        {"an age": fill(".told input[type=range] >> nth=4", "65"), "sixteen": sixteen},
    ),
    View(
        "diffusion_faces",
        "models",
        {"a move": fill(".trio input >> nth=0", "2"), "three others": another_three},
    ),
    View(
        "diffusion_faces",
        "photo",
        {"more noise": fill("[data-hand=share]", "0.8"), "another smile": click("[data-mode=flow]")},
    ),
    View(
        "diffusion_faces",
        "six",
        {"a face": click(".six [data-face='3']"), "how likely": click(".six .compute")},
    ),
    View(
        "points",
        "densities",
        {
            "a point": click(".lab .large canvas"),
            "a model": click(".lab [data-model=vae]"),
            "own points": own_points,
        },
    ),
)


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:7860", help="of a running app")
    parser.add_argument("--tab", help="one tab alone")
    parser.add_argument("--view", help="one view alone")
    parser.add_argument("--look", type=Path, help="folder for pictures of every first screen")
    args = parser.parse_args()
    wrong = 0
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = browser.new_page()
        for view in VIEWS:
            if args.tab not in (None, view.tab) or args.view not in (None, view.name):
                continue
            for language in LANGUAGES:
                for screen in SCREENS:
                    name = f"{view} {language} {screen}"
                    try:
                        open_view(page, args.url.rstrip("/"), view, language, screen)
                        found = [*findings(page, view, screen), *barriers(page)]
                    except Exception as error:  # a broken view is a finding, and the walk goes on
                        found = [str(error).splitlines()[0]]
                    wrong += len(found)
                    for sentence in found:
                        print(f"{name}: {sentence}", flush=True)
                    if args.look:
                        look(page, args.look, name)
        browser.close()
    print(f"{wrong} findings")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
