"""What a rule sees: the text, the facts of its kind, the library, and the bureau's own values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from assistant.config import Settings
from assistant.law.citation.read import Citation
from assistant.law.citation.verify import Judged
from assistant.review.case.facts import CaseFacts
from assistant.review.contract.facts import ContractFacts
from assistant.review.normative.facts import DocumentFacts
from assistant.review.rules.knowledge import Knowledge
from assistant.review.rules.lawbook import LawBook
from assistant.review.text.model import DocumentKind, Span
from assistant.review.text.passages import Sentence, split_sentences


@dataclass
class Context:
    """One document before the rules. Only the facts of its kind are read; they are made on first use.

    `text` is as handed in; `folded` has digits and letters half-width at the same offsets.
    """

    kind: DocumentKind
    text: str
    folded: str
    law: LawBook
    settings: Settings
    knowledge: Knowledge
    case: CaseFacts = field(default_factory=CaseFacts)
    contract: ContractFacts = field(default_factory=ContractFacts)
    document: DocumentFacts = field(default_factory=DocumentFacts)
    #: Where citations begin that are about another matter: no range is read from them.
    irrelevant: set[int] = field(default_factory=set)

    def span(self, start: int, end: int) -> Span:
        """The place without surrounding white space and stops."""
        while start < end and self.text[start] in " \t\n\u3000，。；、":
            start += 1
        while end > start and self.text[end - 1] in " \t\n\u3000，。；":
            end -= 1
        return Span(start, end)

    @cached_property
    def citations(self) -> list[Citation]:
        """Every citation of the text."""
        return self.law.citations(self.text)

    @cached_property
    def verified(self) -> list[Judged]:
        """Every citation of the text, judged on the day of the document."""
        return self.law.verified(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The text cut at 。；and line ends."""
        return split_sentences(self.folded)
