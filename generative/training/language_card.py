"""The card beside a language model's weights: what it read, how it was trained, what it measures and writes.

Every number comes from the run's own progress; nothing is typed by hand.
"""

import argparse
import json
import platform
import re
from pathlib import Path

import torch
import transformers
from transformers import LlamaForCausalLM

from generative.training import energy
from generative.training.energy import Leg
from generative.training.mix import KNOWN, LANGUAGES, LAST, SETS, TextSet

PROMPTS = {
    "en": [
        "Once upon a",
        "The little dog",
        "In the morning",
        "My grandmother said",
        "The children went to the",
        "Yesterday it rained and",
        "The teacher asked",
        "It is important to",
        "She opened the door and",
        "The king had three",
    ],
    "pt": [
        "Era uma vez",
        "O menino",
        "Ontem de manhã",
        "Minha avó disse que",
        "As crianças foram",
        "O Brasil é um país",
        "A professora perguntou",
        "É importante que",
        "Ela abriu a porta e",
        "O time venceu",
    ],
}
ALL_PROMPTS = PROMPTS["en"] + PROMPTS["pt"]
SAMPLING = {"temperature": 0.8, "top_p": 0.95, "top_k": 0}


RUN = "python -m generative.training.language --text PATH"
MINUTES = re.compile(r"--minutes ([\d.]+)")


def read_training(folder: Path) -> dict:
    """The progress that was published with the weights.

    Weights from a script of their own say on what they were trained; the command is then the one that does it
    now.
    """
    facts = json.loads((folder / "training.json").read_text())
    if "commands" not in facts and "device" in facts:
        minutes = f"{facts['seconds'] / 60:.1f}"
        facts["commands"] = [
            {
                "command": f"{RUN} --size {folder.name} --config gpu --minutes {minutes} --seed 1 --compile",
                "batch": facts["batch"],
                "hardware": facts["device"],
                "software": f"torch {facts['torch']}",
            }
        ]
    return facts


def hardware(device: torch.device) -> str:
    """The processor or GPU that trains, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.split(": ", 1)[1] for line in lines if line.startswith("model name")]
    return f"{(names or [platform.machine()])[0]}, {torch.get_num_threads()} thread(s)"


def command(args: argparse.Namespace, batch: int) -> dict:
    """The command of this run and the machine that ran it; nothing that names a path."""
    flags = {
        "size": args.size,
        "from": args.given and "FOLDER",
        "tokens": args.tokens,
        "minutes": args.minutes and f"{args.minutes:g}",
        "seed": args.seed,
        "config": args.config,
        "threads": args.threads,
    }
    words = [
        RUN,
        *(f"--{flag} {value}" for flag, value in flags.items() if value),
        *(f"--{flag}" for flag in ("last", "compile", "fp32", "resume") if getattr(args, flag)),
    ]
    return {
        "command": " ".join(words),
        "batch": batch,
        "hardware": hardware(args.device),
        "software": f"torch {torch.__version__}, transformers {transformers.__version__}",
    }


FRONT = """---
license: cc-by-nc-sa-4.0
language: [en, pt]
library_name: transformers
pipeline_tag: text-generation
tags: [teaching, portuguese, english, llama]
{co2}---
# {name}

A small language model for a lecture on generative AI: English and Brazilian Portuguese, {total:.2f}M
parameters ({body:.2f}M without embeddings), a Llama-shaped transformer of {layers} layers and width {width},
context {block} tokens, a byte-level BPE of {vocabulary:,} tokens. Trained from scratch. It shows how a
language model works; it knows little and tells no truths.

**For non-commercial teaching and research.** Some of the text sets below are licensed for that alone, or were
published for research without a licence; the weights follow the strictest of them.

## Training

```sh
python -m generative.training.tokenizer --text PATH --megabytes 30 --seed 1
{commands}
```

PATH is a folder with the text sets below, one `.txt.xz` each. The seed is part of the command.

| | |
|---|---|
| tokens seen | {tokens:,}{last_tokens} |
| steps | {steps:,}{last_steps} (batches of {batch} rows of {block} tokens) |
| time | {minutes:.0f} minutes |
| hardware | {hardware} |
| software | {software} |
| training loss at the end | {loss:.3f} nats a token |

