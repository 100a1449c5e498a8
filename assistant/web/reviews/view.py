"""A review as its page lays it out: the text in marked pieces, findings with their articles, facts by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from urllib.parse import urlencode

from assistant.answer.model.wording import Wording
from assistant.desk.reviews.records import OpenFinding, OpenReview, Word
from assistant.library.shelf.shelf import Shelf
from assistant.review.case.facts_for_display import EVENTS
from assistant.review.correct.correctable import TABLE, Correctable
from assistant.review.correct.corrections import supplied
from assistant.review.text.model import Basis, Fact, Severity, masked
from assistant.web.citation_view import STATUS_CLASS

#: Facts of one heading shown at most; a long file has hundreds of days.
MOST_FACTS = 200
#: Headings of the facts, in order, with the names that stand under each; a name of none is a heading of its own.
HEADINGS: dict[str, tuple[str, ...]] = {
    "当事人": ("当事人", "当事人类型", "当事人证件号码"),
    "主体和签署": ("甲方", "乙方", "丙方", "丁方", "合同主体", "签署人", "签署日期"),
    "日期": (*EVENTS, "其他日期"),
    "金额": ("罚款金额", "没收违法所得金额", "合同价款", "定金", "金额", "其他金额", "金额（大写）"),
    "标的、期限和付款": ("标的", "期限", "付款方式"),
    "责任、争议和生效": ("违约责任", "争议解决", "生效"),
    "制定机关和依据": ("标题", "制定机关", "制定依据"),
    "设定的内容": ("设定的处罚", "设定的许可和审批", "设定的强制和收费", "设定的义务", "规定的权利"),
    "施行和有效期": ("施行日期", "有效期"),
    "处罚决定和救济": ("处罚种类", "救济和缴纳"),
}
_HEADING = {name: heading for heading, names in HEADINGS.items() for name in names}
#: Headings folded at first: long, and seldom read wrong.
_FOLDED = ("日期", "金额", "援引条款", "条款", "设定的内容", "证据")
SEVERITY_CLASS = {Severity.SERIOUS: "serious", Severity.NORMAL: "normal", Severity.HINT: "light"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `findings` are the numbers of those that mark it, `anchors` the ids that begin here."""

    text: str
    findings: tuple[int, ...] = ()
    mark: str = ""
    title: str = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BasisLine:
    """An article under a finding: its address, version and status today, its text, and where the whole statute opens."""

    address: str
    version: str
    status: str
    status_class: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding with its articles; `mark` is its class by weight."""

    item: OpenFinding
    mark: str
    quote: str
    explain: str
    suggest: str
    basis: tuple[BasisLine, ...]


@dataclass(frozen=True, slots=True)
class Editing:
    """The edit form of one finding as it was sent, with what the model said where it was asked."""

    finding_id: int
    severity: str
    explain: str
    suggest: str
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact; `anchor` leads to its place, `how` tells how it is corrected (None: it is not)."""

    name: str
    value: str
    part: str
    note: str
    anchor: str
    key: str
    read: str | None
    how: Correctable | None


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The facts of one heading; `more` tells how many are not shown, `named` whether each tells its own name."""

    name: str
    lines: tuple[FactLine, ...]
    more: int

    @property
    def named(self) -> bool:
        """True where facts of several names stand under the heading."""
        return any(line.name != self.name for line in self.lines)

    @property
    def unfolded(self) -> bool:
        """True for short headings, and where something was corrected."""
        return self.name not in _FOLDED or len(self.lines) <= 3 or any(line.read for line in self.lines)


def pieces(review: OpenReview) -> list[Piece]:
    """The text cut where marks begin and end; numbers of identity papers are masked."""
    text = review.stored.text
    shown = masked(text)
    placed = [f for f in review.findings if f.finding.place]
    anchors: dict[int, list[str]] = defaultdict(list)
    for fact in review.facts:
        if fact.place:
            anchors[fact.place.start].append(f"t{fact.place.start}")
    for finding in placed:
        if finding.finding.place:
            anchors[finding.finding.place.start].append(f"m{finding.id}")
    ends = {f.finding.place.end for f in placed if f.finding.place}
    cuts = sorted({0, len(text), *anchors, *ends})
    out = []
    for start, end in pairwise(cuts):
        words = shown[start:end] if len(shown) == len(text) else masked(text[start:end])
        over = [f for f in placed if f.finding.place and f.finding.place.start <= start and end <= f.finding.place.end]
        out.append(_piece(words, over, tuple(dict.fromkeys(anchors.get(start, ())))))
    return out


def _piece(words: str, over: list[OpenFinding], anchors: tuple[str, ...]) -> Piece:
    if not over:
        return Piece(words, anchors=anchors)
    first = min(over, key=lambda f: (f.word is Word.REJECTED, f.finding.severity.rank))
    ordered = tuple(f.id for f in sorted(over, key=lambda f: f.id != first.id))
    mark = "rejected" if first.word is Word.REJECTED else SEVERITY_CLASS[first.finding.severity]
    return Piece(words, ordered, mark, "；".join(f"{f.finding.severity}：{f.finding.title}" for f in over), anchors)


def cards(review: OpenReview, found: Iterable[OpenFinding], shelf: Shelf) -> tuple[FindingCard, ...]:
    """Findings as they are shown."""
    day = review.stored.as_of or review.stored.law_day or date.today()
    return tuple(
        FindingCard(
            f,
            SEVERITY_CLASS[f.finding.severity],
            masked(f.finding.quote),
            masked(f.finding.explain),
            masked(f.finding.suggest),
            tuple(_basis(b, shelf, day) for b in f.finding.basis),
        )
        for f in found
    )


def _basis(basis: Basis, shelf: Shelf, day: date) -> BasisLine:
    """The status is that of the quoted version today: an old case is judged by old law, the reader is told so."""
    statute = shelf.find_statute(basis.law)
    versions = shelf.versions(statute.id) if statute else []
    version = next((v for v in versions if v.version_date and v.version_date.isoformat() == basis.version), None)
    status = version.status_on(date.today()).value if version and basis.text else "库中没有"
    link = f"/staff/reviews/statute?{urlencode({'address': basis.address, 'day': day.isoformat()})}" if version else ""
    return BasisLine(basis.address, basis.version, status, STATUS_CLASS.get(status, "warn"), basis.text, link)


def fact_groups(review: OpenReview) -> tuple[FactGroup, ...]:
    """The facts by heading, in the order they were read; values are masked."""
    table = TABLE[review.kind]
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in review.facts:
        groups[_HEADING.get(fact.name, fact.name)].append(fact)
    return tuple(
        FactGroup(name, tuple(_line(f, table.get(f.name)) for f in found[:MOST_FACTS]), max(0, len(found) - MOST_FACTS))
        for name, found in groups.items()
    )


def _line(fact: Fact, how: Correctable | None) -> FactLine:
    anchor = f"t{fact.place.start}" if fact.place else ""
    read = None if fact.read is None else masked(fact.read) or "（未读出）"
    return FactLine(fact.name, masked(fact.value), fact.part, masked(fact.note), anchor, fact.key, read, how if fact.key else None)


def unread(review: OpenReview) -> tuple[Correctable, ...]:
    """The facts that were not read and can be given."""
    return supplied(review.kind, review.facts)
