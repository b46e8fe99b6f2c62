"""Measurements in the text format of Prometheus, 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Metric:
    """One family of measurements: its samples have one name and differ by their labels."""

    name: str
    help: str
    kind: Literal["counter", "gauge", "histogram"]
    samples: tuple[tuple[str, Labels, float], ...]
    """(suffix of the name, labels, value); the suffix is empty but in histograms."""


def gauge(name: str, help: str, value: float) -> Metric:
    """One number that goes up and down."""
    return Metric(name, help, "gauge", (("", {}, value),))


def counted(name: str, help: str, kind: Literal["counter", "gauge"], values: Iterable[tuple[Labels, float]]) -> Metric:
    """Numbers that differ by their labels."""
    return Metric(name, help, kind, tuple(("", labels, value) for labels, value in values))


def histogram(name: str, help: str, bounds: Iterable[float], counts: Iterable[int], total: float) -> Metric:
    """How often a value was at most each bound: `counts` are of each step, one more than there are bounds."""
    samples: list[tuple[str, Labels, float]] = []
    seen = 0
    for bound, count in zip([*(f"{bound:g}" for bound in bounds), "+Inf"], counts, strict=True):
        seen += count
        samples.append(("_bucket", {"le": bound}, seen))
    return Metric(name, help, "histogram", (*samples, ("_sum", {}, total), ("_count", {}, seen)))


def exposition(metrics: Iterable[Metric]) -> str:
    """All of them as one document."""
    lines = []
    for metric in metrics:
        help = metric.help.replace("\\", r"\\").replace("\n", r"\n")
        lines += [f"# HELP {metric.name} {help}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [
            f"{metric.name}{suffix}{_labels(labels)} {_number(value)}" for suffix, labels, value in metric.samples
        ]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    said = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(said) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
