"""The facts of a contract, each with its place: parties, type, price, clauses, signatures, attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assistant.law.numerals import to_int
from assistant.review.model import Fact, Span
from assistant.review.passages import Money, Sentence, date_places, money_places, split_sentences

_LABELS = r"(?:甲|乙|丙|丁)方"
_ROLE = (
    r"采购人|采购方|供应商|供方|需方|买方|卖方|出租方|出租人|承租方|承租人|委托方|委托人|受托方|受托人|承办方|承包方|承包人|发包方|发包人|服务方|制作方|"
    r"运营方|主办方|合作方|设计方|施工方|赞助方|赞助人|出让方|受让方|使用方|许可方|被许可方"
)
_PARTY = re.compile(
    rf"(?:^|[\n\u3000 ])\s*(?:(?P<label>{_LABELS})|(?:{_ROLE}))\s*(?:[（(][^）)\n]{{1,24}}[)）])?\s*[：:]\s*(?P<name>[^，,。；;：:\n（(\s]{{2,40}})"
)
_ARTICLE = re.compile(
    r"^[ \t\u3000]*(?:第(?P<n>[一二三四五六七八九十百\d]+)条|(?P<m>[一二三四五六七八九十]{1,3})、)[ \t\u3000]*(?P<title>[^\n。；]{0,24})",
    re.MULTILINE,
)
_AGENCY = re.compile(r"(?:局|委员会|人民政府|街道办事处|厅|机关|办公室|科|股|处|大队|执法队|支队|管委会|指挥部|领导小组)(?:[（(].*)?$")
_PRICE = re.compile(
    r"(?:合同(?:总)?价款|合同总?价|总价款?|合同金额|价款|服务费(?:用)?(?:总额|合计)?|年服务费|租金(?:合计|总额)?|费用总额|合同总额|总金额|承包价|中标价|成交价|补助资金)"
)
_ATTACHED = re.compile(
    r"^[ \t\u3000]*附件\s*(?P<n>[一二三四五六七八九十\d]{0,3})\s*(?:[：:、.．]|[ \t\u3000]|《|$)(?P<rest>[^\n]*)", re.MULTILINE
)
_REFERS = re.compile(r"附件\s*(?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})(?:\s*《[^》\n]{1,30}》)?")


@dataclass(frozen=True, slots=True)
class ContractParty:
    """A party where it is named: its label (甲方), name and place."""

    label: str
    name: str
    start: int
    end: int

    @property
    def is_agency(self) -> bool:
        """True for an organ of state or a part of one."""
        return bool(_AGENCY.search(self.name)) and not re.search(r"公司|事务所|企业", self.name)


@dataclass(frozen=True, slots=True)
class Clause:
    """One 条 of a contract: number as written, title, place and text with its heading."""

    number: int
    title: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


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

    @property
    def agency(self) -> ContractParty | None:
        """The administrative party."""
        return next((p for p in self.parties if p.is_agency), None)

    @property
    def agency_label(self) -> str:
        """甲方 or 乙方, whichever is the administrative party; 甲方 where none is recognised."""
        return self.agency.label if self.agency and self.agency.label else "甲方"

    @property
    def other_label(self) -> str:
        """The label of the other side."""
        return "甲方" if self.agency_label == "乙方" else "乙方"

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
    parties = _parties(text)
    end = _body_end(text)
    clauses = _clauses(text, end)
    signed = date_places(text[end:])
    return ContractFacts(
        text=text,
        title=next((ln.strip() for ln in text.split("\n") if ln.strip()), ""),
        parties=parties,
        clauses=clauses,
        price=_price(text[:end]),
        body_end=end,
        attached=_attached(text, end),
        referred=_referred(text, end),
        signed=signed[-1].day if signed else None,
    )


def _parties(text: str) -> tuple[ContractParty, ...]:
    out = []
    for match in _PARTY.finditer(text):
        line = match.group()
        label = match["label"] or next(iter(re.findall(r"[（(]\s*(甲方|乙方|丙方)", line)), "")
        name = match["name"].strip("_ ＿")
        if len(name) >= 2 and not re.search(r"^(?:盖章|签字|应当|负责|签章)", name):
            out.append(ContractParty(label, name, match.start("name"), match.start("name") + len(name)))
    return tuple(out)


def _body_end(text: str) -> int:
    """Where the clauses end: the first attachment or signature line in the last stretch of the text."""
    articles = [m.start() for m in _ARTICLE.finditer(text)]
    start = articles[-1] if articles else len(text) // 2
    tail = re.compile(
        rf"^[ \t\u3000]*(?:附件\s*[一二三四五六七八九十\d]{{0,3}}\s*[：:]|附\s*[：:]|{_LABELS}\s*(?:[（(](?:盖章|签章|公章|签字|盖公章|采购人|委托方|章)[^）)]{{0,12}}[)）])|"
        rf"{_LABELS}\s*[：:]|[（(]以下无正文|签署页|（?签字盖章页)",
        re.MULTILINE,
    )
    match = tail.search(text, start)
    return match.start() if match else len(text)


def _clauses(text: str, end: int) -> tuple[Clause, ...]:
    found = [m for m in _ARTICLE.finditer(text) if m.start() < end]
    if any(m["n"] for m in found):
        found = [m for m in found if m["n"]]
    out = []
    for index, match in enumerate(found):
        stop = found[index + 1].start() if index + 1 < len(found) else end
        number = to_int(match["n"] or match["m"]) or 0
        out.append(Clause(number, match["title"].strip(), text[match.start() : stop], match.start()))
    return tuple(out)


def _price(body: str) -> Money | None:
    """The contract price: the largest amount that follows words for the price; the total where one is given."""
    found: list[Money] = []
    for match in _PRICE.finditer(body):
        sentence = re.split(r"[。；;\n]", body[match.end() : match.end() + 80])[0]
        found += [m for m in money_places(sentence, match.end()) if not re.search(r"保证金|违约金|定金", sentence[: m.start - match.end()])]
    figures = [m for m in found if not m.formal] or found
    return max(figures, key=lambda m: m.value, default=None)


def _attached(text: str, end: int) -> tuple[tuple[int, int, str], ...]:
    out = []
    for match in _ATTACHED.finditer(text, end):
        if re.match(r"\s*(?:与|是|作为|同)", match["rest"]):
            continue
        number = to_int(match["n"]) if match["n"] else None
        if number is not None:
            out.append((number, match.start(), match.group().strip()))
            continue
        listed = [to_int(n) for n in re.findall(r"(?:^|[；;，\s])(\d{1,2}|[一二三四五六七八九十])[.．、]", match["rest"])]
        out += [(n, match.start(), match.group().strip()) for n in listed if n] or [(0, match.start(), match.group().strip())]
    return tuple(out)


def _referred(text: str, end: int) -> tuple[tuple[int, int, int], ...]:
    out = []
    for match in _REFERS.finditer(text, 0, end):
        number = to_int(match["n"])
        if number:
            out.append((number, match.start(), match.end()))
    return tuple(out)
