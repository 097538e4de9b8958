"""The sliders of one face: directions with a name, the plane of two of them, axes, principal components."""

from demos.ui.live import Group, Plane, Slider
from demos.ui.texts import ENGLISH, PORTUGUESE, Texts, beside, number
from generative import vae

TEXTS = Texts(
    "faces_sliders",
    {
        "named": ("Com nome", "Named"),
        "taught": ("ensinada por {pairs} pares; {held}", "taught by {pairs} pairs; {held}"),
        "found": ("achada com rótulos; {held}", "found with labels; {held}"),
        "held": (
            "correlação {r}, subindo sempre em {share} % dos rostos; um passo de 1 move {moves}, e o outro "
            "nome que mais muda, {others}",
            "correlation {r}, rising all the way in {share}% of faces; a step of 1 moves it {moves}, and the "
            "other name that changes most, {others}",
        ),
        "found_name": ("{name}, achada", "{name}, found"),
        "found_more": (
            "Outros nomes, e os mesmos achados com rótulos",
            "Other names, and those found by labels",
        ),
        "smile": ("sorriso", "smile"),
        "pose": ("virar a cabeça", "head pose"),
        "nod": ("baixar a cabeça", "head down"),
        "brightness": ("luz", "brightness"),
        "age": ("idade aparente", "apparent age"),
        "axes": ("32 eixos", "32 axes"),
        "axis": ("eixo {i}", "axis {i}"),
        "axis_kl": (
            "KL médio de {kl} nats: quanto este eixo diz sobre um rosto",
            "mean KL of {kl} nats: how much this axis says about a face",
        ),
        "hint": (
            "Os números de z, em ordem: o primeiro é o que mais diz sobre um rosto (KL). Clique duas vezes "
            "em um controle para voltá-lo a zero.",
            "The numbers of z, sorted: the first says most about a face (KL). Double-click a slider to bring "
            "it back to zero.",
        ),
        "more": (
            "Mais eixos, os que dizem menos sobre o rosto",
            "More axes, those that say less about the face",
        ),
        "components": ("Componentes", "Components"),
        "components_hint": (
            "Componentes principais (PCA) dos códigos dos rostos de treino: o primeiro é a direção em que "
            "eles mais diferem. Um passo de 1 é um desvio padrão.",
            "Principal components (PCA) of the training faces' codes: the first is the direction in which "
            "they differ most. A step of 1 is one standard deviation.",
        ),
        "component": ("componente {i}", "component {i}"),
        "share": ("{share} % da variância dos códigos", "{share}% of the variance of the codes"),
        "plane": ("Plano sorriso × pose", "Smile × pose"),
        "plane_hint": (
            "O plano do slide: z₁ é o sorriso, z₂ a pose da cabeça, em ângulo reto. Toque ou arraste; as "
            "setas do teclado também movem o ponto.",
            "The plane of the slide: z₁ is the smile, z₂ the head pose, at right angles. Tap or drag; the "
            "arrow keys move the dot too.",
        ),
        "left": ("vira para cá", "turns this way"),
        "right": ("vira para lá", "turns that way"),
        "down": ("sério", "serious"),
        "up": ("sorrindo", "smiling"),
        **beside(__file__),
    },
)


def groups() -> list[Group | Plane]:
    """Named directions, the plane of two of them, the axes, principal components: all of one z."""
    say = TEXTS.strings
    stored = vae.directions.load()
    return [
        named(),
        plane(),
        Group(say["axes"], axes(), say["hint"], 8, say["more"]),
        Group(say["components"], [component(d) for d in stored.components], say["components_hint"], 12),
    ]


def named() -> Group:
    """What the diffusion model taught, where it rises evenly; folded below, where it does so in fewer faces,
    and the same names as labels on photos found them."""
    taught, found = vae.directions.named(), vae.directions.named(vae.directions.FOUND)
    sliders, say = [direction(d) for d in (*taught, *found)], TEXTS.strings
    return Group(say["named"], sliders, say["named_hint"], sum(d.even for d in taught), say["found_more"])


def direction(d: vae.directions.Direction) -> Slider:
    """One named direction, with what is said of how well it holds."""
    figures = {key: figure(getattr(d, key)) for key in ("moves", "others")}
    held = both("held", r=figure(d.correlation), share=round(100 * d.monotone), **figures)
    note = both(d.source, pairs=vae.directions.load().pairs, held=held)
    name = TEXTS.strings[d.name]
    if d.source == vae.directions.FOUND:
        name = both("found_name", name=name)
    reach = vae.directions.REACH  # as far as it was judged
    return Slider(name, -reach, reach, note, d.vector, d.reading, note)


def axes() -> list[Slider]:
    """One slider an axis, by falling KL, over +-3 standard deviations of the prior."""
    found, kl = [], vae.model.statistics().kl
    for place, axis in enumerate(vae.model.statistics().order):
        unit = [float(i == axis) for i in range(len(kl))]
        caption = both("axis_kl", kl=figure(kl[axis]))
        found.append(Slider(both("axis", i=place + 1), -3, 3, caption, unit, unit))
    return found


def component(d: vae.directions.Direction) -> Slider:
    name, share = both("component", i=d.name), both("share", share=figure(100 * d.share, 1))
    return Slider(name, -3, 3, share, d.vector, d.reading)


def plane() -> Plane:
    """The lecture's plane: the smile upwards, the head's pose across."""
    say, (across, up) = TEXTS.strings, vae.directions.plane()
    reach = vae.directions.REACH
    sliders = (Slider(say[d.name], -reach, reach, vector=d.vector, reading=d.reading) for d in (across, up))
    ends = [say[end] for end in ("left", "right", "down", "up")]
    return Plane(say["plane"], say["plane_hint"], *sliders, ends, vae.directions.COLUMNS, vae.directions.ROWS)


def both(key: str, **facts: tuple[str, str] | str | int) -> tuple[str, str]:
    """A string in both languages; a fact may differ between them."""
    return tuple(
        TEXTS.say(key, code, **{k: v[i] if isinstance(v, tuple) else v for k, v in facts.items()})
        for i, code in ((PORTUGUESE, "pt"), (ENGLISH, "en"))
    )


def figure(value: float, digits: int = 2) -> tuple[str, str]:
    return number(value, "pt", digits), number(value, "en", digits)
