"""The facts of a contract as the reviewer reads them beside the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.case.facts_for_display import clause_around, paired
from assistant.review.contract.facts import Clause
from assistant.review.rules.context import Context
from assistant.review.text.model import Fact, Span
from assistant.review.text.passages import date_places, money_places, money_text

_SIGNED = re.compile(
    r"(?P<role>授权代表|法定代表人|委托代理人|授权代理人|负责人|签约代表|签字人|经办人)(?:\s*[（(][^）)\n]{0,24}[)）])*(?:签字|签名|签章)?\s*[：:][ \t\u3000]*(?P<name>[\u4e00-\u9fff·]{2,8})?"
)
#: Name of the fact, words of a clause's title, words of a sentence where no title says it.
_TOPICS = (
    ("标的", r"标的|内容|范围|服务|项目|坐落|货物|概况", r"(?:委托|建设|提供|采购|租赁|承包)[^。]{2,40}"),
    ("付款方式", r"付款|支付|结算", r"支付(?!违约)|付款|结算"),
    ("违约责任", r"违约|责任", r"违约金|赔偿"),
    ("争议解决", r"争议|纠纷|管辖", r"仲裁|人民法院|管辖"),
    ("生效", r"生效|效力", r"生效"),
)
_TERM = re.compile(
    r"(?:租赁|合同|服务|合作|承包|履行|使用|经营|建设|工)?(?:期限|期间|工期|租期|有效期)[ \t\u3000]*(?:为|是|[：:])?[ \t\u3000]*(?P<term>[^。；;\n]{2,60})"
)
_DEPOSIT = re.compile(r"定金(?!罚则)[^。；;\n]{0,60}")
_SHARE = re.compile(r"\d{1,20}(?:\.\d{1,12})?\s{0,8}[%％]|百分之[一二三四五六七八九十百]+")


def contract_facts(context: Context) -> Iterator[Fact]:
    """Parties, signatories, subject, price and payment, term, deposit, liability, disputes, effect, attachments."""
    contract = context.contract
    own = contract.as_facts()
    known = ("条款", "附件", "合同价款", "签署日期")
    yield from (f for f in own if f.name not in known)
    yield from _signatories(context)
    yield from _topic(context, *_TOPICS[0])
    yield from _price(context)
    yield from _topic(context, *_TOPICS[1])
    yield from _terms(context)
    yield from _deposits(context)
    for topic in _TOPICS[2:]:
        yield from _topic(context, *topic)
    yield from _signing_days(context)
    yield from _amounts(context)
    yield from (f for f in own if f.name in ("附件", "条款"))


def _signatories(context: Context) -> Iterator[Fact]:
    contract = context.contract
    for match in _SIGNED.finditer(context.folded, contract.body_end):
        side = re.findall(r"[甲乙丙丁]方", context.folded[contract.body_end : match.start()])
        yield Fact("签署人", match["name"] or "（空白）", Span(match.start(), match.end()), side[-1] if side else "", match["role"])


def _topic(context: Context, name: str, title: str, words: str) -> Iterator[Fact]:
    clauses: tuple[Clause, ...] = context.contract.clauses_on(title)
    if clauses:
        for clause in clauses[:4]:
            place = context.span(clause.start, clause.end)
            yield Fact(name, " ".join(clause.text.split())[:160], place, f"第{clause.number}条")
        return
    found = [s for s in context.contract.sentences() if re.search(words, s.text)]
    for sentence in found[:4]:
        yield Fact(name, sentence.text.strip()[:160], context.span(sentence.start, sentence.end))


def _price(context: Context) -> Iterator[Fact]:
    price = context.contract.price
    if price is None:
        return
    for money, words in paired(money_places(context.folded), context.folded):
        if money.start == price.start:
            note = f"大写：{context.text[words.start : words.end]}（{money_text(words.value)}）" if words else ""
            yield Fact("合同价款", money_text(price.value), Span(price.start, price.end), "", note)
            return
    yield Fact("合同价款", money_text(price.value), Span(price.start, price.end))


def _terms(context: Context) -> Iterator[Fact]:
    for match in _TERM.finditer(context.contract.body):
        if re.search(r"\d|[一二三四五六七八九十]|永久|长期|无固定", match["term"]):
            yield Fact("期限", match["term"].strip(), context.span(match.start("term"), match.end("term")))


def _deposits(context: Context) -> Iterator[Fact]:
    for match in _DEPOSIT.finditer(context.contract.body):
        share, sums = _SHARE.search(match.group()), money_places(match.group(), match.start())
        if sums:
            yield Fact("定金", money_text(sums[0].value), Span(sums[0].start, sums[0].end), "", match.group().strip())
        elif share:
            yield Fact("定金", share.group(), Span(match.start() + share.start(), match.start() + share.end()), "", match.group().strip())


def _signing_days(context: Context) -> Iterator[Fact]:
    end = context.contract.body_end
    for day in date_places(context.folded[end:], end):
        yield Fact("签署日期", day.day.isoformat(), Span(day.start, day.end), "", clause_around(context.folded, day.start, day.end))


def _amounts(context: Context) -> Iterator[Fact]:
    price = context.contract.price
    for money, words in paired(money_places(context.folded), context.folded):
        beside = clause_around(context.folded, money.start, (words or money).end, 24)
        if price is None or money.start != price.start:
            note = f"大写：{context.text[words.start : words.end]}（{money_text(words.value)}）" if words else beside
            yield Fact("其他金额", money_text(money.value), Span(money.start, money.end), "", note)
        if words:
            yield Fact("金额（大写）", money_text(words.value), Span(words.start, words.end), "", beside)
