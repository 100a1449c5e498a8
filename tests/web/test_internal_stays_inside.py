"""Internal documents never reach a stranger: every open route is asked before and after they are brought in, and answers the same.

The internal documents have words that occur nowhere else. Each is sent to every route, page, form and filter in turn, with the
ids the documents have; the answers may hold the word that was sent (a page repeats the question), and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import unified_diff
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from assistant.desk.cards.model import CardId, statute_mark
from assistant.desk.people.attempts import Patience
from assistant.desk.public.rate_limits import Asked, RateLimits
from assistant.law.statute.model import Level, Visibility
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.web.edge.permissions import allowed
from tests.web.card_site import CardSite, guard_of

#: Words of the internal documents; nobody else has them.
WORDS = ("獬豸暗语", "夔牛台账", "麒麟密档", "貔貅口令")
INTERNAL = f"虚构局{WORDS[0]}办案指引"
TEXT = f"""# {INTERNAL}

（2021年3月1日虚构局公布 自2021年5月1日起施行）

第一条 办案人员遇到{WORDS[1]}时应当核对{WORDS[2]}。

第二条 违反本指引第一条规定，未核对{WORDS[2]}的，由县级人民政府文化主管部门处1万元以上3万元以下的罚款。
"""
#: An internal case: kept by paragraph, and easily found by everyday words.
CASE = f"# 虚构局{WORDS[3]}内部案例\n\n茶楼夜里接纳不满十岁的茶客，当事人说出{WORDS[3]}。\n\n处罚决定由{WORDS[1]}说明。\n"
ASKED = (
    INTERNAL,
    f"《{INTERNAL}》第二条",
    f"违反{WORDS[2]}怎么处罚",
    f"{WORDS[1]}是什么",
    f"{WORDS[3]}案例",
    "茶楼夜里接纳不满十岁的茶客怎么处罚",
    "办案指引第一条规定了什么",
)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FIELDS = (
    "q",
    "question",
    "words",
    "field",
    "number",
    "proof",
    "contact",
    "state",
    "next",
    "login",
    "password",
    "as_of",
    "kiosk",
    "big",
    "kind",
    "law",
    "article",
)


class Unlimited(RateLimits):
    """Lets everything pass: how often one may ask is another test."""

    def count(self, kind: Asked, address: str) -> None:
        """Count nothing."""


def open_routes(application: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of every route a stranger may call; static files and mounts are asked by their own paths."""
    found = []
    for route in application.routes:
        if isinstance(route, Mount) or not hasattr(route, "methods"):
            continue
        found += [(m, route.path) for m in route.methods - {"HEAD"} if allowed(_PARAMETER.sub("x", route.path), None)]
    return sorted(found)


def probes(shelf_ids: tuple[str, ...]) -> tuple[str, ...]:
    """What is put into every place of an address: the words, the title, the ids and the card the document would have."""
    cards = tuple(str(CardId(statute_mark(i), 2, 0, 1)) for i in shelf_ids)
    return (*WORDS, INTERNAL, *shelf_ids, *cards, "1", "2")


