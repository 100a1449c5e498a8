"""What tests share: a home of their own, its library, and the public corpus where it is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.law.model import ParsedDocument
from assistant.store.engine import open_engine
from tests.invented import CORPUS, NO_CORPUS


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [n for n in os.environ if n.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.library_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip(NO_CORPUS)
    return CORPUS


@pytest.fixture(scope="session")
def corpus_documents(corpus: Path) -> list[ParsedDocument]:
    """Every Markdown document of the corpus, parsed once a session."""
    from assistant.law.parse import parse_document
    from assistant.library.importing import folder_level

    files = sorted(p for p in corpus.rglob("*.md") if p.name != "README.md")
    return [parse_document(f.read_text(encoding="utf-8"), f.stem, folder_level(f)) for f in files]
