#!/usr/bin/env python3
"""Numbers read from Arabic strings: value, unit, kind, exactness, range or share; all of it right or the case is wrong.

`python quality/quantities.py [--data PATH]`. (A script here cannot be called `numbers`: it would hide the standard
library's module from all others.) The set, `quality/data/numbers.tsv` unless another of its format is named, was
written for this purpose: each string is modelled on a form that Arabic news uses, and what it says was worked out by
hand. Prints the cases that went wrong, the share right by kind of number, and last one JSON object: ``right`` (share
of cases), ``cases``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from warraq.arabic.numbers import Number, numbers

KINDS = {"count": "c", "measure": "m", "money": "$", "percent": "%", "ordinal": "o", "share": "s"}


def shape(number: Number) -> str:
    """A number in the notation of the set."""
    parts = [f"{number.value:.12g}", number.unit or "_", KINDS[number.kind]]
    parts += ["~"] if number.approximate else []
    parts += [{"min": ">=", "max": "<="}[number.bound]] if number.bound else []
    parts += [f"..{number.high:.12g}"] if number.high is not None else []
    parts += [f"/{number.whole:.12g}"] if number.whole is not None else []
    return " ".join(parts)


def expected(line: str) -> list[str]:
    """The right column, with each value written as `shape` writes it."""
    if line.strip() == "-":
        return []
    wanted = []
    for part in line.split(" ; "):
        value, *rest = part.split()
        rest = [f"{r[:2]}{float(r[2:]):.12g}" if r.startswith("..") else r for r in rest]
        rest = [f"/{float(r[1:]):.12g}" if r[0] == "/" else r for r in rest]
        wanted.append(" ".join([f"{float(value):.12g}", *rest]))
    return wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data" / "numbers.tsv")
    path = parser.parse_args().data
    right, total = Counter[str](), Counter[str]()
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, _, column = line.partition("\t")
        wanted = expected(column)
        found = [shape(number) for number in numbers(text)]
        kind = wanted[0].split()[2] if wanted else "-"
        total[kind] += 1
        right[kind] += found == wanted
        if found != wanted:
            print(f"wrong: {text}\n   wanted {wanted}\n   found  {found}")
    names = {short: kind for kind, short in KINDS.items()} | {"-": "none to read"}
    for kind, count in total.most_common():
        print(f"{names[kind]}: {right[kind]} of {count}")
    print(json.dumps({"right": round(sum(right.values()) / sum(total.values()), 4), "cases": sum(total.values())}))


if __name__ == "__main__":
    main()
