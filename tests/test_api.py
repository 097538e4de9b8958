"""The public API as a notebook calls it: names, types, bounds, and errors in the caller's language."""

import base64
import io
import json
import math
import urllib.request

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image, ImageChops

ENDPOINTS = {
    "/next_words",
    "/score_text",
    "/continue_text",
    "/compare_models",
    "/learn_step",
    "/vae_decode",
    "/vae_encode",
    "/vae_directions",
    "/vae_interpolate",
    "/vae_outlier",
    "/diffusion_edit",
    "/gan_sample",
    "/gan_interpolate",
    "/gan_grow",
    "/gan_score",
    "/diffusion_sample",
    "/quiz_round",
    "/quiz_answer",
    "/network99",
    "/fine_tune",
}
PAGE = "A chuva caiu a noite inteira sobre a casa velha da beira do rio. " * 5


@pytest.fixture(scope="module")
def english(app_url) -> Client:
    return Client(app_url, verbose=False, headers={"Accept-Language": "en-US,en;q=0.9"})


@pytest.fixture(scope="module")
def portuguese(app_url) -> Client:
    return Client(app_url, verbose=False, headers={"Accept-Language": "pt-BR,pt;q=0.9"})


def picture(url: str) -> Image.Image:
    kind, data = url.split(",", 1)
    assert kind == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def astronaut(size: int = 400) -> str:
    from skimage import data

    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).resize((size, size)).save(buffer, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def test_exactly_the_documented_endpoints_are_public(app_url):
    info = json.load(urllib.request.urlopen(f"{app_url}/gradio_api/info"))
    assert set(info["named_endpoints"]) == ENDPOINTS and not info["unnamed_endpoints"]
    for endpoint in info["named_endpoints"].values():
        assert "request" not in [p["parameter_name"] for p in endpoint["parameters"]]


@pytest.mark.parametrize("unit", ["word", "token"])
def test_next_words_are_sorted_and_with_the_rest_sum_to_one(english, unit):
    found = english.predict("Once upon a", "", 10, 1.0, 0, 1.0, unit, api_name="/next_words")
    p = [w["p"] for w in found["words"]]
    assert set(found) == {"model", "unit", "words", "rest", "error", "left_out"}
    assert len(p) == 10 and p == sorted(p, reverse=True) and found["words"][0]["text"] == " time"
    assert math.isclose(sum(p) + found["rest"], 1, abs_tol=1e-6)
    assert (found["error"] == 0) == (unit == "token")
    greedy = english.predict("Once upon a", "", 3, 0.0, 0, 1.0, unit, api_name="/next_words")
    assert greedy["words"][0]["text"] == " time" and greedy["words"][0]["p"] > 0.9
    long = english.predict("word " * 1000, "", 3, 1.0, 0, 1.0, unit, api_name="/next_words")
    assert 700 < long["left_out"] < 1000


def test_writing_on_repeats_with_its_seed_and_models_are_compared(english):
    one, again = (
        english.predict("Era uma vez", "", 8, 1.0, 0, 1.0, 7, api_name="/continue_text") for _ in (1, 2)
    )
    assert one == again and len(one["words"]) <= 8 and all(0 < w["p"] <= 1 for w in one["words"])
    assert one["text"].startswith("Era uma vez") and one["text"].endswith(one["words"][-1]["text"])
    names = ["language_bigram", "language_small"]
    found = english.predict("Once upon a", names, 4, api_name="/compare_models")
    assert found["models"] == names and {" time"} <= {w["text"] for w in found["words"]}
    assert all(len(w["p"]) == 2 and 0 < w["p"][1] < 1 for w in found["words"])


def test_a_text_scores_the_sum_of_its_tokens_and_order_matters(english):
    score = english.predict("Once upon a time there was a king.", "", api_name="/score_text")
    assert math.isclose(score["log_p"], sum(math.log(t["p"]) for t in score["tokens"]), rel_tol=1e-6)
    assert math.isclose(score["perplexity"], math.exp(-score["log_p"] / len(score["tokens"])), rel_tol=1e-6)
    shuffled = english.predict("king upon there a was Once a time.", "", api_name="/score_text")
    assert shuffled["bits_per_byte"] > score["bits_per_byte"]


def test_the_network_of_99_numbers_says_its_gradients_and_what_is_wrong(english, portuguese):
    one_hot = [0.0, 1.0, 0.0, 0.0, 0.0]
    found = english.predict([0.1] * 99, one_hot, 2, "tanh", api_name="/network99")
    assert set(found) == {"activations", "probabilities", "loss", "gradients"}
    assert math.isclose(found["loss"], -math.log(found["probabilities"][2]), rel_tol=1e-9)
    assert len(found["gradients"]) == 99 and math.isclose(sum(found["gradients"][-3:]), 0, abs_tol=1e-12)
    with pytest.raises(AppError, match="deve ter 99 números finitos"):
        portuguese.predict([0.1] * 98, one_hot, api_name="/network99")


def test_a_sentence_is_learned_and_the_control_is_in_the_callers_language(english, portuguese):
    asked = ("O gato late para a lua.", "language_small", 0.01, 2)
    found, said = (client.predict(*asked, api_name="/learn_step") for client in (english, portuguese))
    assert set(found) == {"model", "before", "after", "control", "held_out", "losses"}
    assert found["losses"] == sorted(found["losses"], reverse=True) == said["losses"]
    assert found["control"] != said["control"]


def test_a_face_goes_out_and_in(english):
    assert picture(english.predict([0.0] * 32, api_name="/vae_decode")).size == (256, 256)
    found = english.predict(astronaut(), api_name="/vae_encode")
    assert len(found["mu"]) == len(found["sigma"]) == 32
    assert picture(found["aligned"]).size == picture(found["reconstruction"]).size == (256, 256)


def test_gan_samples_repeat_with_their_seed(english):
    a, b = (english.predict(5, 3, 0.7, api_name="/gan_sample") for _ in range(2))
    assert a == b and len(a["faces"]) == 3 and picture(a["sheet"]).size == (384, 128)


def test_a_gan_face_grows_walks_and_a_photo_is_judged(english):
    sizes = english.predict(5, api_name="/gan_grow")
    assert [s["pixels"] for s in sizes] == [4, 8, 16, 32, 64]
    way = english.predict(5, 6, 3, api_name="/gan_interpolate")
    first = english.predict(5, 1, 1.0, api_name="/gan_sample")["faces"]
    off = ImageChops.difference(picture(way["faces"][0]), picture(first[0]))
    assert len(way["faces"]) == 3 and max(high for _, high in off.getextrema()) < 12  # as one in a sheet
    assert way["animation"].startswith("data:image/webp;base64,")
    found = english.predict(astronaut(), api_name="/gan_score")
    assert math.isclose(found["p_real"], 1 / (1 + math.exp(-found["logit"])), rel_tol=1e-6)
    assert picture(found["aligned"]).size == (256, 256)


def test_a_diffusion_face_comes_with_its_way_and_repeats(english):
    wish = {"smile": 2.0, "age": 60, "steps": 3}
    found, again = (english.predict(5, **wish, api_name="/diffusion_sample") for _ in (1, 2))
    assert found == again and [frame["t"] for frame in found["frames"]][::3] == [1, 0]
    assert found["face"] == found["frames"][-1]["face"] != found["frames"][1]["face"]
    assert found["face"].startswith("data:image/png;base64,") and found["frames"][0]["face"] == ""
    open_wish = english.predict(5, **wish | {"age": None}, api_name="/diffusion_sample")
    assert open_wish["face"] != found["face"] and open_wish["frames"][0] == found["frames"][0]


def test_a_photo_goes_into_noise_and_back_and_smiles_where_it_is_asked(english):
    plain = english.predict(astronaut(), 0.3, 1, api_name="/diffusion_edit")
    assert plain["face"].startswith("data:image/png;base64,") and plain["edited"] == plain["vae"] == ""
    assert picture(plain["back"]).size == (256, 256) and plain["psnr"] > 20
    turned = english.predict(astronaut(), 0.3, 1, -1.0, 0.5, api_name="/diffusion_edit")
    assert turned["back"] == plain["back"]
    assert picture(turned["edited"]).size == picture(turned["vae"]).size == (256, 256)


def test_a_quiz_round_is_answered_only_through_its_seal(english):
    dealt = english.predict(3, api_name="/quiz_round")
    again = english.predict(3, api_name="/quiz_round")
    assert dealt["pictures"] == again["pictures"] and len(dealt["pictures"]) == 3
    assert len({len(picture(p).tobytes()) for p in dealt["pictures"]}) == 1
    answers = [english.predict(dealt["round"], c, api_name="/quiz_answer") for c in "ABC"]
    assert sum(a["correct"] for a in answers) == 1 and len({a["real"] for a in answers}) == 1
    assert answers[answers[0]["real"]]["correct"]


def png(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def two_astronauts() -> str:
    one = Image.open(io.BytesIO(base64.b64decode(astronaut().split(",")[1])))
    both = Image.new("RGB", (2 * one.width, one.height))
    for x in (0, one.width):
        both.paste(one, (x, 0))
    return png(both)


SVG = "data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode()
CUT = astronaut()[:2000]


def test_a_page_is_learnt_within_the_seconds_that_are_asked_for(english):
    found = english.predict(PAGE, "", 1, "lora", 2, api_name="/fine_tune")
    assert found["losses"] and found["bits_per_byte"].keys() == {"before", "after"}
    assert found["samples"][0]["step"] == 0 and found["samples"][-1]["step"] == len(found["losses"])


@pytest.mark.parametrize(
    ("endpoint", "arguments", "sentence"),
    [
        ("/next_words", ("", "", 10, 1.0, 0, 1.0), "ao menos uma palavra"),
        ("/next_words", (" ", "", 10, 1.0, 0, 1.0), "ao menos uma palavra"),
        ("/next_words", ("a", "", 10_000, 1.0, 0, 1.0), "número"),
        ("/next_words", ("a", "", 10, 1.0, 0, 1.0, "letter"), "unidade"),
        ("/continue_text", ("a", "", 201, 1.0, 0, 1.0, 1), "número"),
        ("/compare_models", ("a", ["language_small"] * 7, 4), "número"),
        ("/compare_models", ("a", ["language_small"], 51), "número"),
        ("/next_words", ("a", "", 10, -1.0, 0, 1.0), "número"),
        ("/next_words", ("a", "nobody/nothing", 10, 1.0, 0, 1.0), "Hub"),
        ("/next_words", ("a", "../../etc/passwd", 10, 1.0, 0, 1.0), "Hub"),
        ("/score_text", ("palavra " * 5000, ""), "mais curto"),
        ("/vae_decode", ([0.0] * 31,), "32 números"),
        ("/vae_encode", ("not a picture",), "imagem"),
        ("/vae_encode", (SVG,), "imagem"),
        ("/vae_outlier", ("not a picture",), "imagem"),
        ("/vae_outlier", (png(Image.new("RGB", (300, 300), "grey")),), "Nenhum rosto"),
        ("/vae_encode", (CUT,), "imagem"),
        ("/vae_encode", ("",), "imagem"),
        ("/vae_encode", (png(Image.new("RGB", (300, 300), "grey")),), "Nenhum rosto"),
        ("/vae_encode", (png(Image.new("1", (10_000, 5_000))),), "grande demais"),
        ("/vae_encode", (two_astronauts(),), "2 rostos"),
        ("/learn_step", ("",), "palavra"),
        ("/learn_step", ("a" * 100_000,), "longo demais"),
        ("/learn_step", ("O gato late.", "language_xl"), "language_small"),
        ("/learn_step", ("O gato late.", "", 1e9), "grande demais"),
        ("/learn_step", ("O gato late.", "", 0.1, 61), "número"),
        ("/diffusion_edit", ("not a picture",), "imagem"),
        ("/diffusion_edit", (astronaut(), 1.5), "número"),
        ("/diffusion_edit", (astronaut(), 0.5, -1), "número"),
        ("/diffusion_edit", (astronaut(), 0.1, 1, 9.0), "número"),
        ("/gan_sample", (-1, 4, 1.0), "número"),
        ("/gan_sample", (10**30, 4, 1.0), "número"),
        ("/gan_sample", (1, 65, 1.0), "número"),
        ("/gan_sample", (1, 4, 9.0), "número"),
        ("/gan_interpolate", (1, 2, 121), "número"),
        ("/gan_interpolate", (1, -2, 4), "número"),
        ("/gan_grow", (-1,), "número"),
        ("/gan_score", ("not a picture",), "imagem"),
        ("/gan_score", (png(Image.new("RGB", (300, 300), "grey")),), "Nenhum rosto"),
        ("/diffusion_sample", (-1,), "número"),
        ("/diffusion_sample", (1, 101), "número"),
        ("/diffusion_sample", (1, 2, 1.0, 9.0), "número"),
        ("/diffusion_sample", (1, 2, 1.0, None, None, None, None, 12), "número"),
        ("/fine_tune", ("palavra",), "caracteres"),
        ("/fine_tune", (PAGE, "gpt2"), "modelos"),
        ("/fine_tune", (PAGE, "", 1e9), "número"),
        ("/fine_tune", (PAGE, "", 5, "lora", 2, 1e9), "divergiu"),
        ("/quiz_round", (-5,), "número"),
        ("/quiz_answer", ("forged", "A"), "rodada"),
        ("/quiz_answer", ("forged", "D"), "A, B ou C"),
    ],
)
def test_bad_input_is_one_portuguese_sentence_and_the_next_call_works(
    portuguese, endpoint, arguments, sentence
):
    with pytest.raises(AppError) as error:
        portuguese.predict(*arguments, api_name=endpoint)
    assert sentence in str(error.value) and "Traceback" not in str(error.value)
    assert portuguese.predict("Era uma vez", "", 1, 1.0, 0, 1.0, api_name="/next_words")["words"]


@pytest.mark.parametrize("text", ["🙂", "a\x00b", "x" * 100_000, "\n", "…", "\ud7ff漢字"])
def test_odd_text_is_read_or_refused_in_a_sentence(english, text):
    try:
        found = english.predict(text, "", 5, 1.0, 0, 1.0, api_name="/next_words")
        assert math.isclose(sum(w["p"] for w in found["words"]) + found["rest"], 1, abs_tol=1e-6)
    except AppError as error:
        assert "Write at least one word" in str(error)
