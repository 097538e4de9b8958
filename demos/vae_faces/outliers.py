"""Outliers: how unusual is this picture for the VAE, by three measures, and where the measures are fooled."""

import random
from html import escape
from typing import NamedTuple, TypedDict

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable
from demos.ui.errors import accepted, spoken, verdict
from demos.ui.live import LivePicture
from demos.ui.texts import Texts, number, percent
from demos.vae_faces import who
from generative import gan
from generative.errors import GenerativeError
from generative.vae import outliers, stimuli
from generative.vae.outliers import MEASURES, Unusual
from generative.vae.stimuli import Ranked

TAB = "faces_outliers"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Incomum?", "Unusual?"),
        "lead": (
            "Quão incomum é esta imagem (*outlier*)? O VAE viu só rostos; três medidas a comparam com os "
            "rostos do treino. Vire-a, cubra-a, ou mostre algo que não é rosto. Qual medida se deixa "
            "enganar?",
            "How unusual is this picture, is it an outlier? The VAE has seen only faces; three measures "
            "compare it with the training faces. Turn it, cover it, or show what is no face. Which measure "
            "is fooled?",
        ),
        "faces": ("Um rosto", "A face"),
        "no_faces": ("Não é um rosto", "Not a face"),
        "changes": ("O que se faz com a imagem", "What is done to the picture"),
        "photo": ("foto de uma astronauta", "photo of an astronaut"),
        "current": ("rosto atual", "current face"),
        "gan": ("rosto da GAN", "GAN face"),
        "another": ("outro rosto da GAN", "another GAN face"),
        "coffee": ("café", "coffee"),
        "cat": ("gato", "cat"),
        "rocket": ("foguete", "rocket"),
        "text": ("texto", "text"),
        "checkerboard": ("xadrez", "checkerboard"),
        "gradient": ("degradê", "gradient"),
        "grey": ("cinza liso", "flat grey"),
        "none": ("nada", "nothing"),
        "upside_down": ("de cabeça para baixo", "upside down"),
        "covered": ("olhos cobertos", "eyes covered"),
        "inverted": ("cores invertidas", "inverted colours"),
        "noisy": ("com ruído", "noise"),
        "blurred": ("desfocar", "blur"),
        "is_picture": ("a imagem", "the picture"),
        "is_reconstruction": ("a reconstrução", "the reconstruction"),
        "is_error": ("o erro, em laranja", "the error, in orange"),
        "elbo": ("ELBO, limite de log p(x)", "ELBO, bound of log p(x)"),
        "reconstruction": ("erro de reconstrução", "reconstruction error"),
        "distance": ("distância no espaço latente", "distance in latent space"),
        "than": (
            "mais incomum que <b>{p}</b> dos rostos de treino",
            "more unusual than <b>{p}</b> of the training faces",
        ),
        "elbo_is": (
            "{elbo} nats = −({recon} de reconstrução + {kl} de KL)",
            "{elbo} nats = −({recon} of reconstruction + {kl} of KL)",
        ),
        "reconstruction_is": (
            "{value} nats = ½ ‖x − x̂‖², com z = μ",
            "{value} nats = ½ ‖x − x̂‖², at z = μ",
        ),
        "distance_is": (
            "{value} desvios padrão (Mahalanobis) do centro dos rostos",
            "{value} standard deviations (Mahalanobis) from the middle of the faces",
        ),
        "rare": ("entre os {p} mais incomuns", "among the {p} most unusual"),
        "own": (
            "O rosto atual é um desenho do próprio VAE, e ele sabe redesenhar quase tudo o que desenhou.",
            "The current face is the VAE's own drawing, and it can redraw nearly all that it drew.",
        ),
        "held_out": (
            "Para conferir: {n} rostos que o VAE nunca viu são, em média, mais incomuns que {elbo} dos "
            "rostos de treino pelo ELBO, {reconstruction} pelo erro e {distance} pela distância; 50 % seria "
            "nenhuma diferença.",
            "As a check: {n} faces that the VAE never saw are, on average, more unusual than {elbo} of the "
            "training faces by the ELBO, {reconstruction} by the error and {distance} by the distance; 50% "
            "would be no difference.",
        ),
        "order": ("Pôr todas em ordem", "Put them all in order"),
        "order_title": ("Da mais comum à mais incomum, segundo", "From usual to unusual, according to"),
        "dashed": (
            "Contorno tracejado: não é um rosto. O número: mais incomum que tantos dos rostos de treino.",
            "Dashed outline: not a face. The number: more unusual than so many of the training faces.",
        ),
        "fooled": (
            "Imagens sem rosto que, segundo esta medida, são mais comuns que metade dos rostos de treino: "
            "{k} de {n}: {names}.",
            "Pictures without a face that are, by this measure, more usual than half of the training faces: "
            "{k} of {n}: {names}.",
        ),
        "not_fooled": (
            "Segundo esta medida, nenhuma das {n} imagens sem rosto é mais comum que metade dos rostos de "
            "treino.",
            "By this measure, none of the {n} pictures without a face is more usual than half of the "
            "training faces.",
        ),
        "blur_found": (
            "A foto, mais incomum que {clear} dos rostos, passa a {blurred} quando desfocada.",
            "The photo, more unusual than {clear} of the faces, comes to {blurred} when blurred.",
        ),
        "why_likelihood": (
            "Esta medida soma o erro de cada pixel. Não pergunta se há um rosto, e sim se a imagem é fácil "
            "de redesenhar: no que é liso ou desfocado há pouco a errar. Por isso a verossimilhança "
            "(likelihood), quão provável o modelo acha a imagem, pode ser maior para o que ele nunca viu; "
            "Nalisnick e outros (2019, arXiv 1810.09136) mostram isso em VAEs, flows e PixelCNN. ELBO alto "
            "não quer dizer: é um rosto.",
            "This measure adds up the error of every pixel. It does not ask whether there is a face but "
            "whether the picture is easy to redraw: in what is smooth or blurred there is little to get "
            "wrong. That is why the likelihood, how probable the model thinks the picture, can be higher for "
            "what it has never seen; Nalisnick et al. (2019, arXiv 1810.09136) show this in VAEs, flows and "
            "PixelCNN. A high ELBO does not mean: this is a face.",
        ),
        "why_distance": (
            "A distância só olha o código μ, e o codificador dá um código a qualquer imagem: o que ele não "
            "conhece pode cair bem no meio dos rostos. Com só z não se vê o que a reconstrução perdeu.",
            "The distance looks only at the code μ, and the encoder gives a code to any picture: what it "
            "does not know may land right among the faces. From z alone one cannot see what the "
            "reconstruction lost.",
        ),
        "honest": (
            "**A conta.** $\\text{ELBO} = E_q[\\log p(x \\mid z)] - KL(q(z \\mid x)\\,\\|\\,N(0, I))$, "
            "estimado com poucos sorteios de z, sempre com os mesmos ε; a verossimilhança é uma gaussiana de "
            "variância 1 nos pixels de 0 a 1, sem a sua constante. Distância: $\\sqrt{(\\mu - m)^T S^{-1} "
            "(\\mu - m)}$, com média $m$ e covariância $S$ dos códigos μ dos rostos de treino. As "
            "porcentagens vêm de quantis medidos nesses rostos.\n\n**Por que as reconstruções são "
            "borradas?** Com erro quadrático, a melhor resposta a uma dúvida é a média do que é possível, e "
            "a média de muitos detalhes é um borrão; além disso, z guarda só parte da foto. **E os eixos?** "
            "Que cada eixo de z tenha um só sentido (*disentanglement*) não é garantido sem rótulos "
            "([Locatello e outros, 2019](https://arxiv.org/abs/1811.12359)).\n\nFotos: Eileen Collins (NASA) "
            "e foguete (SpaceX), domínio público; café (R. Michetti) e gato (S. van der Walt), CC0; vêm com "
            "o scikit-image.",
            "**The sums.** $\\text{ELBO} = E_q[\\log p(x \\mid z)] - KL(q(z \\mid x)\\,\\|\\,N(0, I))$, "
            "estimated with a few draws of z, always with the same ε; the likelihood is a Gaussian of "
            "variance 1 on pixels from 0 to 1, without its constant. Distance: $\\sqrt{(\\mu - m)^T S^{-1} "
            "(\\mu - m)}$, with mean $m$ and covariance $S$ of the training faces' codes μ. Percentages come "
            "from quantiles measured on those faces.\n\n**Why are reconstructions blurred?** Under squared "
            "error the best answer to a doubt is the average of what is possible, and an average of many "
            "details is a blur; besides, z keeps only part of the photo. **And the axes?** That each axis of "
            "z has one meaning (disentanglement) is not guaranteed without labels ([Locatello et al., "
            "2019](https://arxiv.org/abs/1811.12359)).\n\nPhotos: Eileen Collins (NASA) and rocket (SpaceX), "
            "public domain; coffee (R. Michetti) and cat (S. van der Walt), CC0; they come with "
            "scikit-image.",
        ),
    },
)
RARE = 95.0  # percent; what is more unusual than these is named and drawn in orange
QUICK = {"show_progress": "hidden", "api_visibility": "private"}


