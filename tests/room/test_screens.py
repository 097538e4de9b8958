"""What a room shows is whole on the screen in every phase, keeps its place at the reveal, and reads aloud."""

import httpx
import pytest

from tests.room.test_pages import SLOW, expect, open_page  # noqa: F401 (a fixture)

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
PROJECTORS = ((1920, 1080), (1280, 720))
OWN = {"text": "Quem? " + "x y" * 60, "answers": ["a" * 60, "<b>b</b>", "3", "4", "5"]}
ROOMS = {
    "faces": {"mode": "one_real"},
    "none": {"mode": "maybe_none"},
    "words": {"passages": "en"},
    "questions": {"questions": [OWN, "bars", "pair", "ladder"]},
}
BEYOND = """() => [...document.querySelectorAll('main *')].filter((e) => {
  const box = e.getBoundingClientRect();
  return e.checkVisibility() && box.height && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1);
}).map((e) => e.className || e.tagName)"""
CUT = """() => [...document.querySelectorAll('.word, .thing, .finale, .podium, .fooled, .invite')]
  .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
  .map((e) => `${e.className} ${e.scrollHeight} > ${e.clientHeight}`)"""
SMALL = """() => [...document.querySelectorAll('button, a, summary')].filter((e) => e.checkVisibility())
  .map((e) => [e.textContent, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([text]) => text)"""
PLACES = """() => [...document.querySelectorAll('.picture > img, .face > img, .words .word, .answers .word')]
  .map((e) => e.getBoundingClientRect())
  .map(({x, y, width, height}) => [x, y, width, height].map(Math.round))"""


def serious(page) -> list[str]:
    """What axe-core finds on the page that shuts somebody out."""
    found = axe.Axe().run(page).response["violations"]
    bad = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in bad]


def check_projector(page) -> list:
    """Whole, nothing cut, at both sizes; returns where the pictures and words stand at the smaller."""
    for width, height in PROJECTORS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        assert page.evaluate(BEYOND) == [] and page.evaluate(CUT) == []
        assert page.locator("[data-stage]").count() == 1
    assert page.evaluate(SMALL) == [] and serious(page) == []
    return page.evaluate(PLACES)


def check_phone(page) -> list:
    """What there is to tap is whole on the first screen and large enough."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL) == [] and serious(page) == []
    for tappable in page.locator("button[data-key], [data-stage]").all():
        box = tappable.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 844
    return page.evaluate(PLACES)


@pytest.mark.parametrize(("kind", "scheme"), list(zip(ROOMS, ("light", "dark") * 2, strict=True)))
def test_a_room_is_whole_on_the_screen_in_every_phase_and_nothing_moves_at_the_reveal(
    open_page,  # noqa: F811
    app_url,
    kind,
    scheme,
):
    asked = {"level": ROOMS[kind], "rounds": 1, "names": True}
    room = httpx.post(f"{app_url}/room", json=asked, timeout=60).json()
    path, secret = f"/room/{room['code']}", {"X-Room-Secret": room["secret"]}
    teacher = open_page(f"{path}/teacher#{room['secret']}", "pt-BR", 1280, color_scheme=scheme)
    phone = open_page(path, "en-US", color_scheme=scheme)
    expect(teacher.locator(".code")).to_be_visible(timeout=SLOW)
    check_projector(teacher), check_phone(phone)
    seen = []
    for phase in ("open", "closed", "revealed"):
        teacher.locator("#step").click()
        teacher.locator(f"body[data-phase={phase}] .thing").wait_for()
        if phase == "open":
            phone.locator("button[data-key=b]").click()
            expect(teacher.locator(".count")).to_contain_text("1 de 1")
        expect(phone.locator("button[data-key]:enabled")).to_have_count(
            phone.locator("button[data-key]").count() if phase == "open" else 0
        )
        expect(phone.locator(".tally, small").first).to_be_visible() if phase == "revealed" else None
        seen.append((check_projector(teacher), check_phone(phone)))
    assert seen[0][0] and seen[0][1] and seen == [seen[0]] * 3
    httpx.post(f"{app_url}{path}/step", json={"seen": "1-revealed", "end": True}, headers=secret, timeout=60)
    teacher.locator("body[data-phase=over] footer").wait_for()
    check_projector(teacher)
    expect(phone.locator("h1")).to_have_text("What the class thought" if kind == "questions" else "Podium")
    check_phone(phone)
