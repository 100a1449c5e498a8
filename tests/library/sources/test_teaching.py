"""The shipped teaching cases: invented and saying so, over all fields, and right by the parsed provisions of their day."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import load_settings
from assistant.errors import BadSetting
from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.citation.claims import quantities
from assistant.law.citation.verify import missing_place
from assistant.law.penalty.penalties import applicable, parse_penalties
from assistant.law.statute.model import Status, Visibility
from assistant.law.text.folding import squeeze
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf.shelf import Shelf
from assistant.library.shelf.shelving import place
from assistant.library.sources.importing import import_paths
from assistant.library.sources.packaged import packaged_documents
from assistant.library.sources.teaching import SHIPPED, StatedPenalty, TeachingCase, read_teaching_case, teaching_cases
from assistant.store.engine import open_engine, writing
from assistant.store.records import ShelfArticle

CASES = teaching_cases()
IDS = [c.case.key for c in CASES]
#: Where a case may lie below a range or go without a penalty.
_LIGHTER = {("行政处罚法", 30), ("行政处罚法", 32)}
_NONE = {("行政处罚法", 30), ("行政处罚法", 31), ("行政处罚法", 33)}


def test_there_are_enough_and_every_field_has_some() -> None:
    fields = {f.name for f in load_catalogue().fields}
    told = [c.case.field for c in CASES]
    assert len(CASES) >= 40 and set(told) == fields
    assert len({c.case.title for c in CASES}) == len(CASES)
    assert {"不予处罚", "移送", "减轻"} <= {w for c in CASES for w in ("不予处罚", "移送", "减轻") if w in c.case.title}


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_a_case_says_on_its_face_that_it_is_invented(told: TeachingCase) -> None:
    case = told.case
    assert "教学虚构" in case.notice and case.kind is CaseKind.TEACHING and case.visibility is Visibility.PUBLIC
    assert "本案例为教学虚构" in (SHIPPED / f"{case.key.removeprefix('teaching:')}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_a_case_has_all_its_parts_in_plain_words(told: TeachingCase) -> None:
    case = told.case
    assert all(len(p) >= 20 for p in (case.facts, case.findings, case.correction)) and len(case.decision) >= 12 and case.basis
    assert len(case.lesson) == 3 and all(5 <= len(s) <= 40 and s.endswith("。") and s.count("。") == 1 for s in case.lesson)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Shelf:
    """The statutes the cases apply, all their versions."""
    wanted = {b.law for c in CASES for b in c.case.basis}
    settings = load_settings(tmp_path_factory.mktemp("teaching"))
    engine: Engine = open_engine(settings.library_url)
    files = [p for p in corpus.rglob("*.md") if any(re.sub(r"^中华人民共和国|\(.*", "", p.stem) == w for w in wanted)]
    list(import_paths(engine, settings, files))
    held = {s.title for s in Shelf(engine).statutes()}
    with writing(engine) as connection:
        for document, source in packaged_documents():
            if document.title in wanted - held:
                place(connection, document, source, order=tuple(settings.source_order))
    return Shelf(engine)


def article_of(shelf: Shelf, basis: CaseBasis, day: date) -> ShelfArticle:
    statute = shelf.find_statute(basis.law)
    assert statute is not None, basis.law
    found = shelf.article(statute.id, basis.number, basis.suffix, day)
    assert found is not None and found.version.status_on(day) is Status.IN_FORCE, basis.address
    return found


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_every_article_is_there_and_in_force_on_the_day(told: TeachingCase, shelf: Shelf) -> None:
    day = told.case.day
    assert day is not None and day <= date.today()
    for basis in told.case.basis:
        article = article_of(shelf, basis, day)
        assert missing_place(article.article, basis.paragraph, basis.item) is None, basis.address
        if basis.role is BasisRole.PENALTY:
            assert parse_penalties(article.article), basis.address


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_penalties_are_of_a_kind_and_amount_the_provision_allows(told: TeachingCase, shelf: Shelf) -> None:
    case = told.case
    for stated in told.penalties:
        article = article_of(shelf, stated.basis, case.day or date.today())
        assert allowed(stated, article), f"{stated.basis.address} {stated.kind} {stated.yuan}"
        place = (stated.basis.law, stated.basis.number)
        assert place in {(b.law, b.number) for b in case.basis if b.role is BasisRole.PENALTY}
        if stated.lessened:
            assert _LIGHTER & {(b.law, b.number) for b in case.basis}


def allowed(stated: StatedPenalty, article: ShelfArticle) -> bool:
    basis = stated.basis
    provisions = [p for p in parse_penalties(article.article) if basis.paragraph in (None, p.paragraph)]
    following = [
        a
        for p in provisions
        for a in applicable(p, amount=stated.amount, base=stated.base or None, serious=stated.serious, corrected=stated.corrected)
        if a.tier.item in (None, basis.item) or basis.item is None
    ]
    if stated.kind != "罚款":
        return any(stated.kind in {k.value for k in a.tier.kinds} for a in following)
    assert stated.yuan is not None
    ranges = [r for a in following for r in a.ranges if r.computed and (not stated.addressee or stated.addressee in r.fine.addressee)]
    if stated.lessened:
        return any(r.floor is not None and 0 < stated.yuan < r.floor for r in ranges)
    return any((r.floor or 0) <= stated.yuan <= (r.ceiling or 0) for r in ranges)


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_a_fine_told_in_the_decision_is_one_that_was_checked(told: TeachingCase) -> None:
    checked = {p.yuan for p in told.penalties if p.kind == "罚款"}
    text = squeeze(told.case.decision).text
    fined = {q.value for q in quantities(text) if q.unit == "元" and re.search(r"罚款$", text[: q.start])}
    assert fined == checked


@pytest.mark.parametrize("told", [c for c in CASES if "不予行政处罚" in c.case.decision], ids=lambda c: c.case.key)
def test_a_case_without_penalty_stands_on_an_article_that_allows_it(told: TeachingCase) -> None:
    assert not told.penalties
    assert _NONE & {(b.law, b.number) for b in told.case.basis} or "程序" in told.case.act


def longest_shared(text: str, statute: str, size: int) -> str:
    bare = re.sub(r"\W", "", text)
    return next((bare[i : i + size] for i in range(len(bare) - size + 1) if bare[i : i + size] in statute), "")


@pytest.mark.parametrize("told", CASES, ids=IDS)
def test_no_statute_text_is_copied(told: TeachingCase, shelf: Shelf) -> None:
    case: Case = told.case
    text = "".join((case.facts, case.findings, case.decision, case.correction, *case.lesson))
    for basis in case.basis:
        body = re.sub(r"\W", "", article_of(shelf, basis, case.day or date.today()).article.text)
        assert not longest_shared(text, body, 20), basis.address


def test_a_malformed_case_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "坏案例.md"
    path.write_text("+++\ntitle = '只有标题'\n+++\n## 案情\n……", encoding="utf-8")
    with pytest.raises(BadSetting, match="坏案例"):
        read_teaching_case(path)
