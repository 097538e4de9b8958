"""Where real photos come from, and the one way of every quiz picture: on portraits in the public domain."""

import csv
import dataclasses
import io
import json
import os
import random
import socket
import subprocess
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image, ImageFilter
from skimage import data

from generative import photos
from generative.errors import NoFace, PhotosFaceless
from generative.photos import detect

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "a" * 40


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "jpeg", quality=95)
    return file.getvalue()


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.fromarray(data.astronaut()).crop((100, 0, 400, 300))


@pytest.fixture(autouse=True)
def nothing_named_or_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VEREDAS_PHOTOS", raising=False)
    monkeypatch.setattr(photos.sources, "fetched", lambda: None)


@pytest.fixture
def folder(tmp_path: Path, portrait: Image.Image) -> Path:
    """A teacher's folder: one portrait, and everything that is none."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "portrait.JPG").write_bytes(jpeg(portrait))
    (tmp_path / "class" / "half.jpg").write_bytes(jpeg(portrait)[:3000])
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "notes.txt").write_text("not a picture either")
    Image.fromarray(data.chelsea()).save(tmp_path / "cat.webp")
    return tmp_path


def taken_with(source: photos.sources.Source, seeds: int) -> list[bytes]:
    return [photos.sources.real_photo(random.Random(seed), source).tobytes() for seed in range(seeds)]


# ---- sources


def test_without_anything_the_portraits_are_played_with_and_no_socket_is_opened(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    photos.sources.people.cache_clear()
    source = photos.sources.source()
    assert (source.name, source.count, source.size) == ("portraits", 128, 64)
    assert photos.sources.real_photo(random.Random(1), source).size == (64, 64)
    assert "domínio público" in source.attribution["pt"]


def test_the_widely_known_are_left_out_and_every_other_portrait_can_be_shown():
    """The list says who and why; a crop as tight as the hardest level's still finds every face."""
    folder = photos.sources.PORTRAITS
    with (folder / "left_out.csv").open(newline="") as lines:
        out = {row["name"]: row["reason"] for row in csv.DictReader(lines)}
    with (folder / "portraits.csv").open(newline="") as lines:
        listed = [row["name"] for row in csv.DictReader(lines)]
    assert len(listed) == 200 and set(out) <= set(listed) and all(out.values())
    names = {person.name for person in photos.sources.people()}
    assert len(names) == 200 - len(out) and not names & {"Kamala Devi Harris", "Tim Scott"}
    source = photos.sources.portraits()
    for i in range(0, source.count, 4):
        assert photos.levelling.normalise(photos.sources.face_at(source, i), source, 0.85).size == (128, 128)


@pytest.mark.parametrize(
    ("listed", "called"),
    [
        ("McINTYRE, Mike", "Mike McIntyre"),
        ("MCCLAIN, Lisa C.", "Lisa C. McClain"),
        ("PAYNE, Donald, Jr.", "Donald Payne, Jr."),
        ("SAN NICOLAS, Michael", "Michael San Nicolas"),
        ("VELÁZQUEZ, Nydia M.", "Nydia M. Velázquez"),
        ("CAMPBELL, John (of California)", "John Campbell"),
    ],
)
def test_a_name_is_written_as_one_says_it(listed, called):
    assert photos.sources._called(listed) == called


def test_whose_portrait_it_is_stays_unsaid_until_asked_for_and_other_photos_name_nobody():
    source = photos.sources.portraits()
    assert photos.sources.shown_before(source) == {"en": "", "pt": ""}
    assert photos.sources.name_of("portraits", 0) == "Pete Vichi Domenici"
    assert photos.sources.name_of("fairface", 0) == photos.sources.name_of("portraits", 128) == ""
    fairface = photos.sources.Source("fairface", 9, 64, photos.sources.THANKS["fairface"])
    assert "CC BY 4.0" in photos.sources.shown_before(fairface)["en"]


