"""Do misread texts come back exactly, and is sound text left alone?

Data: gzipped JSON lines with ``title`` and ``text``, and a folder of files in windows-1256. A thousand texts are
misread three ways, once and twice; every sound text, title and file must come through unchanged.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from pathlib import Path

from warraq.arabic import repair

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = ("saudinewsnet", "ant_multisource")


def _cp1252(text: str) -> str:
    """As browsers read it: the five open bytes pass through."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


MISREADINGS = {
    "windows-1256": lambda text: text.encode().decode("cp1256"),
    "latin-1": lambda text: text.encode().decode("latin-1"),
    "windows-1252": _cp1252,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[SHARED / "corpora" / f"{n}.jsonl.gz" for n in CORPORA])
    parser.add_argument("--files", type=Path, default=SHARED / "windows1256")
    parser.add_argument("--texts", type=int, default=1000)
    args = parser.parse_args()
    texts: list[str] = []
    for path in args.data:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                texts += [text for text in (row["title"], row["text"]) if text]
    files = [path.read_bytes().decode("cp1256") for path in sorted(args.files.glob("*.txt"))]
    changed = sum(repair(text) != text for text in texts)
    changed_files = sum(repair(text) != text for text in files)
    chosen = random.Random(7).sample([text for text in texts if len(text) > 20], args.texts)
    once = {name: sum(repair(misread(text)) == text for text in chosen) for name, misread in MISREADINGS.items()}
    twice = {
        f"{first}, {second}": sum(repair(MISREADINGS[second](MISREADINGS[first](text))) == text for text in chosen)
        for first in MISREADINGS
        for second in MISREADINGS
    }
    print(f"restored, misread once: {once}; twice: {twice}")
    result = {"of": len(chosen), "restored_least": min([*once.values(), *twice.values()])}
    result |= {"sound": len(texts), "sound_changed": changed, "files": len(files), "files_changed": changed_files}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
