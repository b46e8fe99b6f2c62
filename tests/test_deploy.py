"""What stands in ``deploy/``: settings that are settings, a health check that tells, nothing that runs as root."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fetchers.web import Say, serving
from warraq.config import load_config

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[method-assign, assignment]
    found.read_string((DEPLOY / name).read_text("utf-8"))
    return found


def test_the_settings_are_settings() -> None:
    config = load_config(environ={}, file=DEPLOY / "warraq.toml")
    assert "editor@news.example" in config.user_agent
    assert config.base_url == "https://news.example"


@pytest.mark.parametrize("name", ["warraq.service", "warraq-health.service", "warraq-import@.service"])
def test_units_run_as_nobody_in_particular(name: str) -> None:
    service = unit(name)["Service"]
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["Environment"].startswith("WARRAQ_ARCHIVE=") or name == "warraq.service"
    assert service["ExecStart"].split()[1] in ("run", "health", "import")


def containerfile() -> str:
    return re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text("utf-8"))


def test_the_image_does_not_run_as_root() -> None:
    lines = containerfile().splitlines()
    assert lines.index("USER 10001") > max(n for n, line in enumerate(lines) if line.startswith("FROM"))
    assert 'CMD ["run"]' in lines
    assert "STOPSIGNAL SIGTERM" in lines


def test_the_health_check_tells(tmp_path: Path) -> None:
    """The image's own command, against a site that is well and one that is not."""
    found = re.search(r"^HEALTHCHECK .*? CMD (\[.*\])$", containerfile(), re.M)
    assert found
    program, *arguments = json.loads(found[1])
    assert program == "python"
    with serving() as web:
        web.says["/healthz"] = Say(b'{"status":"ok"}')
        environ = {**os.environ, "WARRAQ_PORT": str(web.server_port)}
        command = [sys.executable, *arguments]
        assert subprocess.run(command, env=environ, check=False).returncode == 0
        web.says["/healthz"] = Say(b"", 503)
        assert subprocess.run(command, env=environ, check=False, stderr=subprocess.DEVNULL).returncode != 0
    assert subprocess.run(command, env=environ, check=False, stderr=subprocess.DEVNULL).returncode != 0