def test_the_same_seed_draws_the_same_photo_and_another_seed_another():
    source = photos.sources.source()
    assert taken_with(source, 5) == taken_with(source, 5)
    assert len(set(taken_with(source, 5))) >= 4


def test_a_teachers_folder_comes_first_and_what_shows_no_face_is_passed_over(monkeypatch, folder, portrait):
    monkeypatch.setenv("VEREDAS_PHOTOS", str(folder))
    source = photos.sources.source()
    assert (source.name, source.count, source.size) == ("folder", 4, 64)
    taken = photos.sources.real_photo(random.Random(0), source)
    assert taken.size == (64, 64)
    assert np.abs(np.int16(taken) - np.int16(detect.align(portrait).picture)).mean() < 6
    assert set(taken_with(source, 4)) == {taken.tobytes()}


def test_a_tar_gives_what_its_folder_gives(monkeypatch, folder):
    monkeypatch.setenv("VEREDAS_PHOTOS", str(folder))
    from_folder = taken_with(photos.sources.source(), 1)
    with tarfile.open(folder.parent / "photos.tar", "w") as tar:
        tar.add(folder, "photos")
    monkeypatch.setenv("VEREDAS_PHOTOS", str(folder.parent / "photos.tar"))
    assert photos.sources.source().count == 4
    assert taken_with(photos.sources.source(), 1) == from_folder


def test_of_a_training_set_only_the_held_out_photos_are_shown(monkeypatch, folder, portrait):
    for split, image in (("train", portrait), ("val", portrait.transpose(Image.Transpose.FLIP_LEFT_RIGHT))):
        (folder / split).mkdir()
        (folder / split / "a.jpg").write_bytes(jpeg(image))
    monkeypatch.setenv("VEREDAS_PHOTOS", str(folder))
    assert photos.sources.source().count == 1
    assert (
        photos.sources.photo_at(photos.sources.source(), 0).tobytes()
        == photos.sources.open_picture((folder / "val" / "a.jpg").read_bytes()).tobytes()
    )


@pytest.mark.parametrize("what", ["missing", "empty", "text", "cut.tar", "faceless"])
def test_a_folder_without_a_face_is_one_clear_sentence_that_names_no_path(
    monkeypatch, tmp_path, folder, what
):
    place = tmp_path / "somewhere" / what
    place.parent.mkdir()
    if what == "text":
        place.write_text("no pictures")
    elif what == "cut.tar":
        place.write_bytes(bytes(700))
    elif what in ("empty", "faceless"):
        place.mkdir()
        if what == "faceless":
            (folder / "cat.webp").rename(place / "cat.webp")
    monkeypatch.setenv("VEREDAS_PHOTOS", str(place))
    with pytest.raises(PhotosFaceless) as error:
        photos.sources.real_photo(random.Random(0), photos.sources.source())
    assert (
        what in str(error.value)
        and "somewhere" not in str(error.value)
        and "VEREDAS_PHOTOS" in error.value.say("pt")
    )


# ---- the one way of every picture


def test_every_quiz_picture_has_one_size_and_mode(portrait):
    fake = detect.align(portrait).picture
    for source in (photos.sources.Source("folder", 1, 64, {}), photos.sources.source()):
        shown = photos.levelling.normalise(fake, source)
        assert (shown.size, shown.mode, shown.info.get("exif")) == ((128, 128), "RGB", None)


def test_a_sharper_original_gives_nothing_away(monkeypatch, tmp_path, portrait):
    """A real photo of many pixels and a fake of 64 come out alike, pixel by pixel and in sharpness."""
    (tmp_path / "a.jpg").write_bytes(jpeg(portrait.resize((900, 900), Image.Resampling.LANCZOS)))
    monkeypatch.setenv("VEREDAS_PHOTOS", str(tmp_path))
    source = photos.sources.source()
    fake = detect.align(portrait, 128).picture.resize((64, 64), Image.Resampling.LANCZOS)
    real = photos.sources.real_photo(random.Random(0), source)
    a, b = (np.asarray(photos.levelling.normalise(p, source), np.float32) for p in (real, fake))
    assert np.abs(a - b).mean() < 5
    sharpness = [np.abs(np.diff(p, axis=1)).mean() for p in (a, b)]
    assert sharpness[0] == pytest.approx(sharpness[1], rel=0.05)


