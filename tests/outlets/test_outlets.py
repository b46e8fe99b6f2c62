"""The registry: every file is sound, and hosts lead to outlets."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from warraq.outlets import by_host, load, read
from warraq.urls import canonical, host

OUTLETS = load()


@pytest.mark.parametrize("id", OUTLETS)
def test_each_outlet_is_sound(id: str) -> None:
    outlet = OUTLETS[id]
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", id)
    assert outlet.name.strip() == outlet.name
    assert outlet.short_name
    assert re.search("[\u0600-\u06ff0-9]", outlet.short_name)
    assert re.fullmatch("[A-Z]{2}", outlet.country)
    assert ZoneInfo(outlet.zone)
    assert canonical(outlet.home) == outlet.home
    for address in (*outlet.feeds, *outlet.sitemaps):
        assert canonical(address) == address
    assert by_host(host(outlet.home)) is outlet
    assert all(name == name.lower() and "." in name and not name.startswith("www.") for name in outlet.hosts)


def test_no_host_belongs_to_two() -> None:
    hosts = Counter(name for outlet in OUTLETS.values() for name in outlet.hosts)
    assert [name for name, count in hosts.items() if count > 1] == []


def test_the_registry_covers_the_arab_world() -> None:
    assert len(OUTLETS) >= 60
    assert len({outlet.country for outlet in OUTLETS.values()}) >= 15
    assert len([outlet for outlet in OUTLETS.values() if outlet.agency]) >= 12


def test_hosts_lead_to_outlets() -> None:
    assert by_host("www.aawsat.com") is OUTLETS["aawsat"]
    assert by_host("arabic.cnn.com.") is OUTLETS["cnn"]
    assert by_host("edition.cnn.com") is None
    assert by_host("notaawsat.com") is None
    assert by_host("com") is None
    assert by_host("") is None


def test_mistakes_name_the_outlet_and_the_key() -> None:
    with pytest.raises(ValueError, match="outlet x: 'feed'"):
        read("x", 'name = "س"\nhosts = ["x.example"]\nfeed = "y"')
    with pytest.raises(ValueError, match="outlet x: 'hosts'"):
        read("x", 'name = "س"')


@pytest.mark.shared
def test_both_corpora_are_covered(shared: Path) -> None:
    """Every outlet of the corpora is known by the id they use, and their addresses lead to it."""
    seen = {}
    for name in ("saudinewsnet", "ant_multisource"):
        with gzip.open(shared / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % 20 == 0:
                    record = json.loads(line)
                    seen.setdefault((record["outlet"].lower(), host(record["url"])), record["url"])
    assert len({id for id, _ in seen}) == 19
    for id, name in seen:
        assert by_host(name) is OUTLETS[id], name