class Choice(NamedTuple):
    """A picture, a change, the GAN's seed, and the measure by which all are ordered ("": not asked for)."""

    name: str = "photo"
    change: str = "none"
    seed: int = 7
    order: str = ""


def build(opened: gr.Tab, inner: gr.Tabs, face: LivePicture, language_box: gr.Textbox) -> None:
    """The picture with its gauges and chips; below, who is in the training photos."""
    gr.Markdown(TEXTS["lead"], elem_classes="note")
    picture = Clickable(min_height=480)
    gr.Markdown(TEXTS["honest"], latex_delimiters=frame.FORMULAS, elem_classes="reading rare")
    people = gr.HTML(apply_default_css=False)
    choice = gr.State(Choice())
    picture.pick(choose, [choice, face, language_box], [choice, picture], **QUICK, trigger_mode="always_last")
    opened.select(draw, [choice, face, language_box], picture, **QUICK)
    opened.select(who.draw, language_box, people, **QUICK)
    gr.api(vae_outlier, api_name="vae_outlier")


def choose(choice: Choice, face: dict | None, lang: str, event: gr.EventData) -> tuple[Choice, str]:
    """A tap; `event.pick` is "name cat", "change blurred", "order elbo" or "seed"."""
    field, _, value = event.pick.partition(" ")
    if field == "seed":
        field, value, choice = "name", "gan", choice._replace(seed=random.randrange(100_000))
    choice = choice._replace(**{field: value})
    return choice, draw(choice, face, lang)


