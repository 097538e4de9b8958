"""Worksheets: the same tasks in both languages, links that open, codes where a phone gets in."""

import re
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import app
from demos.lesson import routes, script, sheets
from demos.room import address
from demos.ui import doors

LAN = "http://192.0.2.7:7860"
FILES = [*sheets.SHEETS, sheets.ANSWERS]


def shape(text: str) -> list[str]:
    """What stands in a sheet whatever its language: tasks with their views, boxes, lines, rows."""
    links = [re.sub(r"&text=[^)&]+", "", link) for link in re.findall(r"\]\((/\S+)\)", text)]
    marks = re.findall(r"^## |^---$|☐|____+|^\|", text, re.M)
    return links + marks


@pytest.mark.parametrize("name", FILES)
def test_both_languages_of_a_sheet_ask_the_same(name):
    portuguese, english = ((sheets.FOLDER / f"{name}.{lang}.md").read_text() for lang in ("pt", "en"))
    assert shape(portuguese) == shape(english) and len(shape(portuguese)) > 5
    assert not re.search(r"[!\N{EM DASH}]", portuguese + english)


def test_every_tab_but_start_has_a_sheet():
    assert {tab.TAB for tab in app.TABS} - {"start"} == set(sheets.SHEETS)
    for files in sheets.FOLDER.iterdir():
        assert files.name.rpartition(".")[0].rpartition(".")[0] in FILES


@pytest.mark.parametrize("name", sheets.SHEETS)
def test_a_sheet_asks_to_predict_to_do_and_to_explain(name):
    for lang, words in (("pt", ("Preveja", "Faça", "Explique")), ("en", ("Predict", "Do", "Explain"))):
        text = (sheets.FOLDER / f"{name}.{lang}.md").read_text()
        assert all(text.count(f"**{word}.**") >= 3 for word in words)
        answers = (sheets.FOLDER / f"answers.{lang}.md").read_text()
        assert f"\n## {text.partition(chr(10))[0][2:]}\n" in answers  # under the sheet's own title


def test_a_code_stands_on_a_sheet_only_where_a_phone_would_get_in(monkeypatch):
    monkeypatch.setattr(address, "lan_address", lambda: "192.0.2.7")
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    alone = sheets.sheet("gan_faces", "pt", "http://127.0.0.1:7860")
    assert "<svg" not in alone and "/?tab=gan_faces&amp;view=grow&amp;seed=7&amp;lang=pt" in alone
    assert sheets.COMMAND in sheets.sheet("", "pt", "http://127.0.0.1:7860")
    assert "<svg" not in sheets.sheet("gan_faces", "pt", "http://<b>")  # a Host header that is none
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    codes = sheets.sheet("gan_faces", "en", "http://127.0.0.1:7860").count("<svg")
    assert codes == 4 == sheets.sheet("gan_faces", "en", LAN).count("<svg")
    assert sheets.COMMAND not in sheets.sheet("", "en", LAN)
    told = address.picture(f"{LAN}/?tab=gan_faces&view=grow&seed=7&lang=en", "l")
    assert told in sheets.sheet("gan_faces", "en", "http://localhost:7860")


@pytest.fixture(scope="module")
def client():
    """The routes behind the doors, as the app serves them."""
    server = Starlette(routes=routes.served(app.build()), middleware=[doors.DOORS])
    server.get_blocks = lambda: SimpleNamespace(_queue=None)  # the doors ask Gradio's app for it
    with TestClient(server) as client:
        yield client


def test_every_link_of_the_sheets_and_of_the_shipped_lesson_opens_a_view_of_the_app(client):
    lines = [f"{link} | x" for name in FILES for lang in ("pt", "en") for link in links(name, lang)]
    assert client.post("/lesson/read", content="\n".join(dict.fromkeys(lines))).status_code == 200
    lecture = client.get("/lesson").text
    assert "?tab=start" in lecture
    states = client.post("/lesson/read", content=(script_file()).read_bytes()).json()["states"]
    by_language = {one: [s for s in states if s["language"] in ("", one)] for one in ("pt", "en")}
    assert len(by_language["pt"]) == len(by_language["en"]) > 30
    assert {s["address"].split("=")[1].split("&")[0] for s in states} == {tab.TAB for tab in app.TABS}


def links(name: str, lang: str) -> list[str]:
    found = re.findall(r"\]\((\S+)\)", (sheets.FOLDER / f"{name}.{lang}.md").read_text())
    return [link for link in found if link != "/lesson"]


def script_file():
    return sheets.HERE / "lecture.txt"


def test_what_is_wrong_with_a_lesson_is_one_sentence_in_the_language_asked_for(client):
    answer = client.post("/lesson/read", content="?tab=nope | a", headers={"Accept-Language": "pt-BR"})
    assert answer.status_code == 400 and answer.json()["error"].startswith("Linha 1: ")
    assert client.post("/lesson/read", content=b"\xff\xfe").status_code == 400
    much = client.post("/lesson/read", content=b"#" * (routes.LARGEST + 1))
    assert much.status_code == 400 and str(script.MOST) in much.json()["error"]


def test_a_page_is_in_the_language_of_its_address_else_of_the_browser(client):
    portuguese = {"Accept-Language": "pt-BR,pt;q=0.9"}
    assert "Preveja" in client.get("/worksheets/next_word", headers=portuguese).text
    assert "Predict" in client.get("/worksheets/next_word?lang=en", headers=portuguese).text
    assert "Folhas" in client.get("/worksheets", headers=portuguese).text
    assert (
        client.get("/worksheets/readme").status_code
        == client.get("/worksheets/..%2fhosting").status_code
        == 404
    )
    assert client.get("/lesson?file=/etc/passwd").text == client.get("/lesson").text  # it reads no file
