"""`facts`: what was read of a document, in the order and words the reviewer wants it."""

from __future__ import annotations

from assistant.review.case.facts_for_display import case_facts
from assistant.review.contract.facts_for_display import contract_facts
from assistant.review.correct.corrections import keyed
from assistant.review.normative.facts_for_display import document_facts
from assistant.review.rules.context import Context
from assistant.review.text.model import DocumentKind, Fact

_FACTS = {DocumentKind.PENALTY: case_facts, DocumentKind.CONTRACT: contract_facts, DocumentKind.NORMATIVE: document_facts}


def shown_facts(context: Context) -> tuple[Fact, ...]:
    """The facts of the context's kind, each with its place and the key it is corrected under."""
    return keyed(_FACTS[context.kind](context), context.kind)
