"""Who may import whom (DESIGN §4). One rule a layer; the tree is read, not run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "warraq"

CORE = {
    "arabic",
    "extract",
    "feeds",
    "analyse",
    "outlets",
    "urls",
    "records",
    "exported",
    "query",
    "parse",
    "decide",
    "schedule",
    "health",
    "alerts",
}
MAY_IMPORT = {
    **dict.fromkeys(CORE, CORE | {"types", "errors"}),
    "types": set(),
    "errors": set(),
    "config": {"errors"},
    "ports": {"types"},
    **{adapter: {"ports", "types", "errors"} for adapter in ("stores", "indexes", "fetchers", "senders")},
    "pipeline": CORE | {"ports", "types", "errors"},
    "app": CORE | {"ports", "types", "errors", "config", "pipeline", "stores", "indexes", "fetchers", "senders"},
    "render": {"app", "types", "errors", "arabic", "urls"},
    "web": {"app", "types", "errors", "arabic", "urls", "render"},
    "sample": {"types", "errors"},
    "demo": {"app", "types", "render", "sample"},
    "assistants": {"app", "types", "errors", "render"},
    "cli": {"assistants", "app", "types", "errors", "config", "render", "web", "demo"},
    "__init__": {"app", "types", "errors", "config", "extract", "render"},
    "__main__": {"cli"},
}
IMPURE = {
    "time",
    "os",
    "socket",
    "sqlite3",
    "pycurl",
    "urllib3",
    "requests",
    "threading",
    "random",
    "pathlib",
    "subprocess",
}
MAY_READ_FILES = {"outlets"}
"""Loads its own data files, once."""

MODULES = sorted(p.relative_to(SRC) for p in SRC.rglob("*.py"))


def layer(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else path.stem


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse((SRC / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{a.name}" for a in node.names} if node.module == "warraq" else {node.module or ""}
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_follow_the_rule(path: Path) -> None:
    own = layer(path)
    assert own in MAY_IMPORT, f"{path}: a layer the rule does not know"
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("warraq.")}
    assert ours <= MAY_IMPORT[own] | {own}


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) in CORE - MAY_READ_FILES], ids=str)
def test_the_core_is_pure(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_file_is_too_long(path: Path) -> None:
    assert len((SRC / path).read_text(encoding="utf-8").splitlines()) <= 600