def draw(choice: Choice, face: dict | None, lang: str) -> str:
    """The view as HTML, or the sentence that says why there is none."""
    z = (face or {}).get("values") or []
    try:
        look = stimuli.look(choice.name, choice.change, z, choice.seed, gan.model.sample)
        items = stimuli.ranked(z, choice.seed, gan.model.sample) if choice.order else []
        checked = held_out(lang)
    except GenerativeError as error:
        return verdict(error, lang)
    order = ordered(items, choice, lang) if items else order_button(lang)
    note = TEXTS.say("own", lang) if (choice.name, choice.change) == ("current", "none") else ""
    return (
        f'<div class="outliers"><div class="seen">{figures(look, choice, lang)}'
        f"{gauges(look.unusual, lang)}</div>"
        f'<div class="choose">{chips(choice, lang)}<p class="note">{note}</p></div></div>'
        f'<div class="outliers-order">{order}<p class="note">{checked}</p></div>'
    )


# ---- one picture ----


def figures(look: stimuli.Look, choice: Choice, lang: str) -> str:
    """The picture, its reconstruction and the error map, side by side."""
    shown = {"is_picture": look.picture, "is_reconstruction": look.reconstruction, "is_error": look.error}
    cells = (
        f'<figure><img src="{url}" alt="{escape(TEXTS.say(key, lang))}: {escape(named(choice, lang))}">'
        f"<figcaption>{TEXTS.say(key, lang)}</figcaption></figure>"
        for key, url in shown.items()
    )
    return f'<div class="triple">{"".join(cells)}</div>'


def named(item: Choice | Ranked, lang: str) -> str:
    """What a picture is called: "cat", "photo of an astronaut, blur"."""
    name = TEXTS.say(item.name, lang)
    if item.change == "none":
        return name
    return f"{name}, {TEXTS.say(item.change, lang)}"


def gauges(found: Unusual, lang: str) -> str:
    """One scale a measure: where the picture stands among the training faces."""
    values = {
        "elbo": {"elbo": found.elbo, "recon": -found.elbo - found.kl, "kl": found.kl},
        "reconstruction": {"value": found.reconstruction},
        "distance": {"value": found.distance},
    }
    rows = (gauge(name, found.percentiles[name], facts, lang) for name, facts in values.items())
    return f'<div class="gauges">{"".join(rows)}</div>'


def gauge(name: str, p: float, facts: dict[str, float], lang: str) -> str:
    said = {k: number(v, lang).replace("-", "\N{MINUS SIGN}") for k, v in facts.items()}
    rare = TEXTS.say("rare", lang, p=percent(1 - RARE / 100, lang, 0)) if p > RARE else ""
    return (
        f'<div class="gauge{" rare" if rare else ""}"><h5>{TEXTS.say(name, lang)}</h5>'
        f'<div class="scale" aria-hidden="true"><i style="left:{p:.2f}%"></i></div><em>{rare}</em>'
        f"<p>{TEXTS.say('than', lang, p=share(p, lang))}</p>"
        f"<small>{TEXTS.say(f'{name}_is', lang, **said)}</small></div>"
    )


