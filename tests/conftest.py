"""What tests share: a home of their own, its library, and the public corpus where it is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.desk.work import Work
from assistant.law.statute.model import ParsedDocument
from assistant.store.engine import open_engine
from tests.invented import CORPUS, NO_CORPUS
from tests.postgres import database, server


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [n for n in os.environ if n.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)


#: Tests that run on both databases: those of the SQL, of the desks' services, and of placing documents on the shelf.
_ON_BOTH = ("tests/store/", "tests/desk/", "tests/library/shelf/test_shelving.py")


#: Left out of a fast run: served pages and attacks on them, and files that take longer than the rest of the run.
_SLOW = ("tests/web/", "tests/security/", "tests/llm/", "tests/library/readers/", "tests/desk/people/", "tests/desk/ops/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="without browser, PostgreSQL, model and whatever is served")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--fast"):
        return
    slow = [i for i in items if i.nodeid.startswith(_SLOW) or "postgresql" in i.nodeid or "browser" in getattr(i, "fixturenames", ())]
    config.hook.pytest_deselected(items=slow)
    gone = set(map(id, slow))
    items[:] = [i for i in items if id(i) not in gone]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    place = metafunc.definition.nodeid
    if "database_url" in metafunc.fixturenames and place.startswith(_ON_BOTH):
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives for the session; skips where none is installed."""
    with server() as address:
        yield address


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The setting of the database: empty for SQLite in the home, or the address of a PostgreSQL database of its own."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load_settings(tmp_path / "home", database_url=database_url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.library_url)
    yield engine
    engine.dispose()


@pytest.fixture
def work(engine: Engine, settings: Settings) -> Iterator[Work]:
    """Workers over the library of `engine`."""
    made = Work(engine, settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip(NO_CORPUS)
    return CORPUS


@pytest.fixture(scope="session")
def corpus_documents(corpus: Path) -> list[ParsedDocument]:
    """Every Markdown document of the corpus, parsed once a session."""
    from assistant.law.statute.parse import parse_document
    from assistant.library.sources.importing import folder_level

    files = sorted(p for p in corpus.rglob("*.md") if p.name != "README.md")
    return [parse_document(f.read_text(encoding="utf-8"), f.stem, folder_level(f)) for f in files]
