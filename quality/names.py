#!/usr/bin/env python3
"""Name variants: how many pairs that are merged are right, and how many of those to be merged are.

`python quality/names.py [--data PATH]`. How the set was made stands at its head (`quality/data/names.tsv`; another of
the same format works). Prints the pairs decided wrongly, the figures of equal match forms and of equal keys alone for
comparison, and last one JSON object: ``precision`` of the merged pairs, ``recall_multi``, ``recall_single``, ``pairs``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from warraq.arabic.forms import match_form
from warraq.arabic.names import name_key, same_name

Pair = tuple[bool, str, str, list[str]]


def read(path: Path) -> list[Pair]:
    rows: list[Pair] = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            label, one, other, *among = line.split("\t")
            rows.append((label == "1", one, other, among[0].split("|") if among else []))
    return rows


def figures(rows: list[Pair], decide: Callable[[str, str, list[str]], bool]) -> dict[str, float]:
    found = [decide(one, other, among) for _, one, other, among in rows]
    right = [same for (same, *_), merged in zip(rows, found, strict=True) if merged]
    figure = {"precision": round(sum(right) / len(right), 4) if right else 1.0}
    for name, single in (("recall_multi", False), ("recall_single", True)):
        wanted = [
            merged for (same, *_, among), merged in zip(rows, found, strict=True) if same and bool(among) == single
        ]
        figure[name] = round(sum(wanted) / len(wanted), 4) if wanted else 1.0
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data" / "names.tsv")
    rows = read(parser.parse_args().data)
    for same, one, other, among in rows:
        if same_name(one, other, among=among) != same:
            print(f"{'missed' if same else 'WRONGLY MERGED'}: {one} / {other}  {' | '.join(among)}")
    print("equal match forms:", json.dumps(figures(rows, lambda a, b, _: match_form(a) == match_form(b))))
    print("equal keys alone: ", json.dumps(figures(rows, lambda a, b, _: name_key(a) == name_key(b))))
    print(json.dumps(figures(rows, lambda a, b, c: same_name(a, b, among=c)) | {"pairs": len(rows)}))


if __name__ == "__main__":
    main()
