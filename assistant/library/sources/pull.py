"""`corpus pull`: a public statute collection fetched and its statutes put on the shelf."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from assistant.config import Settings
from assistant.errors import PullFailed
from assistant.law.statute.headers import file_name_facts
from assistant.law.text.titles import title_key
from assistant.library.catalogue import Catalogue, load_catalogue
from assistant.library.shelf.shelving import Placed
from assistant.library.sources.checkout import Checkout, checkout, kept
from assistant.library.sources.importing import Aside, Imported, Taken, import_paths
from assistant.store.engine import writing
from assistant.store.library import statutes as sql

#: Names under which the library keeps what came of the last pull, and of the last that succeeded.
LAST_PULL, LAST_GOOD_PULL = "pull", "pull.good"
#: The kind of source a pulled file is, in the configured source order.
KIND = "pull"


@dataclass(frozen=True, slots=True)
class Pull:
    """What came of a pull: `at` local time (ISO), `counts` files by outcome, `reason` empty where it succeeded."""

    at: str
    url: str
    commit: str = ""
    everything: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    reason: str = ""


def pull(
    engine: Engine,
    settings: Settings,
    url: str = "",
    *,
    everything: bool = False,
    report: Callable[[Imported], None] = lambda _: None,
    catalogue: Catalogue | None = None,
    taken: Taken | None = None,
    aside: Aside | None = None,
) -> Pull:
    """Fetch a collection and import the catalogue's statutes of it (all with `everything`); return what came of it.

    Each file's outcome goes to `report` as it is done, and to `taken` inside its transaction; a text that lost most of its articles
    goes to `aside`. Raises PullFailed where the collection cannot
    be fetched; that is recorded in the library, and the checkout and the shelf stay as they were.
    """
    address = url or settings.corpus_url
    at = datetime.now().isoformat(timespec="seconds")
    try:
        fetched = checkout(address, settings)
    except PullFailed as error:
        earlier = kept(address, settings.home)
        _record(engine, Pull(at, address, earlier.commit if earlier else "", everything, reason=str(error)))
        raise
    counts: Counter[str] = Counter()
    for imported in _import(engine, settings, fetched, everything, catalogue or load_catalogue(), taken, aside):
        counts[imported.outcome.value] += 1
        report(imported)
    done = Pull(at, address, fetched.commit, everything, dict(counts))
    _record(engine, done)
    return done


def last_pull(connection: Connection, name: str = LAST_PULL) -> Pull | None:
    """What came of the last pull (`LAST_GOOD_PULL`: of the last that succeeded), or None where there was none."""
    text = sql.note(connection, name)
    return Pull(**json.loads(text)) if text else None


def _import(
    engine: Engine, settings: Settings, fetched: Checkout, everything: bool, catalogue: Catalogue, taken: Taken | None, aside: Aside | None
) -> Iterator[Imported]:
    wanted = {statute.key for statute in catalogue.statutes}
    root = fetched.folder.resolve()
    for name, reason in fetched.left_out:
        if everything or is_of(Path(name), wanted):
            yield Imported(name, Placed.REFUSED, detail=reason)
    of_catalogue = import_paths(
        engine, settings, [fetched.folder], kind=KIND, keep=lambda file: everything or is_of(file, wanted), taken=taken, aside=aside
    )
    for imported in of_catalogue:
        try:
            name = str(Path(imported.name).resolve().relative_to(root))
        except ValueError:
            name = imported.name
        yield replace(imported, name=name)


def is_of(file: Path, keys: set[str]) -> bool:
    """True where a file is a text of one of the statutes, by its name or (the parts of a code) its folder's."""
    title, _ = file_name_facts(file.stem)
    return title_key(title) in keys or title_key(file_name_facts(file.parent.name)[0]) in keys


def _record(engine: Engine, outcome: Pull) -> None:
    text = json.dumps(asdict(outcome), ensure_ascii=False)
    with writing(engine) as connection:
        sql.save_note(connection, LAST_PULL, text)
        if not outcome.reason:
            sql.save_note(connection, LAST_GOOD_PULL, text)