def test_the_pictures_of_a_round_get_one_colour_one_contrast_and_one_sharpness(portrait):
    """Also sharpness that is measured otherwise than it was made alike."""
    face = detect.align(portrait, 128).picture
    soft = face.filter(ImageFilter.GaussianBlur(2)).point(lambda level: level * 0.6 + 60)
    noise = np.random.default_rng(0).normal(0, 12, (128, 128, 3))
    rough = Image.fromarray(np.clip(np.asarray(face) * 0.8 + noise + 5, 0, 255).astype(np.uint8))

    def measures(picture: Image.Image) -> tuple[float, float, float]:
        x = np.asarray(picture, np.float32)
        return x.mean(), x.std(), np.abs(np.diff(x, axis=1)).mean()

    before, after = (
        [measures(p) for p in made]
        for made in ((soft, face, rough), photos.levelling.alike([soft, face, rough]))
    )
    spread = [[max(m) / min(m) for m in zip(*some, strict=True)] for some in (before, after)]
    assert all(ratio > 1.1 for ratio in spread[0])
    assert spread[1][0] < 1.02 and spread[1][1] < 1.08 and spread[1][2] < 0.6 * spread[0][2]
    alone = photos.levelling.alike([face, face, face])
    assert np.abs(np.int16(alone[0]) - np.int16(face)).max() <= 1


def test_a_closer_crop_shows_less_of_the_same_face(portrait):
    source, fake = photos.sources.Source("folder", 1, 64, {}), detect.align(portrait).picture
    near, whole = photos.levelling.normalise(fake, source, 0.8), photos.levelling.normalise(fake, source)
    inner = whole.crop((12, 12, 115, 115)).resize((128, 128), Image.Resampling.BICUBIC)
    assert (
        np.abs(np.int16(near) - np.int16(inner)).mean() < 6 < np.abs(np.int16(near) - np.int16(whole)).mean()
    )


def test_normalising_moves_a_face_that_sits_wrongly_to_its_place(portrait):
    source = photos.sources.Source("folder", 1, 64, {})
    frame = detect.find_face(portrait)
    straight, askew = (
        np.asarray(photos.levelling.normalise(detect.cut(portrait, f), source), np.float32)
        for f in (frame, frame._replace(x=frame.x + frame.size * 0.05, angle=frame.angle + 0.1))
    )
    assert np.abs(straight - askew).mean() < 10


def test_a_picture_without_a_face_or_with_its_face_at_the_edge_is_not_shown(portrait):
    source = photos.sources.Source("folder", 1, 64, {})
    frame = detect.find_face(portrait)
    for picture in (
        Image.new("RGB", (64, 64), "grey"),
        Image.fromarray(data.chelsea()).crop((100, 0, 400, 300)).resize((64, 64)),
        detect.cut(portrait, frame._replace(x=frame.x + frame.size * 0.3)),
    ):
        with pytest.raises(NoFace):
            photos.levelling.normalise(picture, source)


def test_a_portrait_is_cropped_closer_than_a_photo_of_the_street(portrait):
    face = detect.align(portrait).picture
    studio = photos.levelling.landmarks(photos.sources.portraits())
    street = photos.levelling.landmarks(photos.sources.Source("folder", 1, 64, {}))
    apart = [at["eye_right"][0] - at["eye_left"][0] for at in (studio, street)]
    assert apart[0] > 1.08 * apart[1]
    shown = photos.levelling.normalise(face, photos.sources.portraits())
    frame = detect.find_face(shown)
    assert frame.size / shown.width == pytest.approx(1 / photos.levelling.INNER["portraits"], abs=0.06)


