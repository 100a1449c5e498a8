"""`review`: a document in, findings and facts out. The page and the command line call the same function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

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

#: Below this many characters there is nothing to review.
_SHORTEST = 40


def review_files(paths: Sequence[Path], kind: DocumentKind, shelf: Shelf, settings: Settings, as_of: date | None = None) -> Review:
    """Read the files as one document and review it; raises RefusedInput for what cannot be read."""
    return review_dossier(read_dossier(paths, settings), kind, shelf, settings, as_of)


def review_dossier(
    dossier: Dossier,
    kind: DocumentKind,
    shelf: Shelf,
    settings: Settings,
    as_of: date | None = None,
    corrections: Corrections | None = None,
) -> Review:
    """Review what was read. The law of the document's own day counts unless `as_of` says otherwise.

    `corrections` are facts the reviewer set right; the rules then run on those. Raises RefusedInput for a text too
    short to be a document.
    """
    if len(dossier.text.strip()) < _SHORTEST:
        raise RefusedInput("、".join(dossier.files), "文字太少，不是可以审查的文件")
    folded = fold_width(dossier.text)
    case, contract, document = CaseFacts(), ContractFacts(), DocumentFacts()
    facts: tuple[Fact, ...]
    parts: tuple[str, ...] = ()
    own: date | None = None
    if kind is DocumentKind.PENALTY:
        case = corrected(read_case(folded), corrections or {})
        facts, own = case.as_facts(), case.decided.day if case.decided else None
        parts = tuple(dict.fromkeys(s.part.value for s in case.sections))
    elif kind is DocumentKind.CONTRACT:
        contract = read_contract(folded)
        facts, own = contract.as_facts(), contract.signed
    else:
        document = read_document(folded)
        facts = document.as_facts()
    law = LawBook(shelf, as_of or (own if own and own <= date.today() else date.today()))
    context = Context(kind, dossier.text, folded, law, settings, load_knowledge(settings.home), case, contract, document)
    findings = run_rules(context)
    return Review(kind, dossier.files, dossier.digest, dossier.text, facts, findings, rules_version(), shelf.revision, parts)
