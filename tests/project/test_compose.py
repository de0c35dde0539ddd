"""What can be known of the containers without a Docker engine."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project.variables import read_by_settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
READ_BY_SETTINGS = read_by_settings()
IN_THE_IMAGE = {"STATIC_ROOT", "MEDIA_ROOT", "DEMO_MAIL_DIR"}  # folders that the image and its volumes fix
FOR_TESTS = {"TEST_DB_SUFFIX"}
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def test_the_house_is_complete() -> None:
    assert set(SERVICES) == {"prepare", "web", "worker", "beat", "mail", "postgis", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_read_by_the_settings(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= READ_BY_SETTINGS


@pytest.mark.parametrize("name", OURS)
def test_each_variable_of_the_settings_reaches_the_container(name: str) -> None:
    passed = set(SERVICES[name]["environment"])
    assert sorted(READ_BY_SETTINGS - passed - IN_THE_IMAGE - FOR_TESTS) == []
    assert not passed & IN_THE_IMAGE


def test_the_images_own_variables_are_read_by_the_settings() -> None:
    names = set(re.findall(r"\b([A-Z_]+)=", DOCKERFILE)) - {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert names <= READ_BY_SETTINGS
    assert names >= IN_THE_IMAGE


def test_pictures_are_kept_where_the_site_may_write() -> None:
    """The folder of the code is root's."""
    assert re.search(r"^ +CARD_CACHE_DIR=/tmp/\w+$", DOCKERFILE, re.M)


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "SECRET" in name or "PASSWORD" in name:
                assert value is None or re.match(r"\$\{\w+:\?", value), name


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.search(r":\d+[\w.]*[.-]\d[\w.-]*$", image), image


def test_the_base_image_is_pinned_and_the_site_is_not_root() -> None:
    assert re.search(r"^FROM python:3\.\d+\.\d+-[\w-]+$", DOCKERFILE, re.M)
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.M) == ["site"]
    assert DOCKERFILE.index("USER site") < DOCKERFILE.index("\nCMD ")


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("prepare", "web")])
def test_every_service_tells_its_health(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_image_tells_its_health() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert (ROOT / "script" / "healthcheck.py").exists()


def test_every_volume_is_named() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", [name for name in OURS if "command" in SERVICES[name]])
def test_each_command_takes_its_arguments(name: str) -> None:
    """With --help behind them, every option before it has been read and understood."""
    result = subprocess.run(
        [*SERVICES[name]["command"], "--help"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_the_web_server_finds_the_site() -> None:
    command = re.findall(r'"([^"]+)"', DOCKERFILE.rsplit("\nCMD ", 1)[1])
    result = subprocess.run(
        [command[0], "--check-config", *command[1:]], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
