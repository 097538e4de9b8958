"""Every figure of docs/performance.md, one script after another.

    python -m benchmarks.all [--only NAME ...] [--photos PATH] [--text PATH] [--against CHECKOUT] [--list]

What each prints also goes to `figures.txt`, or wherever --into says, under machine, date and load; a script
that fails is named, and the rest goes on. Those that compare faces with photos need --photos (aligned, with
train/ and val/), those that count what language models write need --text; without, they are left out and
named. --against runs the class of sixty and the memory with the app of another checkout as well, in turn.
--list says about how many minutes each takes on two quiet cores.
"""

import argparse
import contextlib
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import gradio
import torch

from benchmarks import served

PHOTOS, TEXT, URL, AGAINST = "--photos", "--text", "url", "--against"


class Script(NamedTuple):
    """A script, about how many minutes it takes, what it is given."""

    name: str
    minutes: float
    needs: str = ""
    arguments: tuple[str, ...] = ()


SCRIPTS = (
    Script("start", 2),
    Script("class_of_sixty", 4, AGAINST),
    Script("memory", 14, AGAINST),
    Script("next_word", 3, URL, ("--url",)),
    Script("live_slider", 1, URL),
    Script("gan_sheet", 1, URL),
    Script("faces", 1),
    Script("pool_load", 5),
    Script("room_load", 2),
    Script("two_rooms", 2),
    Script("sizes", 5, URL, ("--url",)),
    Script("leak_probe", 60),
    Script("one_wish", 4, PHOTOS),
    Script("guidance_interval", 30, PHOTOS),
    Script("face_quality", 30, PHOTOS),
    Script("diffusion_steps", 90, PHOTOS),
    Script("real_or_generated", 30, PHOTOS),
    Script("continuations", 60, TEXT),
)


def machine() -> str:
    """What the figures were measured on, and when."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    name = ", ".join(names) or platform.processor()
    versions = f"Python {platform.python_version()}, torch {torch.__version__}, gradio {gradio.__version__}"
    return f"{os.cpu_count()} cores, {name}, {platform.system()}, {versions}"


def command(script: Script, given: argparse.Namespace, url: str) -> list[str] | None:
    """As it is typed; None where what it needs is not there."""
    line = [sys.executable, "-m", f"benchmarks.{script.name}", *script.arguments]
    if script.needs == URL:
        return [*line, url]
    path = {PHOTOS: given.photos, TEXT: given.text, AGAINST: given.against}.get(script.needs)
    if path:
        return [*line, script.needs, str(path)]
    return None if script.needs in (PHOTOS, TEXT) else line


def run(script: Script, given: argparse.Namespace) -> str:
    """What it printed, under a line with its name and the time it took."""
    with served.app() if script.needs == URL else contextlib.nullcontext() as app:
        line = command(script, given, app.url if app else "")
        if line is None:
            return f"== {script.name}: left out, it needs {script.needs}\n"
        load, start = os.getloadavg()[0], time.monotonic()
        done = subprocess.run(line, cwd=served.ROOT, capture_output=True, text=True, env=environment())
        took = (time.monotonic() - start) / 60
    failed = f", EXIT STATUS {done.returncode}\n{done.stderr[-2000:]}" if done.returncode else ""
    return f"== {script.name}: {took:.1f} min, load before it {load:.1f}{failed}\n{done.stdout}"


def environment() -> dict[str, str]:
    """One thread for each process, as the app has it."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(served.ROOT)}


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--only", nargs="+", choices=[script.name for script in SCRIPTS])
    for name in (PHOTOS, TEXT, AGAINST):
        parser.add_argument(name, type=Path)
    parser.add_argument("--into", type=Path, default=Path("figures.txt"))
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    chosen = [script for script in SCRIPTS if not given.only or script.name in given.only]
    if given.list:
        for script in chosen:
            print(f"{script.name:18} {script.minutes:4.0f} min  {script.needs}")
        return
    with given.into.open("w") as file:
        for said in (
            f"{machine()}; {time.strftime('%Y-%m-%d %H:%M')}\n",
            *(run(one, given) for one in chosen),
        ):
            print(said, flush=True)
            file.write(said + "\n")
            file.flush()


if __name__ == "__main__":
    main()