{energy}"""

RESULTS = """
## Held-out text

{rows}

Whole documents, 2 % of each set, were held out by the checksum of their text. Measured on a fixed sample of
them, about 200 kB a language at the shares of the mix without the sets that came later (`LATER` in
`generative/training/mix.py`; the first 8,000 characters of a long document; none that begins like a training
document), each document after an end-of-text token, with 128 to 256 tokens of context, before the weights
were rounded to fp16.
"""

LAST_PART = """
The last {tokens:,} tokens were a last stretch on stories and modern prose alone, at a fifth of the highest
rate and with AdamW begun afresh: no questions with answers, no picture captions, no dialogues, no document
with a sexual or abusive word (the list is `generative/training/listed_words.txt`), and none with bare
questions or a refrain (`generative/training/habits.py`). "Stories" is held-out text at the shares of that
mix; "before" are the same measurements of the weights that the last stretch began from.
"""

COUNTED = """
## What it writes, counted

By `benchmarks/continuations.py` on {of} unpicked, unfiltered continuations a language, of at most 60 words,
at temperature {temperature} and top-p {top_p}:

{rows}
"""

LIMITS = """
## Limits

- A toy by today's measure. It learned grammar before sense, forgets its last line, and invents facts.
- It has read novels of the 19th century, news of 1994 to 2018, fables, textbooks and essays, and repeats the
  prejudices in them. Nobody has filtered or aligned it. Not for decisions about people, not for advice.
- There was no large set of simple Portuguese stories: what it tells in Portuguese makes less sense than what
  it tells in English.
- Part of the Portuguese is machine translated (Social IQa), part of the English synthetic (TinyFabulist).
"""


MOMENTS = """
## Moments of training

