"""Where a setting comes from, and what is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from warraq.config import Config, load_config
from warraq.errors import ConfigError


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = tmp_path / "warraq.toml"
    file.write_text('port = 1\nhost = "file"\nzone = "Asia/Riyadh"\n', encoding="utf-8")
    config = load_config({"port": 3, "host": None}, environ={"WARRAQ_PORT": "2", "WARRAQ_HOST": "env"}, file=file)
    assert (config.port, config.host, config.zone, config.language) == (3, "env", "Asia/Riyadh", "ar")


@pytest.mark.parametrize(
    ("flags", "environ", "named"),
    [
        ({"port": "x"}, {}, "--port"),
        ({}, {"WARRAQ_TIMEOUT": "soon"}, "WARRAQ_TIMEOUT"),
        ({}, {"WARRAQ_ALLOW_PRIVATE": "perhaps"}, "WARRAQ_ALLOW_PRIVATE"),
        ({"zone": "Mars/Base"}, {}, "zone"),
        ({"language": "fr"}, {}, "language"),
        ({"delay": -1}, {}, "delay"),
        ({"colour": 1}, {}, "colour"),
    ],
)
def test_a_wrong_value_is_refused_and_named(flags: dict[str, object], environ: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        load_config(flags, environ=environ)


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text("colour = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="colour"):
        load_config(file=tmp_path / "w.toml", environ={})


def test_there_are_few_settings() -> None:
    assert len(fields(Config)) <= 20
