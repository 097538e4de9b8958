"""What a training took, for its card: energy and CO2, estimated as hours x stated power x what a kWh emits.

Nothing here was measured: no meter was at hand, and where the machines stand is not known. The figures say
how many zeros there are. A card's metadata has the form of https://huggingface.co/docs/hub/model-cards-co2.
"""

import re
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

BOARDS = {"NVIDIA H200": 700, "NVIDIA H100": 700}  # W, the maker's stated maximum
# W of a CPU thread: servers state 3 to 6 W a core; memory, fans and power supply bring as much again
THREAD = 10
WORLD, BRAZIL = 481, 98  # g of CO2 equivalent a kWh in 2023 (Ember)
THREADS = re.compile(r"(\d+|one|two) thread")
WORDS = {"one": 1, "two": 2}

TITLE = "## Energy"
KNOWN = """About {energy} and {co2} of CO2, estimated and not measured: {legs}. That is the hours times the
stated power (a board at its maker's maximum, a thread with its share of the machine at {thread} W), times the
world's mean of {world} g of CO2 a kWh in 2023 (Ember; Brazil's was {brazil} g). It may be half or double.
Measurements, and runs that were thrown away, are not in it."""
UNKNOWN = "Not known: {why}."
WIDTH = 110
FRONT = """co2_eq_emissions:
  emissions: {grams}
  source: "estimated: hours x stated power x the world's mean of {world} g of CO2 a kWh"
  training_type: "pre-training"
  hardware_used: "{hardware}"
"""


class Leg(NamedTuple):
    """A part of a training: how long, on what (as hardware() says it), and its share of that."""

    hours: float
    hardware: str
    share: float = 1.0


def watts(leg: Leg) -> float | None:
    """The power that counts for a leg; None where its hardware's is not stated here."""
    for board, power in BOARDS.items():
        if board in leg.hardware:
            return power * leg.share
    threads = THREADS.findall(leg.hardware)
    return THREAD * leg.share * (WORDS.get(threads[-1]) or int(threads[-1])) if threads else None


def spent(legs: Sequence[Leg]) -> float | None:
    """Energy in kWh; None where anything of it is not known."""
    powers = [watts(leg) for leg in legs]
    if not legs or None in powers:
        return None
    return sum(leg.hours * power for leg, power in zip(legs, powers, strict=True)) / 1000


def section(legs: Sequence[Leg]) -> str:
    """The card's section, with a line break at its end."""
    return f"{TITLE}\n\n{textwrap.fill(sentence(legs), WIDTH)}\n"


def sentence(legs: Sequence[Leg]) -> str:
    """What it took and how that was reckoned."""
    if (energy := spent(legs)) is None:
        why = (
            f"the stated power of {legs[0].hardware} is not in this table"
            if legs
            else "nobody noted the time"
        )
        return UNKNOWN.format(why=why)
    facts = {"thread": THREAD, "world": WORLD, "brazil": BRAZIL}
    facts["legs"] = ", then ".join(
        f"{_time(leg.hours)} on {leg.hardware} at {watts(leg):.0f} W" for leg in legs
    )
    return KNOWN.format(energy=kwh(energy), co2=grams(energy * WORLD), **facts)


def front(legs: Sequence[Leg]) -> str:
    """Lines of the card's metadata; '' where nothing is known."""
    if (energy := spent(legs)) is None:
        return ""
    hardware = "; ".join(dict.fromkeys(leg.hardware for leg in legs))
    return FRONT.format(grams=_two(energy * WORLD), world=WORLD, hardware=hardware)


def kwh(energy: float) -> str:
    """0.0123 as "12 Wh": two digits."""
    return f"{_two(energy)} kWh" if energy >= 1 else f"{_two(1000 * energy)} Wh"


def grams(co2: float) -> str:
    """1234 as "1.2 kg": two digits."""
    return f"{_two(co2 / 1000)} kg" if co2 >= 1000 else f"{_two(co2)} g"


def _two(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def _time(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{60 * hours:.2g} minutes"
