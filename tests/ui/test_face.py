"""The app's name and face: what a messenger, a browser's tab and a home screen are told."""

import json
import re

import httpx
import pytest
from PIL import Image
from starlette.requests import Request

from demos.ui import face
from demos.ui.theme import HERE


def scope(host: str, scheme: str = "http", **headers: str) -> dict:
    named = {"host": host, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in named.items()]
    return {
        "type": "http",
        "method": "GET",
        "scheme": scheme,
        "path": "/",
        "query_string": b"",
        "headers": raw,
    }


def test_a_shared_link_shows_our_own_picture_at_a_whole_address():
    told = face.tags(scope("192.0.2.7:7860")).decode()
    assert 'property="og:image" content="http://192.0.2.7:7860/icons/card.jpg"' in told
    behind = face.tags(scope("owner-veredas.hf.space", x_forwarded_proto="https")).decode()
    assert 'content="https://owner-veredas.hf.space/icons/card.jpg"' in behind
    width, height = (
        int(re.search(rf'image:{side}" content="(\d+)"', told)[1]) for side in ("width", "height")
    )
    with Image.open(face.ICONS / "card.jpg") as card:
        assert card.size == (width, height) == (1200, 630)


@pytest.mark.parametrize("host", ['a"><script>x</script>', "a b", "a" * 300])
def test_a_host_that_is_none_comes_into_no_tag(host):
    told = face.tags(scope(host)).decode()
    assert 'content="/icons/card.jpg"' in told and "<script" not in told
    assert face.origin(scope("a", x_forwarded_proto='javascript:"')) == "http://a"


def test_another_name_and_face_are_taken_out_of_a_page_and_nothing_else():
    ours = b'<meta name="viewport" content="a"><title>b</title>'
    assert face.bare(b'<meta\n property="og:image"\n content=""\n/>' + ours) == ours
    late = b"x" * face.HEAD + b'<meta property="og:title" content="a text of a visitor">'
    assert face.bare(late) == late


def test_a_home_screen_keeps_a_window_of_its_own_only_over_https():
    kept = [json.loads(face.manifest(Request(scope("a", scheme))).body) for scheme in ("http", "https")]
    assert [one["display"] for one in kept] == ["browser", "standalone"]
    for icon in kept[0]["icons"]:
        file = face.ICONS / icon["src"].rpartition("/")[2]
        if file.suffix == ".png":
            with Image.open(file) as picture:
                assert icon["sizes"] == "{}x{}".format(*picture.size)
    assert face.PAPER in (HERE / "variables.css").read_text()


def test_every_page_names_the_app_once_and_what_it_names_is_there(app_url):
    for path in ("/", "/room", "/lesson", "/worksheets"):
        page = httpx.get(app_url + path, timeout=60).text
        assert re.findall(r'property="og:title" content="(\w+)"', page[: face.HEAD + 20_000]) == ["Veredas"]
        assert "githubusercontent" not in page[: face.HEAD]
    for href in [
        *re.findall(r'href="(/icons/[^"]+)"', page),
        "/icons/card.jpg",
        "/favicon.ico",
        "/manifest.json",
    ]:
        answer = httpx.get(app_url + href, timeout=60)
        assert answer.status_code == 200 and answer.headers["cache-control"] == "public, max-age=86400", href
