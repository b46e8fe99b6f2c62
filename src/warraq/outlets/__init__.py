"""What is known of real outlets: one small TOML file each in ``data/``, whose name is the outlet's id.

To add an outlet, add a file. Its keys are the fields of `types.Outlet`, except ``id``; ``name`` and ``hosts`` are
required. A host stands for all hosts below it (``example.com`` for ``www.example.com``). Where an article's text is
not found well by itself, ``body`` names its element and ``drop`` what is never part of it, as CSS selectors;
``warraq outlet try`` shows what they do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.extract.opening import check_selectors
from warraq.types import Outlet, OutletId

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FIELDS = {field.name: field for field in fields(Outlet) if field.name != "id"}


@cache
def load() -> Mapping[OutletId, Outlet]:
    """Every outlet of the registry by its id, in the order of the ids. Read once."""
    data = sorted(files(__name__).joinpath("data").iterdir(), key=lambda file: file.name)
    found = (read(file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in data if _is_outlet(file.name))
    return MappingProxyType({outlet.id: outlet for outlet in found})


def read(id: OutletId, text: str) -> Outlet:
    """An outlet as one file says it. ValueError, naming the outlet and the key, for what does not belong there."""
    said = tomllib.loads(text)
    for key, value in said.items():
        if key not in _FIELDS:
            raise ValueError(f"outlet {id}: {key!r} is not a key")
        if isinstance(value, list):
            said[key] = tuple(value)
    for key in ("name", "hosts"):
        if not said.get(key):
            raise ValueError(f"outlet {id}: {key!r} is missing")
    return checked(Outlet(id=id, **said))


def checked(outlet: Outlet) -> Outlet:
    """The outlet itself. ValueError, naming it and the key, for a value of the wrong type, a zone or rule that is none.

    Its id may stand in addresses and in names of files: small Latin letters, digits, and ``. _ -`` after the first.
    """
    if not _ID.fullmatch(outlet.id):
        raise ValueError(f"outlet {outlet.id[:60]!r}: an id is of small Latin letters, digits and . _ -")
    for key, field in _FIELDS.items():
        value = getattr(outlet, key)
        listed = str(field.type).startswith("tuple")
        if not (
            all(isinstance(v, str) for v in value)
            if listed and isinstance(value, tuple)
            else isinstance(value, bool if field.type == "bool" else str) and not listed
        ):
            raise ValueError(f"outlet {outlet.id}: {key!r} must be {'a list of texts' if listed else field.type}")
    try:
        zone_info(outlet.zone)
    except UsageError as error:
        raise ValueError(f"outlet {outlet.id}: {error}") from None
    try:
        check_selectors((*((outlet.body,) if outlet.body else ()), *outlet.drop))
    except ValueError as error:
        raise ValueError(f"outlet {outlet.id}: {error}") from None
    return outlet


def by_host(host: str, hosts: Mapping[str, Outlet] | None = None) -> Outlet | None:
    """The outlet that a host belongs to: the longest of its own suffixes that an outlet names.

    `hosts` is what `hosts_of` makes of the outlets to choose from; without it they are those of the registry.
    """
    known = _registered() if hosts is None else hosts
    labels = host.lower().rstrip(".").split(".")
    suffixes = (".".join(labels[i:]) for i in range(len(labels)))
    return next((outlet for suffix in suffixes if (outlet := known.get(suffix))), None)


def hosts_of(outlets: Iterable[Outlet]) -> Mapping[str, Outlet]:
    """Each host that an outlet names, with the outlet."""
    return {host: outlet for outlet in outlets for host in outlet.hosts}


@cache
def _registered() -> Mapping[str, Outlet]:
    return hosts_of(load().values())


def _is_outlet(name: str) -> bool:
    return name.endswith(".toml") and not name.startswith(".")
