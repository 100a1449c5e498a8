"""事实 and 证据: acts backed by evidence, gains computed, amounts the same throughout."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.law.text.around import since
from assistant.review.case.cited_penalties import cited_provisions
from assistant.review.case.ordered import read_ordered
from assistant.review.case.sections import Part, Section
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import Money, Sentence, money_places, money_text, paired_amounts, same_amount, split_sentences

_PROOF = (Part.INSPECTION, Part.INQUIRY, Part.EVIDENCE, Part.REGISTRATION)
_FACTS = re.compile(r"经查明?|查明|违法事实|检查发现|本局认定|认定")
_FACTS_END = re.compile(
    r"(?:上述|以上)(?:违法)?(?:事实)?|证据[：:有]|证据为|本局认为|违反(?:了)?《|依据《|有[^。；]{2,60}(?:为证|证实|证明)|的行为[，]?(?:已)?(?:违反|属)|该行为|其行为"
)
_CONDUCT = re.compile(
    r"擅自|未经|未按|未取得|未建立|未依法|违反|违规|接纳|容纳|盗|承印|印制|加印|复制|雇|招用|转让|转借|接收|使用|设置|悬挂|破坏|损|占用|施工|取土|销售|出租|出借|提供|举办|演出|经营|营业|播放|收取|发行|印刷|安装|停止|从事|组织|拒绝|伪造|倒卖|隐瞒|容留|强迫|诱导|购物"
)
#: An act found besides the one the file is about, and the words of a clause that tell nothing of an act.
_ADDED = re.compile(r"另|还|此外|同时|并(?!处)|以及|且|当事人(?:还|另|又|同时|并)")
_BARE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|当事人|你(?:单位|公司|店|社)|本局|还于|另查明?")
_NONE = re.compile(
    r"(?:无|没有|未(?:能)?(?:收集|调取|提取|取得|获取|附|见))(?:到)?(?:任何|其他|相关|相应|有关|直接|充分)*(?:的)?(?:书证|物证|证据|凭证|材料)(?:证明|证实|支持|佐证|予以)?"
    r"|仅(?:有|凭|根据|依据)[^，。；]{0,16}(?:举报|投诉|反映|口头|传闻|陈述)[^，。；]{0,8}(?:认定|即|便|推定)?|据(?:群众|周边|邻居|他人|知情人)[^，。；]{0,10}(?:反映|称|所述)|推定"
)
_THRESHOLD = re.compile(r"\s{0,8}(?:以上|以下|不满|×|/|每)")
_LABELS = ("违法所得", "违法经营额", "非法经营额", "货值金额", "罚款")
_ARITHMETIC = re.compile(
    r"(?P<a>\d[\d,]{0,29}+(?:\.\d{1,12}+)?)\s{0,8}(?:万)?[\u4e00-\u9fff/]{0,4}\s{0,8}[×xX*]\s{0,8}(?P<b>\d[\d,]{0,29}+(?:\.\d{1,12}+)?)\s{0,8}[\u4e00-\u9fff/]{0,4}\s{0,8}[＝=]\s{0,8}(?P<c>\d[\d,]{0,29}+(?:\.\d{1,12}+)?)"
)


@rule(
    "fact_without_evidence",
    DocumentKind.PENALTY,
    "认定的违法事实没有证据支持",
    question="事实和证据",
    articles=("《行政处罚法》第四十条", "《行政处罚法》第四十六条"),
    suggest="补充收集证据并经查证属实；不能证明的，不予认定该项事实",
)
def fact_without_evidence(context: Context) -> Iterator[Hit]:
    """Each act the decision finds is spoken of in a record or the list of evidence."""
    decision = context.case.decision
    if decision is None:
        return
    for section in context.case.parts(Part.DECISION, Part.REPORT, Part.NOTICE):
        for match in _NONE.finditer(context.folded, section.start, section.end):
            sentence = context.folded[since(context.folded, match.start(), "。") : match.end()]
            if not re.search(r"违法所得|违法行为轻微|从轻|当事人[^。]{0,12}(?:提供|提交|提出)|申辩|没有异议|无异议", sentence):
                yield Hit(match.start(), match.end(), f"{section.part.value}自认该项事实缺少证据，违法事实不清，不得给予处罚。")
    records = _records(context)
    if not records.strip():
        if context.case.is_file:
            yield Hit(None, None, "案卷中没有笔录和证据清单，决定书认定的违法事实没有证据支持。")
        return
    told = _told(context, decision)
    known = _pairs(records)
    clauses = [c for t in told for c in split_sentences(t.text, t.start, "，。；;\n")]
    # The act told in the words of the statute: the records tell what was seen, in other words. Not so for an act found besides.
    statute = {p for c in cited_provisions(context, decision) for p in _pairs(c.article.article.text)}
    added = False
    for clause in clauses:
        added = bool(_ADDED.match(clause.text.strip(" ，"))) or (added and context.folded[clause.start - 1] == "，")
        yield from _unproved(clause.text, clause.start, records, known if added else known | statute)


def _records(context: Context) -> str:
    """The records and the list of evidence, with the computations and opinions that have a paper of their own."""
    own = (s for s in context.case.parts(Part.OTHER) if re.search(r"计算|核算|核对|核定|评估|鉴定|认定|说明", s.heading))
    return "\n".join((context.case.body(*_PROOF), *(context.folded[s.start : s.end] for s in own)))


def _unproved(clause: str, start: int, records: str, known: set[str]) -> Iterator[Hit]:
    """A clause of conduct most of whose words no record has."""
    if (
        len(clause) < 9
        or not _CONDUCT.search(clause)
        or re.search(r"违法所得|违法经营额|案发后|配合|退款|改正|整改|本局|法定代表人|住所", clause)
    ):
        return
    added = bool(_ADDED.match(clause.strip(" ，")))
    pairs = _pairs(_BARE.sub(" ", clause) if added else clause)
    share = len(pairs & known) / len(pairs) if pairs else 1.0
    numbers = re.findall(r"\d[\d,]{0,29}(?:\.\d{1,12})?(?=[元人张册台场次家套件间部条])", clause)
    lost = [n for n in numbers if n.replace(",", "") not in records.replace(",", "")]
    sums = [n for n in lost if f"{n}元" in clause]
    if share < (0.45 if added else 0.3) or (lost and share < 0.75) or sums:
        yield Hit(start, start + len(clause), f"决定书认定“{clause.strip()}”，检查、询问笔录和证据清单中没有对应的证据。")


def _told(context: Context, decision: Section) -> list[Sentence]:
    body = context.folded[decision.start : decision.end]
    begin = _FACTS.search(body)
    if begin is None:
        return []
    stop = _FACTS_END.search(body, begin.end())
    end = stop.start() if stop else begin.end() + 400
    return list(split_sentences(body[begin.end() : end], decision.start + begin.end()))


def _pairs(text: str) -> set[str]:
    kept = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", " ", text)
    return {kept[i : i + 2] for i in range(len(kept) - 1) if " " not in kept[i : i + 2]}


@rule(
    "confiscation_no_calc",
    DocumentKind.PENALTY,
    "没收违法所得没有计算依据和证据",
    question="事实和证据",
    articles=("《行政处罚法》第二十八条", "《行政处罚法》第四十六条"),
    suggest="列明违法所得的计算方法和款项构成，补充流水、票据、合同等证据",
)
def confiscation_no_calc(context: Context) -> Iterator[Hit]:
    """A sum confiscated stands in the evidence, or is computed somewhere in the file from figures that do."""
    decision = context.case.decision
    if decision is None or not context.case.is_file:
        return
    ordered = read_ordered(context.folded, decision)
    proof, computed = _records(context), context.case.body(*_PROOF, Part.REPORT, Part.DECISION, Part.NOTICE)
    for gain in ordered.gains:
        firm = [m for m in money_places(proof) if same_amount(m.value, gain.value) and not _guessed(proof, m)]
        if firm or _computes(computed, gain.value):
            continue
        yield Hit(gain.start, gain.end, f"没收违法所得{money_text(gain.value)}，笔录、证据清单中没有这一数额，也没有计算过程。")
    bare = re.search(
        r"没收(?:全部|其)?违法所得(?!\s*+(?:人民币|共计|计|款)?\s*+[\d一二三四五六七八九壹贰叁肆伍陆柒捌玖¥￥])",
        context.folded[ordered.start : ordered.end],
    )
    if bare and not ordered.gains and "没有违法所得" not in context.folded[decision.start : decision.end]:
        at = ordered.start + bare.start()
        yield Hit(at, ordered.start + bare.end(), "决定没收违法所得而未写明数额及其计算。")


def _guessed(text: str, money: Money) -> bool:
    around = text[max(0, money.start - 8) : money.start] + "|" + text[money.end : money.end + 6]
    return bool(re.search(r"大概|大约|左右|估计|估算|可能|上下|差不多|约\|?|来元|多元|记不清", around))


def _computes(text: str, value: float) -> bool:
    """True where a product or a sum in the text gives the value and its parts stand there too."""
    for match in re.finditer(r"[×xX*＋+－][^。；\n]{0,60}?[＝=]\s{0,8}(?:人民币)?\s{0,8}(\d[\d,]{0,29}(?:\.\d{1,12})?)", text):
        if same_amount(float(match.group(1).replace(",", "")), value):
            return True
    return False


@rule(
    "amount_inconsistent",
    DocumentKind.PENALTY,
    "金额前后不一致",
    question="事实和证据",
    articles=("《行政处罚法》第四十条",),
    severity=Severity.NORMAL,
    suggest="核对证据后统一各文书金额；影响处罚幅度的，重新告知",
)
def amount_inconsistent(context: Context) -> Iterator[Hit]:
    """Figures and words, sums and products, and the same amount in every paper."""
    for section in context.case.parts(Part.DECISION, Part.NOTICE, Part.COLLECTIVE):
        yield from _words_differ(context, section)
    yield from _papers_differ(context)
    for match in _ARITHMETIC.finditer(context.folded):
        a, b, c = (float(match[k].replace(",", "")) for k in "abc")
        before = context.folded[since(context.folded, match.start(), "，。；;\n") : match.start()]
        if "万" not in match.group() and not re.search(r"[+＋－-]", before) and not same_amount(a * b, c) and c:
            yield Hit(match.start(), match.end(), f"算式不成立：{a:g}×{b:g}应为{a * b:g}。")
    yield from _total_differs(context)


def _words_differ(context: Context, section: Section) -> Iterator[Hit]:
    for first, second in paired_amounts(context.folded[section.start : section.end], section.start):
        if not same_amount(first.value, second.value):
            why = f"{section.part.value}中金额大小写不一致：{money_text(first.value)}与{money_text(second.value)}。"
            yield Hit(first.start, second.end, why)


def labelled_amounts(text: str, label: str, offset: int = 0) -> list[Money]:
    """Amounts that a text gives for a label (违法所得…), computed ones included; thresholds of the law are left out."""
    out = []
    pattern = rf"{label}(?!的|[^，。；]{{0,4}}倍)(?:[\u4e00-\u9fff（(]{{0,12}}?|[^，。；\n]{{0,60}}?[＝=])\s*$"
    for money in money_places(text):
        if money.formal or _THRESHOLD.match(text, money.end):
            continue
        before = text[since(text, money.start, "，。；;\n、") : money.start]
        match = re.search(pattern, before)
        words = before[match.start() :] if match else ""
        if match and not re.search(r"不足|不满|超过|没有|每|加处|罚没|合计罚没|其中|及(?!违法所得)|退", words):
            out.append(Money(money.value, money.start - len(words) + offset, money.end + offset))
    return out


def _papers_differ(context: Context) -> Iterator[Hit]:
    case, text = context.case, context.folded
    papers = case.parts(Part.REPORT, Part.LEGAL_REVIEW, Part.NOTICE, Part.COLLECTIVE, Part.DECISION)
    for label in _LABELS:
        values: dict[str, list[tuple[Section, Money]]] = defaultdict(list)
        for section in papers:
            if label == "罚款" and section.part in (Part.REPORT, Part.LEGAL_REVIEW):
                continue  # what was proposed may be changed by review
            found = labelled_amounts(text[section.start : section.end], label, section.start)
            distinct = {round(m.value, 2) for m in found}
            if len(distinct) == 1:
                values[str(distinct.pop())].append((section, found[0]))
        if len(values) < 2:
            continue
        ruling = next(
            (v for v, group in values.items() if any(s.part is Part.DECISION for s, _ in group)), max(values, key=lambda v: len(values[v]))
        )
        if label == "罚款" and _reduced(context, values, ruling):
            continue
        for value, group in values.items():
            if value != ruling:
                section, money = group[0]
                yield Hit(
                    money.start,
                    money.end,
                    f"{section.part.value}中{label}为{money_text(money.value)}，其他文书为{money_text(float(ruling))}。",
                )


def _reduced(context: Context, values: dict[str, list[tuple[Section, Money]]], ruling: str) -> bool:
    """True where the decision fines less than was notified and says that pleas were taken up."""
    lower = all(float(v) >= float(ruling) for v in values)
    text = context.case.body(Part.STATEMENT, Part.HEARING, Part.COLLECTIVE, Part.DECISION, Part.LEGAL_REVIEW)
    return lower and bool(re.search(r"(?<!不予)(?<!未)采纳|予以(?:从轻|减轻)|调整为|降低|减少|变更为|下调为", text))


def _total_differs(context: Context) -> Iterator[Hit]:
    decision = context.case.decision
    if decision is None:
        return
    body = context.folded[decision.start : decision.end]
    match = re.search(r"罚没款?(?:共计|合计|总计|共)(?:人民币)?", body)
    if not match:
        return
    near = [m for m in money_places(body[match.end() : match.end() + 20]) if m.start <= 2]
    ordered = read_ordered(context.folded, decision)
    total = sum(f.amount for f in ordered.fines) + sum(g.value for g in ordered.gains)
    if near and ordered.fines and total and not same_amount(near[0].value, total):
        at = decision.start + match.start()
        why = f"罚没款合计{money_text(near[0].value)}与各项相加{money_text(total)}不一致。"
        yield Hit(at, decision.start + match.end() + near[0].end, why)
