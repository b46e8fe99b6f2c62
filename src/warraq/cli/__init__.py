"""The command line. Each command is one or two calls of `Archive`; it prints text, or JSON lines with --json."""

from __future__ import annotations

from warraq.cli import (
    alerts,
    assistants,
    exporting,
    live,
    operating,
    outlets,
    relations,
    serving,
    showing,
    site,
    stories,
    taking,
)
from warraq.cli.main import main

__all__ = [
    "alerts",
    "assistants",
    "exporting",
    "live",
    "main",
    "operating",
    "outlets",
    "relations",
    "serving",
    "showing",
    "site",
    "stories",
    "taking",
]
