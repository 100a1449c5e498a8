"""价款: budget and procurement, prepayment, deposit, amounts in figures and words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.text.around import since
from assistant.law.text.numerals import to_number
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import money_places, money_text, paired_amounts, same_amount

_ROUTE = re.compile(
    r"招标|投标|磋商|竞争性谈判|询价|单一来源|采购方式|成交通知|中标|框架协议采购|比选|遴选|政采云|电子卖场|网上超市|定点采购|协议供货|公开招租|拍卖|竞得|竞价|挂牌|采购项目编号|采购计划|采购编号|限额(?:标准)?以下|(?:未|不)(?:达到?|超过)[^。；，]{0,12}限额"
)
_BUDGET = re.compile(
    r"预算|财政(?:资金|拨款|批复|安排|专项)|专项(?:资金|经费)|资金(?:已)?(?:落实|列入|来源)|公益金|经费(?:已)?(?:落实|列入)|补助资金"
)
_NO_BUDGET = re.compile(
    r"(?:未|没有|尚未|暂未|还未)(?:列入|纳入|安排|落实|编入)[^。；]{0,16}(?:预算|资金|经费)|(?:预算|资金|经费|资金来源)[^。；，]{0,12}(?:尚未|未|待|暂未|没有)[^。；]{0,8}(?:落实|安排|批复|下达|列入|解决|确定|追加)|无预算|预算外|"
    r"(?:待|在)[^。；]{0,16}(?:预算(?:调整|追加)|追加预算|下(?:一)?年度预算)[^。；]{0,12}(?:解决|安排|列支|支付|落实)?"
)
_NO_ROUTE = re.compile(
    r"(?:未|不|没有|不再|无需|无须|免于|免)(?:经|履行|进行|实行|组织|采用|通过|办理|走)?[^。；，]{0,10}(?:招标|采购程序|政府采购|磋商|比选|询价|公开采购|招投标)(?!文件)|"
    r"直接(?:委托|确定|选定|指定|交由|与(?:乙方|其)|签订|采购|发包|邀请|商定)|(?:先|边)[^。；，]{0,10}(?:后|再|边)[^。；，]{0,4}(?:补|完善)[^。；，]{0,10}(?:采购|招标|手续|程序)|(?:事后|后续|随后|日后)[^。；]{0,8}(?:补办|补充办理|完善)[^。；]{0,12}(?:采购|招标|手续)|拆分(?:采购|项目)?|化整为零"
)
_PAYS = re.compile(r"支付|付款|结算|拨付")
_ALL = re.compile(
    r"(?:全部|全额|合同(?:全部)?(?:总)?价款|总价款?|100\s*%|百分之百|一次性|一次(?=付清|付足|支付|结清)|全款|全部费用|全部款项)"
)
_GUARANTEE = re.compile(r"履约保证金|履约保函|履约担保|预付款保函|预付款担保|银行保函|质量保函|履约保险")


@rule(
    "no_budget_or_procurement",
    DocumentKind.CONTRACT,
    "没有预算或者未履行采购程序",
    question="权限和程序",
    articles=("《政府采购法》第二十六条", "《预算法》第十三条"),
    suggest="落实预算；按采购限额标准履行相应采购程序，在合同中写明项目编号和采购方式",
)
def no_budget_or_procurement(context: Context) -> Iterator[Hit]:
    """Words that say there was none; or a contract under which the agency pays that tells of neither."""
    contract = context.contract
    told = False
    for pattern, what in ((_NO_BUDGET, "没有落实预算"), (_NO_ROUTE, "未履行采购程序")):
        for match in pattern.finditer(contract.body):
            words = contract.body[max(0, match.start() - 16) : match.end() + 8]
            if re.search(
                r"(?:未|不|没有)[^。；，]{0,6}(?:达到|达|超过|超出|满)[^。；，]{0,12}(?:限额|标准|数额|起点)|乙方不得|框架协议|不得(?:直接)?(?:转|拆)|直接(?:委托|交由)[^。]{0,6}第三|直接与(?:乙方|其)?(?:工作人员|联系)|不得",
                words,
            ):
                continue
            told = True
            yield Hit(*_clause(contract.body, match), f"合同载明{what}而直接签订。")
            break
    if told or contract.price is None or not _agency_pays(context):
        return
    if not _ROUTE.search(contract.text) and not _BUDGET.search(contract.text):
        limit = context.settings.procurement_limit or context.knowledge.caution["procurement"]
        heavy = contract.price.value >= limit
        why = "合同没有写明资金来源、预算和采购方式，是否列入预算、履行采购程序无法核实。"
        yield Hit(None, None, why, None if heavy else Severity.HINT)
    elif not _ROUTE.search(contract.text):
        yield Hit(None, None, "合同没有写明采购方式和项目编号，是否履行采购程序无法核实。", Severity.HINT)


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The clause around a match."""
    start = since(text, match.start(), "，。；\n")
    ends = [e for e in (text.find(mark, match.end()) for mark in "，。；\n") if e >= 0]
    return start, min(ends, default=len(text))


