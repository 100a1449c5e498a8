"""`review`: a document in, findings and facts out. The page and the command line call the same function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.numerals import fold_width
from assistant.library.shelf import Shelf
from assistant.review.context import Context
from assistant.review.corrections import Corrections, corrected
from assistant.review.facts_case import CaseFacts, read_case
from assistant.review.facts_contract import ContractFacts, read_contract
from assistant.review.facts_document import DocumentFacts, read_document
from assistant.review.knowledge import load_knowledge
from assistant.review.lawbook import LawBook
from assistant.review.model import DocumentKind, Fact, Review
from assistant.review.reading import Dossier, read_dossier
from assistant.review.registry import rules_version, run_rules
from assistant.store import statutes as sql

#: Below this many characters there is nothing to review.
_SHORTEST = 40


class Reviewer:
    """Reviews documents against one library."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._shelf = Shelf(engine)

    def review_files(self, paths: Sequence[Path], kind: DocumentKind, as_of: date | None = None) -> Review:
        """Read the files as one document and review it; raises RefusedInput for what cannot be read."""
        return self.review(read_dossier(paths, self._settings), kind, as_of)

    def review_text(self, text: str, kind: DocumentKind, name: str = "文本", as_of: date | None = None) -> Review:
        """Review a text at hand."""
        return self.review(Dossier((name,), text, sha256(text.encode()).hexdigest()), kind, as_of)

    def review(self, dossier: Dossier, kind: DocumentKind, as_of: date | None = None, corrections: Corrections | None = None) -> Review:
        """Review what was read. The law of the document's own day counts unless `as_of` says otherwise.

        `corrections` are facts the reviewer set right; the rules then run on those. Raises RefusedInput for a text
        too short to be a document.
        """
        if len(dossier.text.strip()) < _SHORTEST:
            raise RefusedInput("、".join(dossier.files), "文字太少，不是可以审查的文件")
        context, facts = self._context(dossier.text, kind, as_of, corrections or {})
        with self._engine.connect() as connection:
            revision = sql.revision(connection)
        parts = tuple(dict.fromkeys(s.part.value for s in context.case.sections))
        findings = run_rules(context)
        return Review(kind, dossier.files, dossier.digest, dossier.text, facts, findings, rules_version(), revision, parts)

    def _context(self, text: str, kind: DocumentKind, as_of: date | None, corrections: Corrections) -> tuple[Context, tuple[Fact, ...]]:
        folded = fold_width(text)
        case, contract, document = CaseFacts(), ContractFacts(), DocumentFacts()
        facts: tuple[Fact, ...]
        own: date | None = None
        if kind is DocumentKind.PENALTY:
            case = corrected(read_case(folded), corrections)
            facts, own = case.as_facts(), case.decided.day if case.decided else None
        elif kind is DocumentKind.CONTRACT:
            contract = read_contract(folded)
            facts, own = contract.as_facts(), contract.signed
        else:
            document = read_document(folded)
            facts = document.as_facts()
        law = LawBook(self._shelf, as_of or (own if own and own <= date.today() else date.today()))
        return Context(kind, text, folded, law, self._settings, load_knowledge(self._settings.home), case, contract, document), facts
