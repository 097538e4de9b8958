"""Three small stages: a sentence that writes itself, a face under a moving slider, a face out of noise.

Each is computed once, for all visitors, when the first of them sees it, and plays once in each browser. A
stage is a door to its tab.
"""

import json
import math
from functools import partial
from pathlib import Path
from typing import Required

import gradio as gr

from demos.ui.kinds import Call
from demos.ui.live import answer
from demos.ui.templates import render
from demos.ui.texts import Texts, which
from generative import diffusion, language, vae
from generative.once import once
from generative.pictures import data_url, to_image

TEXTS = Texts(
    "films",
    {
        "written": ("Que palavra vem agora?", "Which word comes next?"),
        "written_go": ("Escreva com o modelo", "Write with the model"),
        "smiled": ("O que muda num rosto?", "What changes in a face?"),
        "smiled_go": ("Mova os controles", "Move the sliders"),
        "denoised": ("Como o ruído vira rosto?", "How does noise become a face?"),
        "denoised_go": ("Veja passo a passo", "See it step by step"),
        "step": ("passo {k} de {n}", "step {k} of {n}"),
        "smile": ("sorriso", "smile"),
        "wait": ("calculando…", "computing…"),
        "lost": ("O servidor não respondeu.", "The server did not answer."),
    },
)
DOORS = {"written": "next_word", "smiled": "vae_faces", "denoised": "diffusion_faces"}  # film -> its tab
JS = (Path(__file__).parent / "films.js").read_text()
BEGIN = ("Era uma vez", "Once upon a time")
WORDS, BARS, SEEDS, OPTIONS = 8, 4, (9, 5), language.sampling.Options(0.7, top_p=0.9)
FACE, REACH, FRAMES, PIXELS = 16, 2.0, 26, 160  # VAE: a seed, how far to each side, pictures, their size
NOISE, STEPS = 7, 20  # diffusion: a seed, steps


class Asked(Call):
    name: Required[str]


def build() -> gr.HTML:
    """The three stages, side by side."""
    given = {key: TEXTS.strings[key] for key in ("wait", "lost", "step")}
    return gr.HTML(
        render("start/films.html", TEXTS, "en", doors=DOORS),
        js_on_load=f"const texts = {json.dumps(given)};\n{JS}",
        apply_default_css=False,
        server_functions=[film],
    )


def film(call: Asked) -> dict:
    """From the browser: {"name", "language"} -> {"frames": [...]} or {"error"}."""
    code = which(str(call.get("language", "en")))
    films = {"written": partial(written, code), "smiled": smiled, "denoised": denoised}
    return answer(call, lambda: {"frames": films.get(str(call.get("name")), list)()})


@once
def written(code: int) -> list[dict]:
    """A sentence, word by word: the text so far, the words that may come, and the one that was drawn."""
    text, frames = BEGIN[code], []
    for drawn in language.writing.continue_text(text, words=WORDS, options=OPTIONS, seed=SEEDS[code]):
        word = drawn.text.strip()
        likely = {w.text.strip(): w.p for w in language.words.next_words(text, n=BARS).words}
        if word not in likely:  # the last bar is the drawn word's
            likely = dict(list(likely.items())[:-1]) | {word: language.words.probability(text, word)}
        frames.append({"text": text, "bars": [{"word": w, "p": p} for w, p in likely.items()], "drawn": word})
        text = language.words.append(text, drawn.text)
    return [*frames, frames[-1] | {"text": text}]


@once
def smiled() -> list[dict]:
    """A face while its smile goes to one end, to the other, and comes to rest: pictures, -1 to 1 each."""
    z, smile = vae.model.mixture_z(FACE), vae.directions.one("smile").vector
    places = [math.sin(2 * math.pi * i / (FRAMES - 1)) for i in range(FRAMES)]
    moved = [[v + REACH * place * s for v, s in zip(z, smile, strict=True)] for place in places]
    pictures = [data_url(to_image(vae.model.decode(one)), PIXELS, quality=85) for one in moved]
    return [{"picture": picture, "place": place} for picture, place in zip(pictures, places, strict=True)]


@once
def denoised() -> list[dict]:
    """Pure noise, and after each step what it has become: pictures, and how many steps of how many."""
    frames = list(diffusion.films.frames(NOISE, STEPS))
    pictures = [frame.noise for frame in frames[:-1]] + [frames[-1].face]
    return [{"picture": picture, "step": step, "steps": STEPS} for step, picture in enumerate(pictures)]