`snapshot_*.safetensors` are {n} states of this network after as many tokens as their names say, `moments.csv`
their bits per byte on the same held-out sample; the last row is the model itself. docs/training.md says which
run they come from.
"""


def table(names: list[str], last: bool = False) -> str:
    """The text sets with their licence and share of attention, if asked also in the last stretch."""
    rows = [
        "| set | what it is | licence | group | times a pass |" + " in the last stretch |" * last,
        "|---|---|---|---|---|" + "---|" * last,
    ]
    for name in names:
        s = KNOWN.get(name, TextSet(1.0, "not stated", name))
        group = "research" if s.research else "open"
        in_last = f" {LAST.get(name, 0):g} |" if last else ""
        rows.append(f"| {name} | {s.title} | {s.licence} | {group} | {s.weight:g} |{in_last}")
    return "\n".join(rows)


def figures(progress: dict) -> str:
    """The table of bits per byte, with those of a last stretch and of the weights that it began from."""
    bits, before = progress["bits_per_byte"], progress.get("before_last")
    if not before:
        rows = [f"| {LANGUAGES[k]} | {v:.3f} |" for k, v in bits.items()]
        return "\n".join(["| language | bits per byte |", "|---|---|", *rows])
    rows = [
        "| language | bits per byte | stories | bits per byte, before | stories, before |",
        "|---|---|---|---|---|",
    ]
    for k in bits:
        four = (p[name][k] for p in (progress, before) for name in ("bits_per_byte", "bits_per_byte_last"))
        rows.append(f"| {LANGUAGES[k]} | " + " | ".join(f"{v:.3f}" for v in four) + " |")
    return "\n".join(rows) + "\n" + LAST_PART.format(tokens=progress["tokens"] - before["tokens"]).rstrip()


def said(samples: list[str]) -> str:
    """The continuations of ALL_PROMPTS, once or several times over, as lists under their language."""
    text = ""
    for language, prompts in PROMPTS.items():
        text += f"\n**{LANGUAGES[language]}**\n\n"
        for prompt in prompts:
            mine = samples[ALL_PROMPTS.index(prompt) :: len(ALL_PROMPTS)]
            text += "".join(f"- **{prompt}**{' / '.join(s[len(prompt) :].split(chr(10)))}\n" for s in mine)
    return text


def write(folder: Path, model: LlamaForCausalLM, progress: dict, samples: list[str]) -> None:
    """README.md and training.json beside the weights. `samples` continue ALL_PROMPTS, twice over."""
    c, runs, before = model.config, progress["commands"], progress.get("before_last")
    total, names = model.num_parameters(), progress.get("sets", list(SETS))
    body = total - c.vocab_size * c.hidden_size
    front = FRONT.format(
        name=folder.name,
        total=total / 1e6,
        body=body / 1e6,
        layers=c.num_hidden_layers,
        width=c.hidden_size,
        block=c.max_position_embeddings,
        vocabulary=c.vocab_size,
        tokens=progress["tokens"],
        commands="\n".join(r["command"] for r in runs),
        steps=progress["step"],
        batch=joined(runs, "batch", ", then "),
        minutes=progress["seconds"] / 60,
        hardware=joined(runs, "hardware"),
        software=joined(runs, "software"),
        loss=progress["loss"],
        co2=energy.front(legs(progress)),
        energy=energy.section(legs(progress)),
        last_tokens=of_last(progress, before, "tokens"),
        last_steps=of_last(progress, before, "step"),
    )
    results = RESULTS.format(rows=figures(progress))
    snapshots = len(list(folder.glob("snapshot_*.safetensors")))
    moments = MOMENTS.format(n=snapshots) if snapshots else ""
    data = (
        "\n## Data\n\nWith thanks to those who made and shared these texts.\n\n"
        f"{table(names, before is not None)}\n"
    )
    title = (
        "\n## Twenty continuations in each language, unpicked\n\n"
        "Two of each beginning. Temperature {temperature}, top-p {top_p}.\n"
    ).format(**SAMPLING)
    what = counted(progress["continuations"]) if "continuations" in progress else ""
    (folder / "README.md").write_text(
        front + results + moments + data + title + said(samples) + what + LIMITS
    )
    measured = progress | {"sets": names, "parameters": total, "parameters_without_embeddings": body}
    (folder / "training.json").write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n")


def legs(progress: dict) -> list[Leg]:
    """The parts of a training: each command but the last took the minutes that it was given, or, where it
    ended by its tokens, the seconds noted when the last stretch began; none where neither is known."""
    *before, last = progress["commands"]
    given = [MINUTES.search(run["command"]) for run in before]
    if None not in given:
        hours = [float(minutes[1]) / 60 for minutes in given]
    elif len(before) == 1 and "before_last" in progress:
        hours = [progress["before_last"]["seconds"] / 3600]
    else:
        return []
    rest = Leg(progress["seconds"] / 3600 - sum(hours), last["hardware"])
    return [*(Leg(h, run["hardware"]) for h, run in zip(hours, before, strict=True)), rest]


def counted(counts: dict[str, dict[str, float]]) -> str:
    """The section of what a model writes, counted: of each language, what was counted and the percentage."""
    shares = [dict(c) for c in counts.values()]
    of = max(c.pop("of") for c in shares)
    names = dict.fromkeys(name for c in shares for name in c)
    head = ["| | " + " | ".join(LANGUAGES[k] for k in counts) + " |", "|---|" + "---|" * len(shares)]
    cells = {name: [f"{c[name]:.1f} %" if name in c else "" for c in shares] for name in names}
    rows = [f"| {name} | " + " | ".join(row) + " |" for name, row in cells.items()]
    return COUNTED.format(of=of, rows="\n".join(head + rows), **SAMPLING)


def quote(folder: Path, counts: dict[str, dict[str, float]]) -> None:
    """Write what was counted into a card that is there, and beside its other measurements."""
    file, card = folder / "training.json", folder / "README.md"
    facts = json.loads(file.read_text()) | {"continuations": counts}
    file.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    text, title = card.read_text(), COUNTED.splitlines()[1]
    if title in text:  # counted anew
        before, _, after = text.partition(f"\n{title}\n")
        text = before + after[after.index("\n## ") :]
    before, limits, after = text.partition("\n## Limits\n")
    card.write_text(before + counted(counts) + limits + after)


def joined(runs: list[dict], key: str, between: str = "; ") -> str:
    """What the commands of a model say of themselves, each thing once."""
    return between.join(dict.fromkeys(str(r[key]) for r in runs))


def of_last(progress: dict, before: dict | None, key: str) -> str:
    """How much of a number belongs to the last stretch, in words; nothing without one."""
    return f", {progress[key] - before[key]:,} of them in the last stretch" if before else ""