# ---- FairFace from a Hub on this machine


@pytest.fixture(scope="module")
def hub(portrait: Image.Image):
    """A stand-in for the Hugging Face Hub with a parquet of six photos, two of them of people under 20."""
    rows = [
        {"bytes": jpeg(portrait if age < 3 else portrait.rotate(age)), "path": None} for age in range(1, 7)
    ]
    file = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table({"image": rows, "age": pyarrow.array(range(1, 7), pyarrow.int64())}), file
    )
    name, body = "0.25/validation-00000-of-00001-x.parquet", file.getvalue()

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith(f"/api/datasets/{photos.sources.REPO}"):
                names = [
                    name,
                    "0.25/train-00000-of-00001-x.parquet",
                    "1.25/validation-0.parquet",
                    "README.md",
                ]
                told = {
                    "id": photos.sources.REPO,
                    "sha": COMMIT,
                    "siblings": [{"rfilename": n} for n in names],
                }
                self.answer(json.dumps(told).encode())
            elif name in self.path:
                self.answer(body)
            else:
                self.send_error(404)

        do_HEAD = do_GET

        def answer(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", '"' + "c" * 40 + '"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def elsewhere(*command: str, endpoint: str, home: Path) -> subprocess.CompletedProcess:
    """Run Python with a Hub and a cache of its own: huggingface_hub reads both once, when imported."""
    names = (
        "VEREDAS_PHOTOS",
        "HF_HUB_OFFLINE",
        "HF_HUB_CACHE",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    )
    kept = {key: value for key, value in os.environ.items() if key not in names}
    environment = {**kept, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


USED = """
import json, random
from generative.photos import sources
heard = []
if {fetch}:
    sources.fetch(progress=lambda done, total: heard.append((done, total)))
source = sources.source()
kept = [len(sources.fairface(source.path)[i]["bytes"].as_py()) for i in range(source.count)]
size = sources.real_photo(random.Random(0), source).size
print(json.dumps([source.name, source.count, kept, size, heard[-1:]]))
"""


def test_fetch_brings_adults_only_names_whom_to_thank_and_needs_no_network_afterwards(
    hub, tmp_path, portrait
):
    fetched = elsewhere("-m", "generative.photos", "fetch", endpoint=hub, home=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    assert (
        fetched.stdout.startswith("4 photos.")
        and "FairFace" in fetched.stdout
        and "CC BY 4.0" in fetched.stdout
    )
    used = elsewhere("-c", USED.format(fetch=False), endpoint="http://127.0.0.1:9", home=tmp_path)
    assert used.returncode == 0, used.stderr
    adults = [len(jpeg(portrait.rotate(age))) for age in range(3, 7)]
    assert json.loads(used.stdout) == ["fairface", 4, adults, [64, 64], []]


def test_a_button_hears_how_far_the_fetching_is(hub, tmp_path):
    used = elsewhere("-c", USED.format(fetch=True), endpoint=hub, home=tmp_path)
    assert used.returncode == 0, used.stderr
    name, count, kept, _, [(done, total)] = json.loads(used.stdout)
    assert (name, count) == ("fairface", 4)
    assert done == total > sum(kept)


def test_without_a_network_fetching_ends_in_one_sentence(tmp_path):
    tried = elsewhere("-m", "generative.photos", "fetch", endpoint="http://127.0.0.1:9", home=tmp_path)
    assert tried.returncode == 1
    assert "could not be fetched" in tried.stderr and "Traceback" not in tried.stderr


def test_a_damaged_parquet_is_a_clear_error(tmp_path):
    (tmp_path / "validation-0.parquet").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(photos.sources.PhotosMissing):
        photos.sources.fairface(tmp_path)


def test_a_source_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        photos.sources.source().count = 1
