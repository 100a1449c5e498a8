"""`facts`: what was read of a document, in the order and words the reviewer wants it."""

from __future__ import annotations

from assistant.review.context import Context
from assistant.review.corrections import keyed
from assistant.review.model import DocumentKind, Fact
from assistant.review.shown_case import case_facts
from assistant.review.shown_contract import contract_facts
from assistant.review.shown_document import document_facts

_FACTS = {DocumentKind.PENALTY: case_facts, DocumentKind.CONTRACT: contract_facts, DocumentKind.NORMATIVE: document_facts}


def shown_facts(context: Context) -> tuple[Fact, ...]:
    """The facts of the context's kind, each with its place and the key it is corrected under."""
    return keyed(_FACTS[context.kind](context), context.kind)
