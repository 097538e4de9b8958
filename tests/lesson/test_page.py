"""The lesson in a real browser: by buttons, arrows and a presenter's remote; worksheets on paper."""

import re
from urllib.parse import quote

import pytest

from demos.lesson import sheets

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
SLOW = 60_000  # ms: the app opens in the frame while models may still be loading
LESSON = quote("""?tab=vae_faces&view=move | Um | One
?tab=gan_faces&view=sheet&seed=7 | Dois | Two
?tab=start | Três | Three""")
FRONT = "iframe[aria-hidden=false]"
WHERE = f"""(tab) => {{
  const frame = document.querySelector('{FRONT}');
  const still = document.querySelector('#note').textContent;
  return frame && !still && frame.contentWindow.location.search.includes(tab);
}}"""
STAGE = f"""() => {{ // the app's own thing, as it lies in the window, and the strip's upper edge
  const frame = document.querySelector('{FRONT}'), outer = frame.getBoundingClientRect();
  const things = [...frame.contentDocument.querySelectorAll('[data-stage]')];
  const thing = things.find((one) => one.checkVisibility());
  const inner = thing.getBoundingClientRect(), scale = outer.width / frame.clientWidth;
  return {{top: outer.top + scale * inner.top, bottom: outer.top + scale * inner.bottom,
    right: outer.left + scale * inner.right, strip: document.querySelector('nav').getBoundingClientRect().top,
    width: document.documentElement.scrollWidth, frame: outer.bottom}};
}}"""


@pytest.fixture
def page(browser, app_url):
    problems = []
    context = browser.new_context(locale="pt-BR", viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda r: r.url.startswith((app_url, "data:", "blob:")) or problems.append(r.url))
    yield page
    context.close()
    assert not problems, problems


def shows(page, tab: str, title: str) -> None:
    page.wait_for_function(WHERE, arg=f"tab={tab}")
    expect(page.locator("nav h1")).to_have_text(title)


def test_a_lesson_goes_on_and_back_by_remote_buttons_and_arrows_wherever_the_hand_is(page, app_url):
    page.goto(f"{app_url}/lesson#text={LESSON}")
    shows(page, "vae_faces", "Um")
    inside = page.frame_locator(FRONT)
    expect(inside.locator("body.projector")).to_be_attached()
    inside.locator("body").press("PageDown")  # the hand was last in the app
    shows(page, "gan_faces", "Dois")
    page.locator(".next").click()
    shows(page, "start", "Três")
    expect(page.locator(".next")).to_be_disabled()
    page.keyboard.press("PageDown")
    assert page.url.endswith("&at=3")
    page.locator("nav h1").click()
    page.keyboard.press("ArrowLeft")
    shows(page, "gan_faces", "Dois")
    page.keyboard.press("PageUp")
    shows(page, "vae_faces", "Um")
    page.reload()
    shows(page, "vae_faces", "Um")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_thing_itself_lies_whole_above_the_strip(page, app_url, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{app_url}/lesson?lang=en#text={LESSON}&at=2")
    shows(page, "gan_faces", "Two")
    seen = page.evaluate(STAGE)
    assert seen["top"] >= 0 and seen["bottom"] <= seen["strip"] + 1 and seen["right"] <= width + 1
    assert seen["width"] <= width and abs(seen["frame"] - seen["strip"]) <= 1
    from tests.stage import barriers

    assert barriers(page) == []


def test_a_lesson_of_ones_own_is_checked_used_and_travels_in_a_link(page, app_url):
    page.goto(f"{app_url}/lesson#text=?tab=nowhere | <img src=x onerror=alert(1)>")
    expect(page.locator(".problem")).to_contain_text("Linha 1: ")  # what the link holds stands in the box
    box = page.locator("dialog textarea")
    box.fill("?tab=start | <img src=x onerror=alert(1)>\nen ?tab=vae_faces | Only English")
    page.get_by_role("button", name="Usar este texto").click()
    expect(page.locator("nav h1")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".place")).to_have_text("1 / 1")
    assert re.search(r"#z=[\w-]+&at=1$", page.url)
    page.reload()
    expect(page.locator("nav h1")).to_have_text("<img src=x onerror=alert(1)>")
    page.goto("about:blank")
    page.goto(f"{app_url}/lesson#z=broken")
    expect(page.locator(".problem")).to_contain_text("incompleto")


def test_every_sheet_prints_on_one_page_with_its_codes(page, app_url):
    page.goto(f"{app_url}/worksheets")  # what is set below has the app's fonts
    for name in sheets.SHEETS:
        for language in ("pt", "en"):
            page.set_content(sheets.sheet(name, language, "https://owner-veredas-of-a-school.hf.space"))
            page.evaluate("document.fonts.ready")
            pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
            assert len(pages) == 1, f"{name}.{language}: {len(pages)} pages"
