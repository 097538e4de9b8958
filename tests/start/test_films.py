"""The small stages of Start: computed by the models that the tabs run, once for all, and played once."""

import pytest

from demos.start import films
from generative import diffusion, language, vae
from generative.errors import GenerativeError


@pytest.mark.parametrize("code", [0, 1])
def test_the_sentence_is_what_the_model_writes_and_the_bars_what_it_expected(code):
    frames = films.written(code)
    drawn = language.writing.continue_text(
        films.BEGIN[code], words=films.WORDS, options=films.OPTIONS, seed=films.SEEDS[code]
    )
    words = [word.text.strip() for word in drawn]
    assert [frame["drawn"] for frame in frames[:-1]] == words and len(words) == films.WORDS
    assert frames[0]["text"] == films.BEGIN[code] and frames[-1]["text"].split()[-1].endswith(words[-1])
    for frame in frames[:-1]:
        bars = {bar["word"]: bar["p"] for bar in frame["bars"]}
        expected = language.words.probability(frame["text"], frame["drawn"])
        assert len(bars) == films.BARS and bars[frame["drawn"]] == pytest.approx(expected, abs=0.01)


def test_the_smile_goes_to_both_ends_and_comes_to_rest_where_it_began():
    frames = films.smiled()
    places = [frame["place"] for frame in frames]
    assert places[0] == 0 and abs(places[-1]) < 1e-9 and max(places) > 0.99 and min(places) < -0.99
    assert frames[0]["picture"] == frames[-1]["picture"]
    smile = vae.directions.one("smile")
    z = vae.model.mixture_z(films.FACE)
    moved = [v + films.REACH * places[6] * s for v, s in zip(z, smile.vector, strict=True)]
    drawn = films.data_url(films.to_image(vae.model.decode(moved)), films.PIXELS, quality=85)
    assert frames[6]["picture"] == drawn


def test_the_face_comes_out_of_pure_noise_step_by_step():
    frames = films.denoised()
    assert [frame["step"] for frame in frames] == list(range(films.STEPS + 1))
    way = list(diffusion.films.frames(films.NOISE, films.STEPS))
    assert frames[0]["picture"] == way[0].noise and frames[-1]["picture"] == way[-1].face


def test_all_visitors_see_the_same_film_and_an_error_is_a_sentence(monkeypatch):
    first = films.film({"name": "denoised", "language": "pt"})
    assert films.film({"name": "denoised", "language": "en"})["frames"] is first["frames"]
    assert films.film({"name": "no such film"}) == {"frames": []} == films.film({"name": ["x"]})

    def missing():
        raise GenerativeError()

    monkeypatch.setattr(films, "denoised", missing)
    assert set(films.film({"name": "denoised", "language": "pt"})) == {"error"}
