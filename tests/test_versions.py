"""No version with a known hole is locked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import pytest
from packaging.version import Version

from tests.versions import FLOORS, Floor, Registry

ROOT = Path(__file__).parents[1]
PYPI = sorted((ROOT / "requirements").glob("*.txt"))
NPM = [ROOT / "static" / "package-lock.json"]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
_NUMBER = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3}|RUSTSEC-\d{4}-\d{4}|PYSEC-\d{4}-\d+")

Locked = tuple[str, Version]


def of_requirements(lock: str) -> Iterator[Locked]:
    for name, version in _PINNED.findall(lock):
        yield re.sub(r"[-_.]+", "-", name).lower(), Version(version)


def of_package_lock(lock: str) -> Iterator[Locked]:
    for path, package in json.loads(lock)["packages"].items():
        if path and "version" in package:
            name = package.get("name") or path.rpartition("node_modules/")[2]
            yield name, Version(package["version"])


def of_crates(lock: str) -> Iterator[Locked]:
    """A list of contents in the format of CycloneDX, as wheels of Rust code carry it."""
    for part in json.loads(lock)["components"]:
        yield part["name"], Version(part["version"].partition("+")[0])


READERS = {"pypi": of_requirements, "npm": of_package_lock, "crates": of_crates}


def holes(registry: Registry, lock: str) -> list[str]:
    """What in a lock file is older than a known hole's end."""
    return [
        f"{name} {version} has {floor.advisory} ({floor.hole}): take {floor.fixed} or newer"
        for name, version in READERS[registry](lock)
        for floor in FLOORS[registry]
        if floor.package == name and version < Version(floor.fixed)
    ]


@pytest.mark.parametrize("lock", PYPI, ids=lambda path: path.name)
def test_no_python_package_has_a_known_hole(lock: Path) -> None:
    assert holes("pypi", lock.read_text()) == []


@pytest.mark.parametrize("lock", NPM, ids=lambda path: path.name)
def test_no_package_of_the_scripts_has_a_known_hole(lock: Path) -> None:
    assert holes("npm", lock.read_text()) == []


def test_the_cleaner_inside_nh3_has_no_known_hole() -> None:
    contents = [file for file in files("nh3") or [] if file.name == "nh3.cyclonedx.json"]
    (lock,) = (file.read_text() for file in contents)
    assert "ammonia" in {name for name, _ in of_crates(lock)}
    assert holes("crates", lock) == []


def test_the_lock_files_are_read_to_their_end() -> None:
    run, dev = ((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "dev"))
    for lock in (run, dev):
        assert len(list(of_requirements(lock))) == sum("==" in line for line in lock.splitlines())
    assert {"starlette", "redis", "nh3"} <= {name for name, _ in of_requirements(run)}
    assert {"vite", "postcss"} <= {name for name, _ in of_package_lock(NPM[0].read_text())}


every_floor = pytest.mark.parametrize(
    ("registry", "floor"),
    [(registry, floor) for registry, floors in FLOORS.items() for floor in floors],
    ids=lambda one: one.advisory if isinstance(one, Floor) else one,
)


@every_floor
def test_a_doctored_lock_is_refused(registry: Registry, floor: Floor) -> None:
    """A version just before the fix is found, and the fix itself is not."""
    before, fixed = f"{floor.fixed}.dev0", floor.fixed
    for version, found in ((before, True), (fixed, False)):
        lock = {
            "pypi": f"x==1\n{floor.package.replace('-', '_')}=={version} \\\n    --hash=sha256:0\n",
            "npm": json.dumps(
                {"packages": {f"node_modules/{floor.package}": {"version": version}}}
            ),
            "crates": json.dumps({"components": [{"name": floor.package, "version": version}]}),
        }[registry]
        assert any(floor.advisory in hole for hole in holes(registry, lock)) == found


@every_floor
def test_a_floor_names_its_advisory(registry: Registry, floor: Floor) -> None:
    assert _NUMBER.fullmatch(floor.advisory)
    assert floor.hole


def test_what_the_service_stands_on_has_a_floor() -> None:
    known = {floor.package for floor in FLOORS["pypi"]}
    assert {
        "authlib", "cryptography", "h11", "idna", "jinja2", "markdown-it-py", "pillow",
        "python-multipart", "redis", "starlette", "uvicorn", "websockets",
    } <= known  # fmt: skip
