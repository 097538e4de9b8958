"""Who is in the training photos, and how well the VAE redraws faces of each annotated group."""

import math
from html import escape

from demos.ui.errors import verdict
from demos.ui.texts import Texts, number, percent
from generative.errors import GenerativeError
from generative.vae import groups
from generative.vae.groups import Group, Measured

TEXTS = Texts(
    "faces_who",
    {
        "title": ("Quem está nos dados", "Who is in the data"),
        "intro": (
            "{train} fotos de treino e {held_out} reservadas para medir (FairFace, de Kärkkäinen e Joo, "
            "2021). Os grupos são as categorias do FairFace, que anotadores viram em cada foto: não são "
            "fatos sobre uma pessoa. Aqui servem só para comparar o erro.",
            "{train} training photos and {held_out} kept apart to measure (FairFace, by Kärkkäinen and Joo, "
            "2021). The groups are FairFace's categories, seen in each photo by annotators: they are not "
            "facts about a person. Here they serve only to compare the error.",
        ),
        "share": ("parte das fotos de treino", "share of the training photos"),
        "psnr": (
            "qualidade nas reservadas: PSNR em dB, intervalo de 95 %",
            "quality on those kept apart: PSNR in dB, 95% interval",
        ),
        "n": ("{n} reservadas", "{n} kept apart"),
        "race": ("categoria “race” (raça)", "category “race”"),
        "gender": ("categoria “gender” (gênero)", "category “gender”"),
        "age": ("categoria “age” (idade)", "category “age”"),
        "Black": ("negra", "Black"),
        "East Asian": ("leste-asiática", "East Asian"),
        "Indian": ("indiana", "Indian"),
        "Latino_Hispanic": ("latina ou hispânica", "Latino or Hispanic"),
        "Middle Eastern": ("do Oriente Médio", "Middle Eastern"),
        "Southeast Asian": ("sudeste-asiática", "Southeast Asian"),
        "White": ("branca", "White"),
        "Female": ("feminino", "female"),
        "Male": ("masculino", "male"),
        "20-29": ("20 a 29 anos", "20 to 29 years"),
        "30-39": ("30 a 39 anos", "30 to 39 years"),
        "40-49": ("40 a 49 anos", "40 to 49 years"),
        "50-59": ("50 a 59 anos", "50 to 59 years"),
        "60 or more": ("60 anos ou mais", "60 years or more"),
        "most": (
            "Mais fotos: {most}, {p_most}; menos: {least}, {p_least}.",
            "Most photos: {most}, {p_most}; fewest: {least}, {p_least}.",
        ),
        "gap": (
            "Maior diferença: {best} {high} dB, {worst} {low} dB, ou seja, um erro quadrático {more} maior. "
            "Os dois intervalos {overlap}; com os rótulos embaralhados, uma diferença dessas ou maior "
            "aparece em {p} das vezes: {sure}.",
            "Largest difference: {best} {high} dB, {worst} {low} dB, that is, a squared error {more} larger. "
            "The two intervals {overlap}; with the labels shuffled, a difference like this or larger comes "
            "up {p} of the time: {sure}.",
        ),
        "overlap": ("se sobrepõem", "overlap"),
        "apart": ("não se sobrepõem", "do not overlap"),
        "chance": ("pode ser acaso", "it may be chance"),
        "more": ("mais do que acaso", "more than chance"),
        "meaning": (
            "Entre vários grupos, o melhor e o pior sempre diferem um pouco; por isso o embaralhamento. São "
            "três perguntas de uma vez; por isso “mais do que acaso” só abaixo de {limit} das vezes. O que "
            "significaria: quem usasse este erro para achar rostos “incomuns” apontaria mais vezes para o "
            "grupo pior redesenhado, mesmo sem conhecer os grupos. Mas o PSNR também depende da foto: sua "
            "correlação com a nitidez é {sharpness}, com o brilho {brightness}; parte de uma diferença pode "
            "vir daí.",
            "Among several groups the best and the worst always differ somewhat, hence the shuffling. These "
            "are three questions at once, hence “more than chance” only below {limit} of the time. What it "
            "would mean: whoever used this error to find “unusual” faces would point more often at the group "
            "redrawn worst, without even knowing the groups. But PSNR also depends on the photo: its "
            "correlation with sharpness is {sharpness}, with brightness {brightness}; part of a difference "
            "may come from it.",
        ),
    },
)
LIMIT = 0.05 / len(groups.KINDS)  # Bonferroni: three gaps are looked at


