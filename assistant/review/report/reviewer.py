"""`review`: a document in, findings and facts out. The page and the command line call the same function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.text.numerals import fold_width
from assistant.library.progress import tell
from assistant.library.shelf.shelf import Shelf
from assistant.limits import REVIEWED, check_text
from assistant.review.case.facts import CaseFacts, read_case
from assistant.review.contract.facts import ContractFacts, read_contract
from assistant.review.correct.amendments import Amended, amend
from assistant.review.correct.corrections import Corrections, Plan, planned
from assistant.review.correct.facts import shown_facts
from assistant.review.normative.facts import DocumentFacts, read_document
from assistant.review.rules.context import Context
from assistant.review.rules.knowledge import load_knowledge
from assistant.review.rules.lawbook import LawBook
from assistant.review.rules.registry import rules_version, run_rules
from assistant.review.text.model import ABSENT, Basis, DocumentKind, Fact, Finding, Review
from assistant.review.text.reading import Dossier, read_dossier
from assistant.store.library import statutes as sql

#: Below this many characters there is nothing to review.
_SHORTEST = 40


class Reviewer:
    """Reviews documents against one library."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._shelf = Shelf(engine)

    @property
    def shelf(self) -> Shelf:
        """The library the rules look articles up in."""
        return self._shelf

    def review_files(self, paths: Sequence[Path], kind: DocumentKind, as_of: date | None = None) -> Review:
        """Read the files as one document and review it; raises RefusedInput for what cannot be read."""
        return self.review(read_dossier(paths, self._settings), kind, as_of)

    def review_text(self, text: str, kind: DocumentKind, name: str = "文本", as_of: date | None = None) -> Review:
        """Review a text at hand."""
        return self.review(Dossier((name,), text, sha256(text.encode()).hexdigest()), kind, as_of)

    def review(self, dossier: Dossier, kind: DocumentKind, as_of: date | None = None, corrections: Corrections | None = None) -> Review:
        """Review what was read. The law of the document's own day counts unless `as_of` says otherwise.

        `corrections` are facts the reviewer set right; the rules then run on those. Raises RefusedInput for a text
        too short to be a document, or longer than any.
        """
        if len(dossier.text.strip()) < _SHORTEST:
            raise RefusedInput("、".join(dossier.files), "文字太少，不是可以审查的文件")
        check_text("、".join(dossier.files[:3]), dossier.text, REVIEWED)
        dossier = replace(dossier, text=dossier.text.replace("\x00", " "))  # some PDFs hold them, a database takes none
        tell("正在核对规则")
        context = self._context(dossier.text, kind, as_of)
        facts = shown_facts(context)
        with self._engine.connect() as connection:
            revision = sql.revision(connection)
        parts = tuple(dict.fromkeys(s.part.value for s in context.case.sections))
        if corrections:
            facts, findings = self._corrected(context, facts, as_of, corrections)
        else:
            findings = run_rules(context)
        return Review(kind, dossier.files, dossier.digest, dossier.text, facts, findings, rules_version(), revision, parts, context.law.day)

    def quoted(self, addresses: tuple[str, ...], day: date | None = None) -> tuple[Basis, ...]:
        """The articles of addresses (《…》第…条) as they stand on a day, today unless given; one not on the shelf has no text."""
        return LawBook(self._shelf, day or date.today()).quoted(addresses)

    def _corrected(
        self, context: Context, facts: tuple[Fact, ...], as_of: date | None, corrections: Corrections
    ) -> tuple[tuple[Fact, ...], tuple[Finding, ...]]:
        """The facts as corrected, and what the rules find on them at its places in the text handed in."""
        plan = planned(context, facts, corrections)
        amended = amend(context.text, plan.edits)
        found = run_rules(self._context(amended.text, context.kind, as_of, plan))
        return plan.facts, tuple(_carried_back(f, amended, context.text) for f in found)

    def _context(self, text: str, kind: DocumentKind, as_of: date | None, plan: Plan | None = None) -> Context:
        folded = fold_width(text)
        case, contract, document = CaseFacts(), ContractFacts(), DocumentFacts()
        own: date | None = None
        if kind is DocumentKind.PENALTY:
            case = read_case(folded)
            case = plan.case(case) if plan else case
            own = case.decided.day if case.decided else None
        elif kind is DocumentKind.CONTRACT:
            contract = read_contract(folded)
            own = contract.signed
        else:
            document = read_document(folded)
            document = plan.document(document) if plan else document
        law = LawBook(self._shelf, as_of or (own if own and own <= date.today() else date.today()))
        return Context(kind, text, folded, law, self._settings, load_knowledge(self._settings.home), case, contract, document)


def _carried_back(finding: Finding, amended: Amended, text: str) -> Finding:
    if finding.place is None:
        return finding
    place = amended.back(finding.place)
    quote = text[place.start : place.end] if place else finding.quote or ABSENT
    return replace(finding, place=place, quote=quote)
