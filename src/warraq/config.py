"""Settings: one frozen dataclass. A flag beats ``WARRAQ_*``, which beats ``warraq.toml``, which beats the default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from warraq.errors import ConfigError

LANGUAGES = ("ar", "en")
FILE = "warraq.toml"


@dataclass(frozen=True, slots=True)
class Access:
    """What the site allows to whom; each field is a ``name=value`` of the setting ``access``."""

    rate: float = 0.0
    """Requests a minute for each client; 0: no limit."""
    burst: int = 60
    """Requests that a client may make at once."""
    proxies: int = 0
    """Proxies before the site that are believed in what they say of their clients (X-Forwarded-For)."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may read from this one (CORS), such as ``https://a.example``; ``*``: all."""
    hub: str = ""
    """A WebSub hub that feeds name and that is told when articles have come."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Each key is also a variable ``WARRAQ_KEY`` and a key of ``warraq.toml``."""

    archive: Path = Path("archive")
    """The folder that holds the store and the index."""
    zone: str = "UTC"
    """IANA zone of dates that come without one and whose outlet is not known."""
    language: str = "ar"
    """Language of the site's own words: ``ar`` or ``en``."""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    """Public address of the site, for canonical links; empty: relative to the request."""
    reader_password: str = ""
    """Password of the operator's own news clients (Google Reader API); empty: it is not served."""
    operator_password: str = ""
    """Password of the site's pages for the operator (saved searches), 12 characters at least; empty: there are none."""
    workers: int = 0
    """Processes that parse an import; 0: one for each core on the command line, this one alone in a library."""
    user_agent: str = "Warraq/0.1 (news archive)"
    """Sent with every request; add an address at which a host can reach you."""
    timeout: float = 20.0
    """Seconds for one whole request."""
    max_bytes: int = 16 * 1024 * 1024
    """Largest document, unpacked."""
    delay: float = 1.0
    """Seconds between two requests to one host."""
    threads: int = 16
    """Hosts that are asked at the same time."""
    poll_min: float = 2.0
    """Minutes between two visits of a feed at least, however much it brings."""
    poll_max: float = 720.0
    """Minutes between two visits of a feed at most, however little it brings."""
    raw_days: int = 365
    """Days for which raw documents are kept; 0: for ever."""
    raw_gib: float = 20.0
    """GiB that raw documents may fill, the oldest go first; 0: no bound."""
    access: str = ""
    """What the site allows to whom, as ``name=value`` with spaces between (`Access`): ``rate=120 burst=60 proxies=1
    origins=https://a.example,https://b.example hub=https://hub.example/``; empty: no limits, no other sites, no hub."""
    allow_private: bool = False
    """Fetch from private and loopback addresses too. For tests and the sample newswire."""

    def __post_init__(self) -> None:
        """Refuse values that cannot work, naming the key."""
        if self.language not in LANGUAGES:
            raise ConfigError(f"language: {self.language!r} is not one of {', '.join(LANGUAGES)}")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise ConfigError(f"zone: {self.zone!r} is not an IANA time zone") from None
        if 0 < len(self.operator_password) < 12:
            raise ConfigError("operator_password: at least 12 characters, please")
        if read_access(self.access).hub and not self.base_url:
            raise ConfigError("access: a hub needs whole addresses of feeds: set base_url")
        lowest = {"workers": 0, "timeout": 0.001, "max_bytes": 1, "delay": 0, "port": 0, "threads": 1, "raw_days": 0}
        lowest |= {"raw_gib": 0, "poll_min": 0.01, "poll_max": self.poll_min}
        for key, low in lowest.items():
            if getattr(self, key) < low:
                raise ConfigError(f"{key}: {getattr(self, key)} is below {low}")

    @property
    def public(self) -> Access:
        """`access`, read."""
        return read_access(self.access)


def read_access(text: str) -> Access:
    """The setting ``access``. Raises `ConfigError`, naming what is wrong."""
    values: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        try:
            match name:
                case "rate" if 0 <= float(value) <= 1e6:
                    values[name] = float(value)
                case "burst" | "proxies" if (name == "proxies" or int(value) > 0) and 0 <= int(value) <= 1_000_000:
                    values[name] = int(value)
                case "origins" if value and all(_is_origin(one) for one in value.split(",")):
                    values[name] = tuple(value.split(","))
                case "hub" if _is_address(value):
                    values[name] = value
                case _:
                    raise ValueError
        except ValueError:
            known = ", ".join(f.name for f in fields(Access))
            raise ConfigError(f"access: {word[:60]!r} is not one of {known} with a value it can have") from None
    return Access(**values)


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username


def _is_origin(text: str) -> bool:
    return text == "*" or (_is_address(text) and text.count("/") == 2)


def load_config(
    flags: Mapping[str, object] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Config:
    """The settings in force. `flags` with value None count as not given.

    `file` defaults to ``warraq.toml`` in the current folder, if it is there. Raises `ConfigError`, naming the key
    and where it was set, for an unknown key, a wrong type or a wrong value.
    """
    environ = os.environ if environ is None else environ
    known = {f.name: f for f in fields(Config)}
    values: dict[str, Any] = {}
    path = file or Path(FILE)
    if file is not None or path.exists():
        try:
            stored = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: {error}") from None
        for key, value in stored.items():
            if key not in known:
                raise ConfigError(f"{path}: {key!r} is not a setting")
            values[key] = _typed(key, value, str(path))
    for key in known:
        name = f"WARRAQ_{key.upper()}"
        if name in environ:
            values[key] = _typed(key, environ[name], name)
    for key, value in (flags or {}).items():
        if key not in known:
            raise ConfigError(f"{key!r} is not a setting")
        if value is not None:
            values[key] = _typed(key, value, f"--{key.replace('_', '-')}")
    return replace(Config(), **values)


def _typed(key: str, value: object, where: str) -> object:
    """`value` as the type the key has; text is read the way an environment variable writes it."""
    default = getattr(Config(), key)
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
            return str(value).lower() in {"1", "true", "yes", "on"}
    elif isinstance(default, Path):
        return Path(str(value))
    elif isinstance(default, str):
        if isinstance(value, str):
            return value
    elif not isinstance(value, bool):
        try:
            return type(default)(value)
        except (TypeError, ValueError):
            pass
    raise ConfigError(f"{where}: {value!r} is not a {type(default).__name__} for {key!r}")
