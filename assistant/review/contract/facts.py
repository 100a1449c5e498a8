"""The facts of a contract, each with its place: parties, type, price, clauses, signatures, attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from assistant.law.text.around import since
from assistant.review.contract.parties import ContractParty as ContractParty
from assistant.review.contract.parties import Signature, read_parties, read_signatures, signature_start
from assistant.review.text.clauses import Clause as Clause
from assistant.review.text.clauses import body_end, read_attached, read_clauses, read_referred
from assistant.review.text.model import Fact, Span
from assistant.review.text.passages import Money, Sentence, date_places, money_places, paired_amounts, split_sentences

_NO_PRICE = re.compile(r"保证金|违约金|定金|押金|保函")
_PRICE = re.compile(
    r"(?:合同(?:总)?价款|合同总?价|总价款?|合同金额|价款|服务费(?:用)?(?:总额|合计)?|年服务费|租金(?:合计|总额)?|费用总额|合同总额|总金额|承包价|中标价|成交价|补助资金)"
)


@dataclass(frozen=True, slots=True)
class Sides:
    """Who the administrative party is and how the contract calls both sides; worked out once, since every finding asks."""

    agency: ContractParty | None = None
    agency_label: str = "甲方"
    other_label: str = "乙方"


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What the rules of contracts read."""

    text: str = ""
    title: str = ""
    parties: tuple[ContractParty, ...] = ()
    clauses: tuple[Clause, ...] = ()
    price: Money | None = None
    body_end: int = 0
    attached: tuple[tuple[int, int, str], ...] = ()
    referred: tuple[tuple[int, int, int], ...] = ()
    signed: date | None = None
    signatures: tuple[Signature, ...] = ()
    sides: Sides = field(default_factory=Sides)

    @property
    def agency(self) -> ContractParty | None:
        """The administrative party."""
        return self.sides.agency

    @property
    def agency_label(self) -> str:
        """The label of the administrative party (甲方, 出租人 …); 甲方 where none is recognised."""
        return self.sides.agency_label

    @property
    def other_label(self) -> str:
        """The label of the other side."""
        return self.sides.other_label

    @property
    def body(self) -> str:
        """The text before the signatures and attachments."""
        return self.text[: self.body_end]

    @property
    def tail(self) -> str:
        """The signatures and attachments."""
        return self.text[self.body_end :]

    def clauses_on(self, words: str) -> tuple[Clause, ...]:
        """The clauses whose title matches a pattern."""
        return tuple(c for c in self.clauses if re.search(words, c.title))

    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences before the signatures."""
        return split_sentences(self.body)

    def as_facts(self) -> tuple[Fact, ...]:
        """The facts as shown beside the findings."""
        out = [Fact(p.label or "合同主体", p.name, Span(p.start, p.end)) for p in self.parties]
        if self.price:
            out.append(Fact("合同价款", f"{self.price.value:g}元", Span(self.price.start, self.price.end)))
        if self.signed:
            out.append(Fact("签署日期", self.signed.isoformat()))
        out += [Fact("条款", c.title, Span(c.start, c.start + len(c.text.split("\n")[0]))) for c in self.clauses if c.title]
        return (*out, *(Fact("附件", words or f"附件{n}", Span(at, at)) for n, at, words in self.attached))


def read_contract(text: str) -> ContractFacts:
    """Return the facts of a contract; `text` has half-width digits."""
    parties = read_parties(text)
    names = tuple({p.name: None for p in parties})
    end = body_end(text, names)
    signing = signature_start(text, end, names)
    signed = date_places(text[end:])
    return ContractFacts(
        text=text,
        title=_title(text),
        parties=parties,
        sides=_sides(parties),
        clauses=read_clauses(text, end),
        price=_price(text[:end]),
        body_end=end,
        attached=read_attached(text, end),
        referred=read_referred(text, end),
        signed=signed[-1].day if signed else None,
        signatures=read_signatures(text, signing, parties) if signing is not None else (),
    )


def _sides(parties: tuple[ContractParty, ...]) -> Sides:
    organs = {p.name: p.is_agency for p in parties}
    agency = next((p for p in parties if organs[p.name]), None)
    own = agency.label if agency and agency.label else "甲方"
    other = next((p.label for p in parties if p.label and p.label != own and not organs[p.name]), "")
    return Sides(agency, own, other or ("甲方" if own == "乙方" else "乙方"))


def _title(text: str) -> str:
    """The first line that names the paper (…合同, …协议), else the first line."""
    lines = [ln.strip() for ln in text.split("\n") if ln.strip()][:6]
    return next(
        (ln for ln in lines if re.search(r"(?:合同|协议|协议书|合同书|约定书)(?:[（(].{0,12}[)）])?$", ln)), lines[0] if lines else ""
    )


def _price(body: str) -> Money | None:
    """The contract price: the largest amount that follows words for the price, else that is said in figures and in words."""
    found: list[Money] = []
    for match in _PRICE.finditer(body):
        sentence = re.split(r"[。；;\n]", body[match.end() : match.end() + 80])[0]
        found += [m for m in money_places(sentence, match.end()) if not _NO_PRICE.search(sentence[: m.start - match.end()])]
    if not found:
        pairs = paired_amounts(body)
        found = [m for pair in pairs for m in pair if not _NO_PRICE.search(body[since(body, pair[0].start, "。；;\n") : pair[0].start])]
    figures = [m for m in found if not m.formal] or found
    return max(figures, key=lambda m: m.value, default=None)
