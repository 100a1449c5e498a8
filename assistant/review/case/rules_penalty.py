"""裁量: fine and kinds within what the cited provisions allow, one act fined once, within time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.penalty.penalties import PenaltyKind, applicable
from assistant.law.time.deadlines import Unit, shift
from assistant.review.case.cited_penalties import CitedProvision, decision_sections, grounds
from assistant.review.case.ordered import Fine, Ordered, read_ordered
from assistant.review.case.rules_evidence import labelled_amounts
from assistant.review.case.sections import Part, Section
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import money_text

_LESSENED = re.compile(r"减轻(?:行政)?处罚|予以减轻|依法减轻|从轻或者减轻")
_SERIOUS = re.compile(r"(?<!不属)(?<!不构成)(?<!未达)(?:情节|后果|性质)(?:较为|比较|特别)?(?:严重|恶劣|较重)")
_UNCORRECTED = re.compile(r"拒不改正|逾期(?:仍)?(?:未|不)改正|逾期仍未|拒绝改正|仍(?:未|不)改正")
_REPEATED = re.compile(r"再次|两次以上|多次|屡次|一年内|二年内|两年内")
_BASES = ("违法所得", "违法经营额", "非法经营额", "货值金额")
#: Kinds the statutes word in several ways; one of a group answers for another.
_ALIKE = (
    frozenset({PenaltyKind.SUSPEND_OPERATION, PenaltyKind.SUSPEND_BUSINESS, PenaltyKind.CLOSE}),
    frozenset({PenaltyKind.CONFISCATE_GAINS}),
    frozenset({PenaltyKind.CONFISCATE_GOODS}),
)
_EARLIER = re.compile(r"(?:已(?!经?(?:缴|改))|曾|此前|先前|早前|前期)[^。；]{0,60}罚款|罚款[^。；]{0,30}(?:在先|已执行|已缴纳)")
_SAME_ACT = re.compile(
    r"同一|同样的?(?:违法)?行为|(?:该|上述|本次|此次|此|本案)(?:违法)?(?:行为|事实|演出|活动|经营)|相同(?:的)?(?:违法)?(?:行为|事实)|一事"
)
_SEVERAL_ACTS = re.compile(
    r"(?:两|二|三|多|数)(?:个|项|种)(?:不同的?)?违法行为|分别(?:裁量|处罚|给予|作出|予以|决定)|合并(?:执行|处罚)|(?:第一|第二)(?:项|个)?违法行为|行为(?:一|二|1|2)"
)


def _ground_lists(context: Context) -> Iterator[tuple[Section, Ordered, list[CitedProvision]]]:
    for section in decision_sections(context):
        yield (
            section,
            read_ordered(context.folded, section),
            [g for g in grounds(context, section) if g.citation.start not in context.irrelevant],
        )


def _bounds(context: Context, section: Section, cited: list[CitedProvision], fine: Fine) -> tuple[float | None, float | None, str] | None:
    """(floor, ceiling, label) in yuan of everything the cited provisions allow; None where they cannot be computed."""
    text = context.folded
    told = context.case.body(Part.DECISION, Part.REPORT, Part.COLLECTIVE, Part.LEGAL_REVIEW) or text[section.start : section.end]
    serious = None if _SERIOUS.search(told) else False
    corrected = None if _UNCORRECTED.search(told) else True
    repeated = None if _REPEATED.search(told) else False
    floors: list[float | None] = []
    ceilings: list[float | None] = []
    label = ""
    for one in cited:
        for provision in one.provisions:
            for base, amount in _case_amounts(context, section):
                for applied in applicable(provision, amount=amount, base=base, serious=serious, corrected=corrected, repeated=repeated):
                    if one.item and applied.tier.item not in (None, one.item):
                        continue
                    for entry in applied.ranges:
                        if not _falls_on(entry.fine.addressee or applied.tier.addressee, fine, context):
                            continue
                        if entry.fine.per or entry.fine.is_open:
                            return None
                        if not entry.computed:
                            continue
                        label = label or one.article.address + one.citation.label.removeprefix(one.article.article.label)
                        floors.append(entry.floor)
                        ceilings.append(entry.ceiling)
    if not ceilings:
        return None
    low = None if None in floors else min(f for f in floors if f is not None)
    high = None if None in ceilings else max(c for c in ceilings if c is not None)
    return low, high, label


def _falls_on(addressee: str, fine: Fine, context: Context) -> bool:
    """True where the one a range is for (个人, 单位, 直接负责的主管人员 …; empty: whoever did the act) may be the one fined."""
    person = context.case.is_person
    if re.fullmatch(r"个人|公民|自然人", addressee):
        return person or fine.on_person or "个体工商户" in context.folded
    if re.search(r"单位|法人|组织|企业|旅行社|经营者", addressee):
        return not person and not fine.on_person
    if addressee:
        return fine.on_person or person
    return person or not fine.on_person


def _case_amounts(context: Context, section: Section) -> list[tuple[str | None, float | None]]:
    """The bases the decision names with their amounts; 没有违法所得 counts 0."""
    body = context.folded[section.start : section.end]
    more = context.case.body(Part.REPORT, Part.NOTICE)
    out: list[tuple[str | None, float | None]] = []
    for base in _BASES:
        found = labelled_amounts(body, base) or labelled_amounts(more, base)
        if found:
            out.append((base, max(m.value for m in found)))
        elif re.search(rf"(?:没有|无|未取得|未产生){base}", body + more):
            out.append((base, 0.0))
    gains = re.search(r"违法经营额(?:及|和|、)违法所得均为", body)
    if gains and not any(b == "违法经营额" for b, _ in out):
        out += [("违法经营额", a) for b, a in out if b == "违法所得"]
    return out or [(None, None)]


@rule(
    "fine_above_max",
    DocumentKind.PENALTY,
    "罚款超过法定上限",
    question="裁量",
    articles=("《行政处罚法》第四条",),
    suggest="在法定幅度内重新裁量，并重新告知",
)
def fine_above_max(context: Context) -> Iterator[Hit]:
    """The fine against the highest ceiling the cited provisions allow in the case."""
    for section, ordered, cited in _ground_lists(context):
        for fine in ordered.fines:
            bounds = _bounds(context, section, cited, fine)
            if bounds and bounds[1] is not None and fine.amount > bounds[1] + 0.01:
                why = f"{bounds[2]}规定的罚款最高为{money_text(bounds[1])}，决定罚款{money_text(fine.amount)}，超过法定上限。"
                yield Hit(fine.start, fine.end, why, articles=(_address(bounds[2]),))


@rule(
    "fine_below_min",
    DocumentKind.PENALTY,
    "罚款低于法定下限且无减轻理由",
    question="裁量",
    articles=("《行政处罚法》第三十二条",),
    suggest="在法定幅度内裁量；确有减轻情形的，写明事实和依据",
)
def fine_below_min(context: Context) -> Iterator[Hit]:
    """The fine against the lowest floor; a decision that lessens and says why is left alone."""
    told = context.case.body(Part.DECISION, Part.COLLECTIVE, Part.LEGAL_REVIEW, Part.NOTICE)
    if _LESSENED.search(told) and re.search(r"第三十[023]条|第三十二条|第三十条|第三十三条|减轻(?:情形|情节)", told):
        return
    for section, ordered, cited in _ground_lists(context):
        for fine in ordered.fines:
            bounds = _bounds(context, section, cited, fine)
            if bounds and bounds[0] is not None and fine.amount < bounds[0] - 0.01:
                why = f"{bounds[2]}规定的罚款最低为{money_text(bounds[0])}，决定罚款{money_text(fine.amount)}，低于法定下限且未说明减轻处罚的理由和依据。"
                yield Hit(fine.start, fine.end, why, articles=(_address(bounds[2]), "《行政处罚法》第三十二条"))


def _address(label: str) -> str:
    match = re.match(r"《.{1,120}?》第[^条]{1,12}条(?:之[一二三四五六七八九十]+)?", label)
    return match.group() if match else label


@rule(
    "penalty_type_not_provided",
    DocumentKind.PENALTY,
    "作出了所引条文未设定的处罚种类",
    question="裁量",
    articles=("《行政处罚法》第四条", "《行政处罚法》第三十八条"),
    suggest="删去该种处罚，或者补引设定该种处罚的依据",
)
def penalty_type_not_provided(context: Context) -> Iterator[Hit]:
    """Each kind ordered is a kind of some provision cited; borrowed penalties (依照…处罚) cannot be seen and are left alone."""
    for _, ordered, cited in _ground_lists(context):
        provisions = [p for c in cited for p in c.provisions]
        if not provisions or any(p.borrowed for p in provisions):
            continue
        allowed = {k for c in cited for p in c.provisions for t in p.tiers if c.item is None or t.item in (None, c.item) for k in t.kinds}
        words = "\n".join(c.article.article.text for c in cited)
        label = cited[0].article.address
        for kind, start, end in ordered.kinds:
            if not kind.is_penalty or kind in allowed or any(kind in group and group & allowed for group in _ALIKE):
                continue
            if kind is PenaltyKind.FINE:
                start, end = (ordered.fines[0].start, ordered.fines[0].end) if ordered.fines else (start, end)
            if _worded(kind, words):
                continue
            yield Hit(start, end, f"{label}没有设定{kind.value}，决定给予{kind.value}没有依据。", articles=(label,))


def _worded(kind: PenaltyKind, words: str) -> bool:
    """True where the article speaks of the kind in words the reader may have missed: no alarm then."""
    key = {
        PenaltyKind.FINE: "罚款",
        PenaltyKind.WARNING: "警告",
        PenaltyKind.CONFISCATE_GAINS: "没收",
        PenaltyKind.CONFISCATE_GOODS: "没收",
        PenaltyKind.REVOKE_LICENCE: "吊销",
        PenaltyKind.REVOKE_BUSINESS_LICENCE: "吊销营业执照",
        PenaltyKind.CRITICISM: "通报",
        PenaltyKind.SUSPEND_LICENCE: "暂扣",
        PenaltyKind.SUSPEND_OPERATION: "停业",
        PenaltyKind.SUSPEND_BUSINESS: "暂停",
    }.get(kind)
    return key is not None and key in words


@rule(
    "double_fine",
    DocumentKind.PENALTY,
    "对同一违法行为给予两次以上罚款",
    question="裁量",
    articles=("《行政处罚法》第二十九条",),
    suggest="同一违法行为只能罚款一次；违反多个规定应当罚款的，按罚款数额高的规定处罚",
)
def double_fine(context: Context) -> Iterator[Hit]:
    """Two fines on the party in one decision without several acts, or a fine given before for the same act."""
    for section, ordered, _ in _ground_lists(context):
        fines = [f for f in ordered.fines if not f.on_person]
        body = context.folded[section.start : section.end]
        if len(fines) >= 2 and len({f.whom for f in fines}) == 1 and not _SEVERAL_ACTS.search(body):
            amounts = "、".join(money_text(f.amount) for f in fines)
            yield Hit(
                fines[0].start,
                fines[-1].end,
                f"决定书对当事人分别罚款{amounts}，未说明属不同的违法行为，同一违法行为不得给予两次以上罚款。",
            )
        for sentence in context.sentences:
            match = _EARLIER.search(sentence.text)
            if match and _SAME_ACT.search(sentence.text) and not re.search(r"未(?:曾|被|受)|没有|不得|不予", sentence.text):
                yield Hit(sentence.start, sentence.end, "案卷载明当事人已因同一违法行为被罚款，不得再次罚款。")
                break


@rule(
    "statute_of_limitation",
    DocumentKind.PENALTY,
    "违法行为超过追责时效",
    question="裁量",
    articles=("《行政处罚法》第三十六条",),
    suggest="不再给予行政处罚，撤销立案或者作出不予处罚决定；有连续、继续状态的，补充证据",
)
def statute_of_limitation(context: Context) -> Iterator[Hit]:
    """The last day of the act against the day it was found: two years, five where life, health or finance was harmed."""
    case = context.case
    if case.conduct is None or case.discovered is None or case.ongoing:
        return
    grave = re.search(r"生命健康|金融安全", case.body(Part.DECISION, Part.REPORT))
    years = 5 if grave else 2
    expires = shift(case.conduct.day, years, Unit.YEAR)
    if case.discovered.day > expires:
        why = f"违法行为发生于{case.conduct.day.isoformat()}，{case.discovered.day.isoformat()}才被发现，超过{years}年追责时效。"
        yield Hit(case.conduct.start, case.conduct.end, why)
    elif case.discovered.day == expires:
        yield Hit(case.conduct.start, case.conduct.end, "发现之日恰为追责时效末日，是否逾期请核对。", Severity.HINT)
