"""Cases and reviews that stand on an article, put straight into the database."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine

from assistant.law.cases.model import Case, CaseBasis, CaseKind
from assistant.store import cases, reviews
from assistant.store.engine import writing
from assistant.store.reviews import StoredReview

_NOW = datetime(2024, 5, 6, 9)


def add_case_on(engine: Engine, title: str, law: str, number: int) -> None:
    """Add a case that applied one article."""
    case = Case(uuid4().hex, title, CaseKind.OWN, "虚构的经过。", "虚构的决定。", basis=(CaseBasis(law, number),))
    with writing(engine) as connection:
        cases.add_case(connection, case, "0" * 64, (b"", ""), "test", _NOW)


def add_review_on(engine: Engine, number: str, law: str, article: str) -> None:
    """Add a review with one finding that stands on one article."""
    kept = StoredReview(
        id=uuid4().hex, kind="penalty", files=["虚构.docx"], digest="0" * 64, text="虚构", parts=[], as_of=None, law_day=None, rules_version="1",
        library_revision=1, facts=[], corrections={}, owner="test", owner_name="虚构", section="", created_at=_NOW, updated_at=_NOW, state="",
        number=number,
    )  # fmt: skip
    blank = dict.fromkeys(("word", "reason", "own_severity", "own_explain", "own_suggest", "word_by", "word_by_name"), "")
    finding = {
        "review_id": kept.id,
        "code": "x",
        "title": "x",
        "severity": "一般",
        "question": "适用",
        "explain": "x",
        "suggest": "x",
        "quote": "x",
    }
    with writing(engine) as connection:
        reviews.add_review(connection, kept)
        basis = [{"law": law, "article": article, "version": "", "text": ""}]
        reviews.add_finding(connection, finding | blank | {"basis": basis, "present": True, "added": False})
