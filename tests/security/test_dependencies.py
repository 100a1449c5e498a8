"""No pinned dependency has a fault that the list travelling with `safety-db` knows (it ends in July 2021).

`make audit` asks the current list where there is a network; this one catches a pin that goes back to an old fault.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def known() -> dict[str, list[dict[str, Any]]]:
    """The faults by project, each with the versions that have it."""
    listed = Path(str(distribution("safety-db").locate_file("safety_db/insecure_full.json")))
    return {canonicalize_name(name): faults for name, faults in json.loads(listed.read_text("utf-8")).items() if isinstance(faults, list)}


def pinned() -> dict[str, str]:
    """Every dependency, the indirect ones too, with its exact version."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found = dict(line.split("==") for line in lines if re.match(r"^[A-Za-z0-9._-]+==", line))
    return {canonicalize_name(name): version.split(";")[0].strip() for name, version in found.items()}


def faults(known: dict[str, list[dict[str, Any]]], name: str, version: str) -> list[str]:
    """The faults a version has."""
    return [f["id"] for f in known.get(name, []) if any(SpecifierSet(s).contains(version, prereleases=True) for s in f["specs"])]


def test_the_list_knows_faults(known: dict[str, list[dict[str, Any]]]) -> None:
    assert faults(known, "urllib3", "1.24") and faults(known, "jinja2", "2.10")


def test_no_pinned_version_has_a_known_fault(known: dict[str, list[dict[str, Any]]]) -> None:
    versions = pinned()
    assert len(versions) > 100
    assert not {name: found for name, version in versions.items() if (found := faults(known, name, version))}
