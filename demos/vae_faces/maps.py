"""A latent space of two numbers as a map, of a plain autoencoder and of a VAE: drag, and see the face."""

import gradio as gr

from demos.ui.codes import CodeMaps
from demos.ui.live import LivePicture
from demos.ui.texts import Texts, beside
from demos.vae_faces.rungs import QUICK, reading, values
from demos.vae_faces.stage import folded, stage
from generative import vae
from generative.errors import GenerativeError

TEXTS = Texts(
    "faces_map",
    {
        "tab": ("Mapa", "Map"),
        "what": ("Como ler o mapa", "How to read the map"),
        **beside(__file__),
    },
)
MAP_TEXTS = {
    "alt": ("Rosto decodificado do ponto do mapa", "Face decoded from the point on the map"),
    "plain": (
        "β = 0: autocodificador simples",
        "β = 0: plain autoencoder",
    ),
    "vae": ("β = 1: VAE, o KL junta a nuvem", "β = 1: VAE, KL gathers the cloud"),
    "map": (
        "Mapa de β = {beta}: {n} códigos de rostos; as setas movem o ponto",
        "Map of β = {beta}: {n} codes of faces; the arrow keys move the point",
    ),
    "where": (
        "β = {beta}, z = ({z1}; {z2}). Código mais próximo no mapa: a {nearest}.",
        "β = {beta}, z = ({z1}, {z2}). Nearest code on the map: {nearest} away.",
    ),
    "ground": ("rostos decodificados ao fundo", "decoded faces behind the dots"),
    "silent": ("O servidor não respondeu. Tente de novo.", "The server did not answer. Try again."),
}
BETAS = (0, 1)  # of the maps


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """Both maps and the face under the hand."""
    with stage(TEXTS, "map", "maps-stage"):
        maps = CodeMaps(charts, vae.maps.point, MAP_TEXTS)
    with folded(TEXTS["what"]):
        reading(TEXTS["map_note"])
    opened.select(show, face, maps, **QUICK)


def charts() -> list[dict]:
    return [vae.maps.chart(beta)._asdict() for beta in BETAS]


def show(face: dict | None) -> list:
    """Where the current face lies; the maps themselves say what is wrong where there are none."""
    try:
        return vae.maps.places(values(face))
    except GenerativeError:
        return gr.skip()