def share(p: float, lang: str) -> str:
    """A percentile for HTML: 97 %, 0.4 %; at the ends "> 99.9 %": the last quantile is the last face."""
    if p > 99.9:
        return f"&gt; {percent(0.999, lang)}"
    if p < 0.1:
        return f"&lt; {percent(0.001, lang)}"
    return percent(p / 100, lang, 0 if 1 <= p <= 99 else 1)


def chips(choice: Choice, lang: str) -> str:
    """What can be looked at and what can be done to it."""
    another = f'<button data-pick="seed">{TEXTS.say("another", lang)}</button>'
    groups = (
        ("faces", "name", stimuli.FACES, choice.name, another),
        ("no_faces", "name", stimuli.NO_FACES, choice.name, ""),
        ("changes", "change", stimuli.CHANGES, choice.change, ""),
    )
    return "".join(chip_group(*group, lang) for group in groups)


def chip_group(title: str, field: str, names: tuple[str, ...], now: str, more: str, lang: str) -> str:
    buttons = "".join(
        f'<button data-pick="{field} {name}" aria-pressed="{str(name == now).lower()}">'
        f"{TEXTS.say(name, lang)}</button>"
        for name in names
    )
    return f'<div class="chips"><h4>{TEXTS.say(title, lang)}</h4>{buttons}{more}</div>'


# ---- all of them in order ----


def order_button(lang: str) -> str:
    return f'<div class="chips"><button data-pick="order elbo">{TEXTS.say("order", lang)}</button></div>'


def ordered(items: list[Ranked], choice: Choice, lang: str) -> str:
    """All pictures by one measure, what the order says, and why."""
    measure = choice.order
    cells = (
        f'<li{" class=noface" if item.name in stimuli.NO_FACES else ""}><img src="{item.picture}" alt="">'
        f"<b>{share(item.percentiles[measure], lang)}</b><span>{escape(named(item, lang))}</span></li>"
        for item in sorted(items, key=lambda item: item.percentiles[measure])
    )
    why = TEXTS.say("why_distance" if measure == "distance" else "why_likelihood", lang)
    return (
        f"{chip_group('order_title', 'order', MEASURES, measure, '', lang)}<ol>{''.join(cells)}</ol>"
        f'<p class="note">{TEXTS.say("dashed", lang)}</p>'
        f'<div class="reading"><p>{fooled(items, measure, lang)}</p><p>{why}</p></div>'
    )


def fooled(items: list[Ranked], measure: str, lang: str) -> str:
    """How many pictures without a face pass as more usual than half of the faces; what blur does."""
    p = {(item.name, item.change): item.percentiles[measure] for item in items}
    pass_for = [name for name in stimuli.NO_FACES if p[name, "none"] < 50]
    names = ", ".join(f"{TEXTS.say(n, lang)} ({share(p[n, 'none'], lang)})" for n in pass_for)
    key = "fooled" if pass_for else "not_fooled"
    count = TEXTS.say(key, lang, k=len(pass_for), n=len(stimuli.NO_FACES), names=names)
    clear, blurred = (share(p["photo", change], lang) for change in ("none", "blurred"))
    return f"{count} {TEXTS.say('blur_found', lang, clear=clear, blurred=blurred)}"


def held_out(lang: str) -> str:
    """How unusual faces are that the VAE never saw: whether the scale holds beyond the training faces."""
    faces = outliers.reference()
    shares = {name: share(mean, lang) for name, mean in faces.held_out.items()}
    return TEXTS.say("held_out", lang, n=faces.held_out_photos, **shares)


# ---- the public API ----


class ApiPercentiles(TypedDict):
    elbo: float
    reconstruction: float
    distance: float


class ApiOutlier(TypedDict):
    elbo: float
    reconstruction: float
    distance: float
    percentiles: ApiPercentiles


def vae_outlier(photo: str, request: gr.Request = None) -> ApiOutlier:
    """How unusual the face on a photo (a data:image/...;base64, URL) is: ELBO and reconstruction error in
    nats, distance in latent space; percentiles: how many percent of the training faces are more usual. The
    photo stays in memory for this call and is neither stored nor logged."""
    with spoken(accepted(request)):
        found = outliers.of_photo(photo)
        return {name: getattr(found, name) for name in (*MEASURES, "percentiles")}