def draw(lang: str) -> str:
    """Share and error by group, and what can be said of them, as HTML."""
    try:
        found = groups.load()
    except GenerativeError as error:
        return verdict(error, lang)
    intro = TEXTS.say("intro", lang, train=thousands(found.train, lang), held_out=found.held_out)
    kinds = "".join(kind_html(found, kind, lang) for kind in groups.KINDS)
    return (
        f'<div class="who"><h3>{TEXTS.say("title", lang)}</h3><p class="reading">{intro}</p>{kinds}'
        f'<p class="reading">{meaning(found, lang)}</p></div>'
    )


def ends(found: Measured) -> tuple[int, int]:
    """The whole decibels between which all intervals lie."""
    rows = [g for kind in groups.KINDS for g in found.groups[kind]]
    return math.floor(min(g.low for g in rows)), math.ceil(max(g.high for g in rows))


def kind_html(found: Measured, kind: str, lang: str) -> str:
    """The groups of one kind, the largest share first, with the two sentences about them."""
    rows = sorted(found.groups[kind], key=lambda g: -g.share)
    most = max(g.share for k in groups.KINDS for g in found.groups[k])
    lines = "".join(row_html(g, most, ends(found), lang) for g in rows)
    head = (
        f'<div class="head"><b>{TEXTS.say(kind, lang)}</b><span>{TEXTS.say("share", lang)}</span>'
        f"<span>{TEXTS.say('psnr', lang)}</span><i></i></div>"
    )
    return f'<div class="kind">{head}{lines}</div><p class="reading">{sentences(found, kind, lang)}</p>'


def row_html(g: Group, most: float, ends: tuple[int, int], lang: str) -> str:
    """One group: a bar for its share, a dot with its interval for the PSNR."""

    def at(value: float) -> str:
        return f"{100 * (value - ends[0]) / (ends[1] - ends[0]):.1f}%"

    width = f"{100 * (g.high - g.low) / (ends[1] - ends[0]):.1f}%"
    interval = f"{number(g.low, lang)} – {number(g.high, lang)}"
    return (
        f'<div class="group"><b>{escape(name(g.name, lang))}</b>'
        f'<span class="part"><i style="width:{100 * g.share / most:.1f}%"></i>'
        f"<em>{percent(g.share, lang)}</em></span>"
        f'<span class="dots"><u><i style="left:{at(g.low)};width:{width}"></i>'
        f'<s style="left:{at(g.psnr)}"></s></u>'
        f"<em>{number(g.psnr, lang)} <small>({interval})</small></em></span>"
        f"<small>{TEXTS.say('n', lang, n=g.n)}</small></div>"
    )


def name(group: str, lang: str) -> str:
    """A group's name in the visitor's language; of another data set, as it stands there."""
    return TEXTS.say(group, lang) if group in TEXTS.strings else group


def thousands(n: int, lang: str) -> str:
    """9,268 as the visitor writes it: 9.268 in Portuguese."""
    return f"{n:,}".replace(",", "." if lang.lower().startswith("pt") else ",")


def sentences(found: Measured, kind: str, lang: str) -> str:
    """Who is there most and least; the largest difference in error, and how sure it is."""
    rows, gap = found.groups[kind], groups.gap(found.groups[kind])
    most, least = max(rows, key=lambda g: g.share), min(rows, key=lambda g: g.share)
    shares = {
        "most": name(most.name, lang),
        "p_most": percent(most.share, lang, 0),
        "least": name(least.name, lang),
        "p_least": percent(least.share, lang, 0),
    }
    facts = {
        "best": name(gap.best.name, lang),
        "high": number(gap.best.psnr, lang),
        "worst": name(gap.worst.name, lang),
        "low": number(gap.worst.psnr, lang),
        "more": percent(gap.ratio - 1, lang, 0),
        "overlap": TEXTS.say("overlap" if gap.overlap else "apart", lang),
        "p": percent(found.shuffled[kind], lang),
        "sure": TEXTS.say("more" if found.shuffled[kind] < LIMIT else "chance", lang),
    }
    return escape(f"{TEXTS.say('most', lang, **shares)} {TEXTS.say('gap', lang, **facts)}")


def meaning(found: Measured, lang: str) -> str:
    """What a gap would mean, and what else the PSNR depends on."""
    linked = {k: number(r, lang, 2).replace("-", "\N{MINUS SIGN}") for k, r in found.linked.items()}
    return TEXTS.say("meaning", lang, limit=percent(LIMIT, lang), **linked)