def _agency_pays(context: Context) -> bool:
    """True where the agency is the one that pays: not the lessor, not the one who grants a place for money."""
    contract = context.contract
    agency, other = contract.agency_label, contract.other_label
    if contract.agency is None:
        return False
    ours = len(re.findall(rf"{agency}[^。；\n]{{0,24}}(?:支付|付款|拨付)", contract.body))
    theirs = len(
        re.findall(
            rf"{other}[^。；\n]{{0,24}}(?:支付|缴纳|缴入|交付)(?!违约金)[^。；\n]{{0,10}}(?:租金|承包费|管理费|费用|使用费)", contract.body
        )
    )
    role = re.search(r"出租方|出租人|出让", "".join(re.findall(rf"[^\n]*{agency}[^\n]*", contract.text[:400])))
    return ours > theirs and not role


@rule(
    "full_prepayment",
    DocumentKind.CONTRACT,
    "一次性预付全部价款且无履约保障",
    question="价款",
    articles=("《政府采购法实施条例》第四十八条", "《民法典》第五百二十六条"),
    suggest="改为按进度、验收结果分期支付，或者由对方提供履约保证金、保函",
)
def full_prepayment(context: Context) -> Iterator[Hit]:
    """The whole price before performance, with no security from the other side."""
    contract = context.contract
    if any(
        _GUARANTEE.search(s.text) and not re.search(r"无需|无须|不(?:再)?(?:需|要求|提供|缴纳|收取)|免(?:于|缴|交)|没有", s.text)
        for s in contract.sentences()
    ):
        return
    for sentence in contract.sentences():
        match = re.search(
            rf"{_ALL.pattern}[^。；]{{0,40}}(?:一次性)?(?:支付|付清|预付|付至|汇入|打入|划入|转账|转入|付款|结清|拨付|支付给)|(?:支付|预付|付清|拨付|付)[^。；]{{0,30}}{_ALL.pattern}",
            sentence.text,
        )
        early = re.search(
            r"(?:签约|签订|签字|盖章)(?:即|当[日天])|(?:活动|演出|服务|开始|实施|举办|供货|发货)[^。；，]{0,4}前|(?:签订|签署|签字|生效|盖章|签约)[^。；]{0,16}(?:日|天|工作日)?(?:内|后|起|当日|之日|前)|预付|开工前|进场前|履行前|活动(?:举办)?前|启动前",
            sentence.text,
        )
        late = re.search(
            r"验收|完成(?:后|并)|交付后|履行完毕|结束后|余款|剩余|尾款|分期|分[二两三四五]次|\d\s{0,8}%(?<!100%)|百分之(?!百)",
            sentence.text,
        )
        if (
            match
            and early
            and not late
            and not re.search(
                rf"{contract.other_label}(?:应当|应|须)?[^，。]{{0,30}}(?:支付|付清)[^。]{{0,20}}(?:租金|{contract.agency_label})",
                sentence.text,
            )
        ):
            lessee = (
                re.search(r"租金|租赁费", sentence.text)
                and re.search(r"出租方\s*[（(]甲方|甲方\s*[（(]出租", contract.text[:500])
                and contract.agency_label == "甲方"
            )
            if not lessee:
                yield Hit(sentence.start, sentence.end, "签约后履行前一次性支付全部价款，对方没有提供履约担保，资金风险大。")
                return


@rule(
    "deposit_over_20pct",
    DocumentKind.CONTRACT,
    "定金超过主合同标的额的百分之二十",
    question="价款",
    articles=("《民法典》第五百八十六条",),
    suggest="定金调整到合同价款的百分之二十以内，或者改为预付款",
)
def deposit_over_20pct(context: Context) -> Iterator[Hit]:
    """By the share stated, or by the sum against the price."""
    contract = context.contract
    for match in re.finditer(
        r"(?:[^。；，\n]{0,20}(?:[%％成]|百分之[一二三四五六七八九十]+)[^。；，\n]{0,6}(?:作为|为|充作)定金|定金(?!罚则)[^。；\n]{0,60})",
        contract.body,
    ):
        words = match.group()
        share = re.search(
            r"(?P<a>\d{1,20}(?:\.\d{1,12})?)\s{0,8}[%％]|百分之(?P<b>[一二三四五六七八九十百]+)|(?P<c>[一二三四五六七八九])成", words
        )
        value = None
        if share and not re.search(r"不(?:得)?超过|以内|双倍", words[: share.end() + 4]):
            number = to_number(share["a"] or share["b"] or share["c"])
            value = number / (10 if share["c"] else 100) if number is not None else None
        sums = [m for m in money_places(words) if not m.formal] or list(money_places(words))
        if value is None and sums and contract.price:
            value = sums[0].value / contract.price.value
            if same_amount(value, 1.0):
                value = None
        if value is not None and value > 0.2 + 1e-9:
            end = max(share.end() if share else 0, sums[0].end if sums else 0)
            close = words[end : end + 1] in "）)"
            yield Hit(
                match.start(), match.start() + end + int(close), f"定金为合同价款的{value:.0%}，超过百分之二十的部分不产生定金的效力。"
            )
            return


@rule(
    "amount_words_mismatch",
    DocumentKind.CONTRACT,
    "合同金额大小写不一致",
    question="价款",
    articles=("《民法典》第五百一十条",),
    suggest="核对采购文件和成交金额后改为一致",
)
def amount_words_mismatch(context: Context) -> Iterator[Hit]:
    """Each amount said in figures and in formal words."""
    for first, second in paired_amounts(context.folded):
        if not same_amount(first.value, second.value):
            yield Hit(first.start, second.end, f"大小写不一致：{money_text(first.value)}与{money_text(second.value)}。")
