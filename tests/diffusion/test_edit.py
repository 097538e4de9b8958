"""A face into noise and back: Heun's two looks both ways, what is asked, what is refused, and the pool."""

import base64
import io
import json
import math

import numpy as np
import pytest
import torch
from PIL import Image

from generative import vae
from generative.diffusion import edit, model, wishes
from generative.diffusion.sampler import mixed, times
from generative.errors import NoiseInvalid, NumberOutOfRange, PhotoUnreadable, WishUnknown
from generative.pictures import png_url, to_image
from tests.hostile import EVIL


@pytest.fixture(scope="module")
def face() -> str:
    return png_url(to_image(vae.model.decode(vae.model.mixture_z(3))))


@pytest.fixture(scope="module")
def trip(face) -> list[edit.Step]:
    return list(edit.there_and_back(face))


def curved(x, t):
    """A field whose way is known: x(t) = x(0) exp(-t - t^2 / 2)."""
    return -(1 + t) * x


def end(way):
    *_, (_, x) = way
    return x


def test_two_looks_a_step_are_of_second_order_forwards_and_backwards():
    x = torch.ones(1, 3, 2, 2)
    for at, exact in ((times(32)[::-1], math.exp(-1.5)), (times(32), math.exp(1.5))):
        errors = [abs(end(edit.walked(curved, x, part)).mean().item() - exact) for part in (at[::2], at)]
        assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)


def test_each_step_of_a_way_is_one_call_and_ends_at_its_time():
    calls = []
    way = edit.walked(lambda x, t: calls.append(t) or -x, torch.ones(1, 3, 2, 2), [0.0, 0.5, 1.0])
    told = []
    for count, (t, _) in enumerate(way, 1):
        assert len(calls) == count
        told.append(t)
    assert told == [0.5, 0.5, 1.0, 1.0] and calls == [0.0, 0.5, 0.5, 1.0]


def test_the_round_trip_brings_the_face_back_and_its_middle_is_noise(face, trip):
    assert [step.done for step in trip] == list(range(4 * edit.STEPS + 1))
    assert trip[-1].psnr > 28 and trip[-1].sharp == pytest.approx(1, abs=0.2)
    assert [step.done for step in trip if step.code] == [2 * edit.STEPS]
    noise, _ = edit.read(trip[2 * edit.STEPS].code)
    x0 = edit.to_flow(edit.opened(face))
    assert abs(torch.corrcoef(torch.stack([noise.flatten(), x0.flatten()]))[0, 1]) < 0.3
    assert all(step.psnr is None for step in trip[:-1])


def test_the_code_survives_the_browser_and_nothing_asked_gives_the_plain_trip(face, trip):
    code = json.loads(json.dumps(trip[2 * edit.STEPS].code))
    *_, back = edit.again(face, code, {name: code["told"][name] for name in edit.NAMES})
    assert 35 < back.psnr <= trip[-1].psnr + 1  # half precision costs five of 44 dB
    assert len(base64.b64decode(code["noise"])) == 2 * 12_288


def test_a_smile_asked_for_is_seen_and_the_pose_stays(face, trip):
    code = trip[2 * edit.STEPS].code
    own = code["told"]
    asked = 2.0 if own["smile"] < 0 else -2.0
    *_, turned = edit.again(face, code, {"smile": asked, "pose": max(-2, min(2, own["pose"]))})
    seen = edit.attributes(edit.opened(turned.picture))
    assert (seen["smile"] - own["smile"]) * asked > 0.5 * abs(asked)
    assert abs(seen["pose"] - own["pose"]) < abs(seen["smile"] - own["smile"])


def test_guidance_goes_beyond_the_wish_and_never_beyond_what_is_not_asked():
    own = dict.fromkeys(model.load().config.attributes, 0.5)
    x = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    v_own = wishes.guided(model.load(), wishes.wish(own), x, 0.5)
    v_told = wishes.guided(model.load(), wishes.wish({**own, "smile": 1.5}), x, 0.5)
    found = edit.between(own, {"smile": 1.5}, 2.0)(x, 0.5)
    assert torch.allclose(found, 2 * v_told - v_own, atol=1e-4)
    assert torch.equal(edit.between(own, {"smile": 0.5}, 2.0)(x, 0.5), v_own)


def test_fresh_noise_covers_more_the_later_and_another_seed_brings_another_face(face):
    early, late = (list(edit.partway(face, t, 1)) for t in (0.2, 0.8))
    assert early[-1].psnr > late[-1].psnr + 4
    assert early[0].done == 0 and early[-1].done == early[-1].of == 2 * edit.BACK_STEPS
    again, other = (list(edit.partway(face, 0.8, seed))[-1].picture for seed in (1, 2))
    assert again == late[-1].picture and other != again
    assert early[0].picture == edit.noised(face, 0.2, 1)


