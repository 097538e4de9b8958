"""Two models, one wish: the same smile and turn asked of a face of the VAE and of a face of the GAN.

Each model's step is one standard deviation of its own measure: for the VAE of the training faces' codes, for
the GAN of what a probe of pixels sees in its own faces.

It does not know how the steps were found: each model's `directions` does.
"""

from typing import NamedTuple

from generative import vae
from generative.errors import check_seed
from generative.gan import directions
from generative.gan.sheets import Style
from generative.pictures import data_url, sheet, to_image
from generative.vae import portrait

NAMES = portrait.NAMES  # smile, pose
CELL = 256  # pixels of each face


class Held(NamedTuple):
    """How well one model keeps to a name, by the same probes of pixels; as in `gan.directions.Direction`."""

    name: str
    model: str
    correlation: float
    others: float
    monotone: float


def pair(vae_seed: int, face: str, steps: list[float], style: Style) -> str:
    """The VAE's face on the left, the GAN's on the right, both moved by smile and pose: a JPEG data URL.

    Steps from -3 to 3. Raises NumberOutOfRange, WeightsMissing, WeightsDamaged.
    """
    z = portrait.plus(vae.model.mixture_z(check_seed(vae_seed)), steps)
    wanted = dict(zip(NAMES, steps, strict=False))
    amounts = [wanted.get(d.name, 0.0) for d in directions.load().named]
    found = [vae.model.faces(z)[0], directions.moved(face, amounts, style)]
    return data_url(sheet([to_image(x) for x in found], 2, CELL))


def figures() -> list[Held]:
    """How well each model keeps to each name. Raises WeightsMissing, WeightsDamaged."""
    found = []
    for name in NAMES:
        d = directions.one(name)
        found.append(Held(name, "vae", *vae.directions.one(name).pixels))
        found.append(Held(name, "gan", d.correlation, d.others, d.monotone))
    return found
