"""Copies, differences, keywords and trends, as JSON-ready dicts and as text. The rules are those of `render.json`."""

from __future__ import annotations

from collections.abc import Sequence

from warraq.render.json import Json, brief_dict, outlet_dict, state_dict, text_dict
from warraq.render.moments import iso
from warraq.render.plain import line
from warraq.types import (
    Carrier,
    ChangedText,
    CopyGroup,
    Diff,
    Edit,
    Edits,
    Keyword,
    KeywordCounts,
    Trends,
)


def edits_dict(edits: Edits) -> Json:
    """What an outlet changed of a text it carries."""
    return {
        "headline": edits.headline,
        "lead": edits.lead,
        "kept": edits.kept,
        "added": edits.added,
        "paragraphs_dropped": edits.paragraphs_dropped,
        "paragraphs_added": edits.paragraphs_added,
        "credits_added": list(edits.credits_added),
        "credits_dropped": list(edits.credits_dropped),
    }


def carrier_dict(carrier: Carrier) -> Json:
    """An article of a group of copies."""
    return {
        **brief_dict(carrier.brief, carrier.outlet),
        "share": carrier.share,
        "again": carrier.again,
        "edits": edits_dict(carrier.edits),
    }


def copies_dict(group: CopyGroup) -> Json:
    """A group of copies, the first seen first."""
    return {
        "as_of": iso(group.as_of),
        "article": group.article,
        "origin": group.origin or None,
        "outlets": group.outlets,
        "carriers": [carrier_dict(carrier) for carrier in group.carriers],
    }


def edits_text(edits: Edits) -> str:
    """What an outlet changed, in a few words; empty if nothing."""
    said = []
    if edits.headline:
        said.append("other headline")
    if edits.lead:
        said.append("other lead")
    if edits.kept < 1:
        said.append(f"keeps {edits.kept:.0%}")
    if edits.added > 0:
        said.append(f"{edits.added:.0%} its own")
    if edits.paragraphs_dropped:
        said.append(f"{edits.paragraphs_dropped} paragraphs dropped")
    if edits.paragraphs_added:
        said.append(f"{edits.paragraphs_added} added")
    said += [f"credits {line(name)}" for name in edits.credits_added]
    said += [f"drops the credit {line(name)}" for name in edits.credits_dropped]
    return ", ".join(said)


def diff_dict(diff: Diff) -> Json:
    """What changed between two states of an article: pieces of text, each equal, inserted or deleted."""
    return {
        "outlet": outlet_dict(diff.outlet),
        "article": diff.after.article.id,
        "before": state_dict(diff.before),
        "after": state_dict(diff.after),
        "title": _pieces(diff.difference.title),
        "paragraphs": [
            {"edit": paragraph.edit.value, "pieces": _pieces(paragraph.pieces)}
            for paragraph in diff.difference.paragraphs
        ],
    }


def _pieces(pieces: Sequence[ChangedText]) -> list[Json]:
    return [{"text": piece.text, "edit": piece.edit.value} for piece in pieces]


_MARKS = {Edit.EQUAL: "{}", Edit.INSERTED: "[+{}+]", Edit.DELETED: "[-{}-]"}
"""As ``wdiff`` marks words."""


def diff_text(diff: Diff) -> str:
    """A difference to be read in a terminal: a sign before each paragraph, marks around what changed in it."""
    signs = {Edit.EQUAL: " ", Edit.INSERTED: "+", Edit.DELETED: "-", Edit.CHANGED: "~"}
    lines = [
        f"--- {diff.before.number}  {iso(diff.before.seen_at)}",
        f"+++ {diff.after.number}  {iso(diff.after.seen_at)}",
        _marked(diff.difference.title),
        "",
    ]
    for paragraph in diff.difference.paragraphs:
        whole = paragraph.edit is not Edit.CHANGED
        text = line("".join(p.text for p in paragraph.pieces)) if whole else _marked(paragraph.pieces)
        lines.append(f"{signs[paragraph.edit]} {text}")
    return "\n".join(lines)


def _marked(pieces: Sequence[ChangedText]) -> str:
    return line("".join(_MARKS[piece.edit].format(piece.text) for piece in pieces))


def keyword_dict(keyword: Keyword, language: str) -> Json:
    """A phrase and its weight."""
    return {**text_dict(keyword.text, language), "weight": round(keyword.weight, 4)}


def trends_dict(trends: Trends) -> Json:
    """What is written of more than before."""
    return {
        "since": iso(trends.since),
        "until": iso(trends.until),
        "as_of": iso(trends.as_of),
        "articles": trends.articles,
        "trends": [
            {
                **text_dict(trend.phrase, "ar", "phrase"),
                "articles": trend.articles,
                "expected": trend.expected,
                "score": trend.score,
                "example": trend.example,
            }
            for trend in trends.trends
        ],
    }


def counts_dict(counts: KeywordCounts) -> Json:
    """In how many articles a phrase stands, by day."""
    return {
        "phrase": counts.phrase,
        "as_of": iso(counts.as_of),
        "total": counts.total,
        "days": [{"day": day.isoformat(), "articles": count} for day, count in counts.days],
    }