def test_without_noise_the_face_stays_as_it_is(face):
    assert list(edit.partway(face, 0.0, 1))[-1].psnr == 99


def test_the_mix_is_that_of_the_training():
    x0, noise = torch.zeros(1), torch.ones(1)
    assert mixed(x0, noise, 0.3).item() == pytest.approx(0.3)


def test_the_vae_moves_as_far_as_it_is_asked_and_not_at_all_where_nothing_is(face):
    own = edit.attributes(edit.opened(face))
    mu = vae.model.load().encoder(edit.opened(face)).mean[0].tolist()
    still = edit.by_vae(face, {"smile": None, "pose": None})
    assert still == edit.data_url(to_image(vae.model.decode(mu)), edit.SHOWN)
    asked = max(-2, own["smile"] - 1)
    z = vae.portrait.plus(mu, [asked - own["smile"], 0.0])[0].tolist()
    moved = edit.by_vae(face, {"smile": asked, "pose": None})
    assert moved == edit.data_url(to_image(vae.model.decode(z)), edit.SHOWN) != still


@pytest.mark.parametrize("t", [-0.1, 1.1, math.nan, None, "0.5", True])
def test_a_time_out_of_range_is_refused(face, t):
    with pytest.raises(NumberOutOfRange):
        next(edit.partway(face, t, 1))


@pytest.mark.parametrize("asked", [{"smile": 2.1}, {"smile": math.nan}, {"pose": None}, {"pose": EVIL}])
def test_a_wish_out_of_range_is_refused(face, trip, asked):
    with pytest.raises(NumberOutOfRange):
        next(edit.again(face, trip[2 * edit.STEPS].code, asked))


def test_what_cannot_be_asked_for_is_refused(face, trip):
    with pytest.raises(WishUnknown):
        next(edit.again(face, trip[2 * edit.STEPS].code, {"age": 1.0}))


def broken(noise=None, **told):
    good = np.zeros(12_288, np.float16)
    text = base64.b64encode(good.tobytes()).decode() if noise is None else noise
    return {"noise": text, "told": dict.fromkeys(model.load().config.attributes, 0.0) | told}


@pytest.mark.parametrize(
    "code",
    [
        None,
        {},
        EVIL,
        {"noise": EVIL, "told": EVIL},
        broken(noise=""),
        broken(noise="AAAA"),
        broken(noise=base64.b64encode(np.full(12_288, np.nan, np.float16).tobytes()).decode()),
        broken(smile=math.nan),
        broken(smile="1"),
        broken(age=9.0),
    ],
)
def test_what_is_no_noise_of_a_face_is_refused(face, code):
    with pytest.raises(NoiseInvalid):
        next(edit.again(face, code, {"smile": 0.0, "pose": 0.0}))


@pytest.mark.parametrize("photo", ["", EVIL, "data:image/png;base64,AAAA", "/etc/passwd"])
def test_what_is_no_picture_is_refused(photo):
    with pytest.raises(PhotoUnreadable):
        next(edit.partway(photo, 0.5, 1))


def test_a_larger_picture_becomes_a_face_of_64_pixels():
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(file, "PNG")
    assert edit.opened(f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}").shape[-2:] == (
        64,
        64,
    )


def test_of_a_picture_without_detail_no_sharpness_is_told():
    plain = Image.new("RGB", (64, 64), (90, 90, 90))
    *_, last = edit.partway(png_url(plain), 0.5, 1)
    assert last.psnr > 10 and last.sharp is None


def test_a_way_that_was_seen_becomes_one_animation_whose_end_lasts():
    frames = [png_url(Image.new("RGB", (64, 64), (20 * i, 0, 0))) for i in range(4)]
    data = base64.b64decode(edit.animated(frames).split(",")[1])
    film = Image.open(io.BytesIO(data))
    film.seek(3)
    film.load()
    assert (film.size, film.n_frames) == ((edit.SHOWN, edit.SHOWN), 4)
    assert film.info["duration"] == edit.LAST_MS and film.convert("RGB").getpixel((9, 9))[0] > 40


def test_no_animation_is_made_of_one_picture_of_too_many_or_of_none():
    frame = png_url(Image.new("RGB", (8, 8)))
    for wrong in ([], [frame], [frame] * (edit.MOST_FRAMES + 1)):
        with pytest.raises(NumberOutOfRange):
            edit.animated(wrong)
    with pytest.raises(PhotoUnreadable):
        edit.animated([frame, EVIL])
