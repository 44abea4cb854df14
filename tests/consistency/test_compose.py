"""The compose file is valid, scalable where it says so, and keeps every secret in .env."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.children import ROOT

ONE_SHOT = {"migrate", "backup"}
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    parsed: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return parsed


def compose_command() -> list[str] | None:
    """The compose program of this machine, as a plugin of docker or on its own."""
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if plugin.returncode == 0:
            return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def example_values() -> dict[str, str]:
    """What .env.example sets, with something in every empty place."""
    pairs = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {name: value or "filled-in" for name, value in pairs}


def test_compose_itself_accepts_the_file_with_the_example_filled_in(tmp_path: Path) -> None:
    command = compose_command()
    if command is None:
        pytest.skip("no docker compose on this machine; the checks below read the file themselves")
    shutil.copy(COMPOSE, tmp_path)
    lines = "".join(f"{name}={value}\n" for name, value in example_values().items())
    (tmp_path / ".env").write_text(lines)
    done = subprocess.run(
        [*command, "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_part_of_the_portal_is_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == ONE_SHOT | {
        "nginx", "web", "worker", "beat", "postgres", "redis", "storage",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_is_scaled_claims_no_name_and_no_port_for_itself(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    assert not {"container_name", "ports", "hostname"} & set(services[name])


def test_everything_that_stays_up_has_a_health_check_and_comes_back(
    services: dict[str, dict[str, Any]],
) -> None:
    for name in services.keys() - ONE_SHOT:
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name


def test_only_nginx_can_be_reached_from_outside(services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"nginx"}
    assert "back" not in services["nginx"]["networks"]


def test_what_must_outlive_a_container_lies_in_a_volume(
    services: dict[str, dict[str, Any]],
) -> None:
    volumes = yaml.safe_load(COMPOSE.read_text())["volumes"]
    assert set(volumes) == {"postgres", "storage"}
    for name in volumes:
        assert any(v.startswith(f"{name}:/") for v in services[name]["volumes"]), name


def test_images_of_others_are_pinned_to_a_version(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if "build" not in service:
            assert re.search(r":\d[\w.]*$", service["image"]), name


def test_every_value_that_must_be_set_stands_in_the_example() -> None:
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE.read_text()))
    assert demanded
    assert demanded <= set(example_values())


def test_no_secret_is_written_into_the_file() -> None:
    for line in COMPOSE.read_text().splitlines():
        if re.search(r"(PASSWORD|SECRET_KEY|ACCESS_KEY)[A-Z_]*:", line):
            assert "${" in line, line


def test_the_files_it_mounts_exist(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists(), volume
