"""Your own face in a real browser: upload, frame, camera; and a photo leaves no trace on this machine."""

import base64
import io
import json
import math
import tempfile
import time
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from demos.ui import photo_box
from demos.vae_faces import photo as view
from generative.vae import portrait, stimuli

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect

SLOW = 30_000  # ms: the first use of a model on a busy machine


class Visit:
    """One visitor on the view "your face", and what their browser sent."""

    def __init__(self, browser, url: str, language: str = "en-US", **options):
        self.language = language[:2]
        self.context = browser.new_context(
            locale=language, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        self.page = self.context.new_page()
        self.sent, self.problems = [], []
        self.page.on(
            "request", lambda r: self.sent.append(r.post_data) if "component_server" in r.url else None
        )
        self.page.on("pageerror", lambda e: self.problems.append(str(e)))
        self.page.goto(url + "/?tab=vae_faces")
        self.page.locator(".views [role=tab]", has_text=view.TEXTS.say("tab", self.language)).click()
        self.box = self.page.locator(".photo-box").first
        expect(self.box.locator(".privacy")).to_be_visible(timeout=SLOW)

    def choose(self, file: dict) -> None:
        self.box.locator("input[type=file]").first.set_input_files(file)

    def settled(self) -> None:
        """Wait until what is shown belongs to the frame as it stands."""
        self.page.wait_for_timeout(100)
        expect(self.box).to_have_attribute("aria-busy", "false", timeout=SLOW)

    def encodings(self) -> int:
        return int(self.box.get_attribute("data-ready") or 0)

    def encoded(self) -> None:
        self.page.wait_for_selector(".photo-box[data-ready]", timeout=SLOW)
        self.settled()

    def last_call(self) -> dict:
        """The photo and the frame of the last encoding."""
        calls = [json.loads(body)["data"] for body in self.sent if body and '"encode_face"' in body]
        return calls[-1][0] if isinstance(calls[-1], list) else calls[-1]

    def says(self, key: str, **facts: object) -> None:
        said = photo_box.TEXTS.say(key, self.language, **facts)
        expect(self.box.locator(".told")).to_have_text(said, timeout=SLOW)

    def shown(self, part: str) -> str:
        return self.box.locator(f"img.{part}").get_attribute("src")


@pytest.fixture
def visit(browser, app_url):
    """visit(language, ...) -> a Visit; in the end no error on any page."""
    visits: list[Visit] = []

    def begin(*args, **options) -> Visit:
        visits.append(Visit(browser, app_url, *args, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
        assert not one.problems


def file_of(image: Image.Image, name: str = "photo.jpg") -> dict:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture(scope="module")
def astronaut() -> dict:
    """The portrait of Eileen Collins (NASA, public domain) that comes with scikit-image."""
    return file_of(Image.fromarray(data.astronaut()))


def files_under(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def holds(path: Path, pieces: list[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False  # it is gone, or not ours to read
    return any(piece in content for piece in pieces)


def test_after_an_upload_no_file_is_new_and_neither_file_nor_log_holds_the_photo(
    visit, astronaut, tmp_path_factory
):
    home = max(tmp_path_factory.getbasetemp().glob("home*/log"), key=lambda p: p.stat().st_mtime).parent
    here = visit("en-US")
    here.page.wait_for_timeout(1500)
    before, start = files_under(home), time.time()
    here.choose(astronaut)
    here.encoded()
    here.says("one")
    here.page.get_by_role("button", name=view.TEXTS.say("again", "en")).click()
    here.page.get_by_role("button", name=view.TEXTS.say("move", "en")).click()
    here.page.wait_for_timeout(1500)
    assert files_under(home) == before

    url = here.last_call()["photo"]
    body = url.partition(",")[2]
    places = range(2000, len(body) - 2000, len(body) // 20 // 4 * 4)
    pieces = [body[i : i + 48].encode() for i in places]
    pieces += [base64.b64decode(body[i : i + 48]) for i in places]
    log = (home / "log").read_bytes()
    assert b"base64" not in log and not any(piece in log for piece in pieces)
    new = (p for p in files_under(Path(tempfile.gettempdir())) if p.exists() and p.stat().st_mtime >= start)
    assert [p for p in new if holds(p, pieces)] == []


def test_what_is_shown_is_the_encoding_of_the_frame_as_it_stands(visit, astronaut):
    """The photo that the browser sent, and the last frame of a drag: computed here, they give the same."""
    here = visit("pt-BR")
    here.choose(astronaut)
    here.encoded()
    here.says("one")
    first = here.last_call()
    assert first["frame"] == list(portrait.find(first["photo"]).start)
    assert max(Image.open(io.BytesIO(base64.b64decode(first["photo"].partition(",")[2]))).size) <= 1024

    edge = here.box.locator(".edge").bounding_box()
    x, y = edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2
    here.page.mouse.move(x, y)
    here.page.mouse.down()
    for step in range(1, 31):
        here.page.mouse.move(x + step, y + step / 2)
    here.page.mouse.up()
    here.says("placed")
    for key in ("ArrowLeft", "ArrowUp", "+", "]"):
        here.page.keyboard.press(key)
    here.settled()
    last = here.last_call()
    assert last["photo"] == first["photo"] and last["frame"][0] > first["frame"][0]
    meant = portrait.read(last["photo"], last["frame"])
    for part in ("aligned", "reconstruction", "error_map"):
        assert here.shown(part) == getattr(meant, part)
    assert f"{meant.psnr:.1f}".replace(".", ",") in here.box.locator("[data-fact=psnr]").inner_text()


GIVE = """([kind, content]) => { // a photo, or only text, dropped on the box or pasted
  const given = new DataTransfer(), box = document.querySelector('.photo-box');
  if (content) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    given.items.add(new File([bytes], 'photo.jpg', {type: 'image/jpeg'}));
  } else given.setData('text/plain', 'words');
  const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: given, bubbles: true})
    : new DragEvent('drop', {dataTransfer: given, bubbles: true, cancelable: true});
  (kind === 'paste' ? document.body : box).dispatchEvent(event);
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_photo_can_be_dropped_or_pasted_and_words_do_nothing(visit, astronaut, kind):
    here = visit("en-US")
    here.page.evaluate(GIVE, [kind, ""])
    here.page.wait_for_timeout(500)
    assert not here.encodings()
    here.page.evaluate(GIVE, [kind, base64.b64encode(astronaut["buffer"]).decode()])
    here.encoded()
    here.says("one")


def test_two_fingers_turn_and_resize_the_frame_about_their_middle(visit, astronaut):
    here = visit("en-US", viewport={"width": 390, "height": 750}, has_touch=True, is_mobile=True)
    here.choose(astronaut)
    here.encoded()
    x, y, size, angle = here.last_call()["frame"]
    here.page.wait_for_timeout(1000)  # until the page has come to rest
    box = here.page.locator(".photo-box .frame rect").first.bounding_box()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    touch = here.context.new_cdp_session(here.page)

    def fingers(kind: str, reach: float, turn: float) -> None:
        """Two fingers on opposite sides of the frame's middle, `reach` pixels from it."""
        dx, dy = reach * math.cos(turn), reach * math.sin(turn)
        points = [{"x": middle[0] + s * dx, "y": middle[1] + s * dy, "id": i} for i, s in enumerate((-1, 1))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if reach else []})

    fingers("touchStart", 20, 0)
    for step in range(1, 6):
        fingers("touchMove", 20 + 2 * step, 0.06 * step)
    fingers("touchEnd", 0, 0)
    here.settled()
    at = here.last_call()["frame"]
    assert at[2] / size == pytest.approx(1.5, rel=0.05) and at[3] - angle == pytest.approx(0.3, abs=0.05)
    assert at[:2] == pytest.approx([x, y], abs=0.05 * size)


def test_a_wrong_file_gets_a_sentence_no_face_a_frame_to_place_and_two_faces_a_choice(visit, astronaut):
    here = visit("pt-BR")
    here.choose({"name": "texto.jpg", "mimeType": "image/jpeg", "buffer": b"no picture " * 99})
    expect(here.box.locator(".told")).to_contain_text("não é uma imagem legível", timeout=SLOW)
    here.choose({**astronaut, "buffer": astronaut["buffer"][:9000]})
    expect(here.box.locator(".told")).to_contain_text("não é uma imagem legível", timeout=SLOW)
    assert here.box.get_attribute("data-state") != "photo"
    here.choose(file_of(Image.fromarray(data.coffee())))
    here.encoded()
    here.says("none")
    before = here.shown("aligned")
    here.box.locator("[data-part=size]").fill("-1.5")
    here.settled()
    assert here.shown("aligned") != before

    one = Image.fromarray(data.astronaut())
    both = Image.new("RGB", (1024, 512))
    both.paste(one, (0, 0))
    both.paste(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (512, 0))
    here.choose(file_of(both))
    here.says("several", n=2)
    here.settled()
    first = here.last_call()["frame"]
    here.box.locator("[data-face]").click()
    here.settled()
    assert abs(here.last_call()["frame"][0] - first[0]) > 300


def test_an_encoded_face_is_sampled_moved_and_forgotten(visit, astronaut):
    here = visit("en-US")
    here.choose(astronaut)
    here.encoded()
    draws = here.page.locator(".photo-sheet.draws img")
    expect(draws).to_be_visible(timeout=SLOW)
    first = draws.get_attribute("src")
    here.page.get_by_role("button", name=view.TEXTS.say("again", "en")).click()
    expect(draws).not_to_have_attribute("src", first, timeout=SLOW)
    strip = here.page.locator(".photo-strip .stage img")
    expect(strip).to_have_attribute("src", portrait.arithmetic(mu_of(here), view.FIRST), timeout=SLOW)
    here.box.locator(".frame").focus()
    here.page.keyboard.press("ArrowRight")  # another code, the same steps
    here.settled()
    expect(strip).to_have_attribute("src", portrait.arithmetic(mu_of(here), view.FIRST), timeout=SLOW)
    here.page.locator(".photo-strip input[type=range]").nth(1).fill("-3")
    expect(strip).to_have_attribute("src", portrait.arithmetic(mu_of(here), [2, -3]), timeout=SLOW)
    here.page.locator(".photo-way input[type=range]").fill("0")
    expect(here.page.locator(".photo-way .stage img")).to_have_attribute(
        "src", portrait.between(mu_of(here), mu_of(here), 0), timeout=SLOW
    )
    here.page.get_by_role("button", name=view.TEXTS.say("move", "en")).click()
    expect(here.page.locator(".views [role=tab]").first).to_have_attribute("aria-selected", "true")
    moved = here.page.locator(".live:visible .stage img").first
    expect(moved).to_have_attribute("src", portrait.between(mu_of(here), mu_of(here), 0), timeout=SLOW)
    here.page.locator(".views [role=tab]", has_text=view.TEXTS.say("tab", "en")).click()
    here.box.get_by_role("button", name=photo_box.TEXTS.say("forget", "en")).click()
    expect(draws).to_have_count(0, timeout=SLOW)
    here.says("example")  # the example is back, and it is all that is there
    example = stimuli.example()
    assert here.box.locator("svg image").get_attribute("href") == example.photo
    assert here.shown("aligned") == example.reading.aligned


def mu_of(here: Visit) -> list[float]:
    call = here.last_call()
    return portrait.read(call["photo"], call["frame"]).mu


def test_an_example_shows_before_and_after_until_there_is_a_photo(visit, astronaut):
    here = visit("en-US")
    here.says("example")
    assert here.shown("reconstruction") == stimuli.example().reading.reconstruction
    assert here.encodings() == 0 and here.page.locator(".photo-sheet").count() == 0  # nothing follows from it
    here.box.locator(".frame").press("ArrowRight")
    assert here.encodings() == 0


def test_two_visitors_never_see_each_others_photo(visit, astronaut):
    one, two = visit("en-US"), visit("pt-BR")
    one.choose(astronaut)
    one.encoded()
    assert two.box.get_attribute("data-state") != "photo" and two.encodings() == 0
    two.choose(file_of(Image.fromarray(data.astronaut()).rotate(15)))
    two.encoded()
    assert one.last_call()["photo"] != two.last_call()["photo"]
    for here in (one, two):
        call = here.last_call()
        assert here.shown("aligned") == portrait.read(call["photo"], call["frame"]).aligned


def test_the_camera_is_asked_for_only_here_and_let_go_at_once(visit):
    here = visit("en-US")
    assert here.page.evaluate("document.querySelector('.photo-box video').srcObject") is None
    here.box.get_by_role("button", name=photo_box.TEXTS.say("take", "en")).click()
    expect(here.box.locator("video")).to_be_visible(timeout=SLOW)
    here.page.evaluate("window.track = document.querySelector('.photo-box video').srcObject.getTracks()[0]")
    here.page.wait_for_function("document.querySelector('.photo-box video').videoWidth > 0")
    here.box.get_by_role("button", name=photo_box.TEXTS.say("shoot", "en")).click()
    assert here.page.evaluate("track.readyState") == "ended"
    here.encoded()
    here.says("none")  # the fake camera shows no face
    here.box.get_by_role("button", name=photo_box.TEXTS.say("take", "en")).click()
    expect(here.box.locator("video")).to_be_visible(timeout=SLOW)
    here.page.evaluate("window.track = document.querySelector('.photo-box video').srcObject.getTracks()[0]")
    here.page.locator("[role=tab]").first.click()
    here.page.wait_for_function("track.readyState === 'ended'")


def test_on_a_phone_photo_and_reconstruction_are_seen_together(visit, astronaut):
    here = visit("pt-BR", viewport={"width": 390, "height": 750}, has_touch=True, is_mobile=True)
    assert here.box.locator("input[capture=user]").count() == 1  # the phone's own camera, over plain http too
    here.choose(astronaut)
    here.encoded()
    here.page.wait_for_timeout(500)
    for part in (".photo", "img.reconstruction", "img.error_map"):
        seen = here.box.locator(part).bounding_box()
        assert seen["y"] >= -1 and seen["y"] + seen["height"] <= 751 and seen["x"] + seen["width"] <= 391
    assert here.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 2
    for button in here.box.locator(".pick").all():
        assert button.bounding_box()["height"] >= 48


def test_a_photo_is_judged_as_it_is_and_spoilt(visit, astronaut):
    """What is shown are the measures of that very face; forgetting the photo takes them away."""
    one = visit("en-US")
    one.choose(astronaut)
    one.encoded()
    rows = one.box.locator(".unusual li")
    expect(rows).to_have_count(len(stimuli.CHANGES), timeout=SLOW)
    one.box.locator(".unusual").scroll_into_view_if_needed()
    call = one.last_call()
    looks = stimuli.of_photo(call["photo"], call["frame"])
    told = [
        [
            percent.removeprefix("> ").removeprefix("< ").removesuffix("%")
            for percent in row.locator("dd").all_inner_texts()
        ]
        for row in rows.all()
    ]
    for look, numbers in zip(looks, told, strict=True):
        measured = [look.percentiles[name] for name in ("elbo", "reconstruction", "distance")]
        assert [float(n) for n in numbers] == pytest.approx(measured, abs=0.6)
    one.box.locator("button.forget").click()
    expect(one.box.locator(".unusual")).to_be_hidden()
    assert rows.count() == 0
