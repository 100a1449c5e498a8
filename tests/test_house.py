"""The house is in order: folders of a size to find one's way in, no circles, and pages about it that are up to date."""

from __future__ import annotations

import re

import pytest

from assistant.lab.structure import PAGE, ROOT, House, measure, redrawn


@pytest.fixture(scope="module")
def house() -> House:
    return measure()


def test_no_folder_is_crowded_and_no_modules_import_each_other(house: House) -> None:
    assert house.crowded() == {} and house.circles() == [] and house.upward() == []


def test_nothing_that_serves_imports_the_lab(house: House) -> None:
    lab = {m for m in house.imports if m.startswith("assistant.lab.")}
    assert lab and not [m for m, others in house.imports.items() if others & lab and m not in lab]


def test_the_picture_is_drawn_from_the_imports_as_they_are(house: House) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert redrawn(page, house) == page, "make architecture"


@pytest.mark.parametrize("storey", ["law", "answer", "review", "search"])
def test_every_wing_says_in_what_order_it_is_read(storey: str) -> None:
    wings = [d for d in sorted((ROOT / "assistant" / storey).iterdir()) if (d / "__init__.py").exists()]
    assert wings
    for wing in wings:
        named = re.findall(r"^1\. `(\w+)\.py`", (wing / "README.md").read_text(encoding="utf-8"), re.M)
        assert sorted(named) == sorted(p.stem for p in wing.glob("*.py") if p.stem != "__init__"), wing.name