def calls(routes: list[tuple[str, str]], inside: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every call to make: (method, address, form)."""
    for method, path in routes:
        places = _PARAMETER.findall(path)
        fillings = product(inside, repeat=1) if places else [()]
        for filling in fillings:
            address = path
            for name in places:
                address = re.sub(rf"\{{{name}(?::\w+)?\}}", quote(filling[0] if name != "kind" else "docx", safe=""), address, count=1)
            yield method, address, {}
        for word in (*ASKED, *inside):
            form = {name: word for name in _FIELDS if name not in {"kiosk", "big"}} | {"consent": "yes"}
            address = _PARAMETER.sub("docx", path)
            if method == "GET":
                yield method, address + "?" + "&".join(f"{name}={quote(word)}" for name in _FIELDS), {}
            else:
                yield method, address, form


def answer(site: CardSite, method: str, address: str, form: dict[str, str]) -> tuple[int, str]:
    """Status and body of one call, without what differs from one call to the next anyway."""
    status, headers, body = site.get(address) if method == "GET" else site.post(address, form)
    text = body.decode("utf-8", "replace") if "officedocument" not in headers.get("content-type", "") else "docx"
    text += headers.get("location", "")
    return status, re.sub(r"LY\d{6}-\d{6}|data-code>\w+<", "", text)


@pytest.fixture(scope="module")
def patient() -> Iterator[None]:
    """Nobody waits after wrong passwords and proofs: the second time every call is answered as it was the first."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Patience, "wait", lambda *_: timedelta(0))
        yield


@pytest.fixture(scope="module")
def before_and_after(card_site: CardSite, patient: None) -> Iterator[dict[tuple[str, str, str], tuple[tuple[int, str], tuple[int, str]]]]:
    """Every call's answer before and after the internal documents are there."""
    from assistant.law.text.titles import title_key

    assistant = card_site.assistant
    guard = guard_of(card_site)
    limited, guard.limits = guard.limits, Unlimited(assistant.settings)
    inside = probes((title_key(INTERNAL),))
    every = list(calls(open_routes(card_site.application), inside))
    first = [answer(card_site, *call) for call in every]
    folder = assistant.settings.home / "internal"
    folder.mkdir()
    (folder / "guide.md").write_text(TEXT, encoding="utf-8")
    (folder / "case.md").write_text(CASE, encoding="utf-8")
    for name, level in (("guide.md", Level.BUREAU_DOCUMENT), ("case.md", Level.CASE)):
        reports = list(import_paths(assistant.engine, assistant.settings, [folder / name], level=level, visibility=Visibility.INTERNAL))
        assert [r.outcome.value for r in reports] == ["新增"], reports
    sync_index(assistant.engine, assistant.settings)
    second = [answer(card_site, *call) for call in every]
    guard.limits = limited
    yield {(m, a, str(f)): (one, two) for (m, a, f), one, two in zip(every, first, second, strict=True)}


def test_the_office_finds_what_was_brought_in(card_site: CardSite, before_and_after: Any) -> None:
    """The probes are worth something: the documents are there, and search for the office finds them by these words."""
    shelf = Shelf(card_site.assistant.engine)
    assert shelf.statute(INTERNAL) and Shelf(card_site.assistant.engine, internal=False).statute(INTERNAL) is None
    for word in WORDS:
        hits = card_site.assistant.searcher.search(f"{word}怎么处罚", k=5, as_of=date.today(), desk="staff")
        assert any(word in h.article.article.text or word in h.article.statute.title for h in hits), word


def test_every_open_route_was_asked(before_and_after: Any) -> None:
    asked = {(method, address.split("?")[0]) for method, address, _ in before_and_after}
    for wanted in (
        ("POST", "/public/ask"),
        ("POST", "/public/leave"),
        ("POST", "/public/lookup"),
        ("GET", "/public"),
        ("GET", "/health"),
        ("POST", "/login"),
    ):
        assert wanted in asked, wanted
    assert any(a.startswith("/public/cards/") and a.endswith("/leaflet.docx") for _, a in asked) and len(before_and_after) > 200


def test_no_answer_about_internal_documents_changes_by_their_being_there(before_and_after: Any) -> None:
    """Questions without a word of theirs are left out: how rare a word is, is counted over the whole shelf, and this one has ten articles."""
    asked = {
        c: a for c, a in before_and_after.items() if any(w in c[1] + c[2] or quote(w) in c[1] for w in (*WORDS, statute_mark(INTERNAL)))
    }
    changed = [(call, one, two) for call, (one, two) in asked.items() if one != two]
    assert not changed, (changed[0][0], [*unified_diff(changed[0][1][1].split("\n"), changed[0][2][1].split("\n"), n=0)])


def test_no_answer_holds_a_word_that_was_not_sent(before_and_after: Any) -> None:
    found = []
    for (method, address, form), (_, (_, text)) in before_and_after.items():
        sent = address + form + quote(form)
        found += [(method, address, word) for word in WORDS if word in text and word not in sent and quote(word) not in sent]
    assert not found


def test_no_open_route_fails_in_a_way_nobody_meant(before_and_after: Any) -> None:
    failed = {(m, a): two[0] for (m, a, _), (_, two) in before_and_after.items() if two[0] >= 500}
    assert not failed
