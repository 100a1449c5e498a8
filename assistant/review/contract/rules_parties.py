"""合同主体: capacity, names, signatures, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.case.rules_subject import alike
from assistant.review.contract.facts import ContractParty
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import date_places, organisations

_INNER = re.compile(
    r"(?:局|委员会|委|厅|政府|办)[\u4e00-\u9fff（）()]{0,16}?(?:科|股|处|室|办公室|大队|中队|执法队|支队|专班|工作组|领导小组|指挥部|组委会|党支部|党委|工会|窗口)$|"
    r"^[\u4e00-\u9fff]{2,16}(?:科|股)$|(?:领导小组(?:办公室)?|指挥部(?:办公室)?|组委会|筹备组|工作专班|综合(?:行政)?执法(?:大|中)?队)$"
)
_BLANK_DATE = re.compile(
    r"(?:日期|签订时间|签署时间|签订日期|时间)\s*[：:](?:[_＿\s]*+年[_＿\s]*+月[_＿\s]*+日|\s*+[_＿]{2,}|\s*(?=\n|$|乙方|甲方))|(?:(?<![\d_＿\s])|(?<=\d[_＿\s]))[_＿\s]{2,}+年[_＿\s]++月[_＿\s]++日"
)


@rule(
    "internal_dept_party",
    DocumentKind.CONTRACT,
    "合同主体为机关内设机构",
    question="主体",
    articles=("《民法典》第一百四十三条", "《民法典》第九十七条"),
    suggest="由具有法人资格的机关作为合同主体签章",
)
def internal_dept_party(context: Context) -> Iterator[Hit]:
    """A 科室, brigade, office or ad hoc group has no legal personality."""
    told: set[str] = set()
    for party in context.contract.parties:
        name = re.sub(r"[（(].*$", "", party.name)
        if _INNER.search(name) and name not in told and not re.search(r"公司|中心$|馆$", name):
            told.add(name)
            yield Hit(party.start, party.end, f"“{name}”是内设机构或者临时机构，不具有法人资格，不能作为合同主体。")


@rule(
    "party_name_inconsistent",
    DocumentKind.CONTRACT,
    "合同主体名称前后不一致",
    question="主体",
    articles=("《民法典》第四百七十条",),
    suggest="以营业执照载明的名称为准，统一首部、正文和签章处的名称",
)
def party_name_inconsistent(context: Context) -> Iterator[Hit]:
    """The names at the head, in the text, of the account, and at the signature."""
    contract = context.contract
    heads: dict[str, ContractParty] = {}
    for party in contract.parties:
        if party.start < contract.body_end:
            heads.setdefault(party.label or party.name, party)
    told: set[str] = set()
    for party in contract.parties:
        head = heads.get(party.label)
        own, first = _bare(party.name), _bare(head.name) if head else ""
        # A bureau and a unit of it: internal_dept_party speaks of that.
        unit = bool(first) and (own.startswith(first) or first.startswith(own)) and party.is_agency
        if head and party.label and own != first and not unit and party.name not in told:
            told.add(party.name)
            yield Hit(party.start, party.end, f"{party.label}在首部为“{head.name}”，此处为“{party.name}”，名称不一致。")
    names = {_bare(h.name) for h in heads.values()}
    for name, at in (*organisations(context.folded), *_accounts(context.folded)):
        near = [n for n in names if alike(n, _bare(name)) and n != _bare(name)]
        if near and _bare(name) not in names and name not in told and not any(_bare(name) in n for n in names) and near[0] not in name:
            told.add(name)
            yield Hit(at, at + len(name), f"此处写作“{name}”，首部为“{near[0]}”，名称不一致。")


def _bare(name: str) -> str:
    return re.sub(r"[\s（()）_＿]|盖章|公章|签章", "", name)


def _accounts(text: str) -> list[tuple[str, int]]:
    found = re.finditer(r"(?:户名|开户名称|账户名称|收款人|收款单位)\s*[：:]\s*(?P<name>[\u4e00-\u9fff（）()]{4,40})", text)
    return [(m["name"], m.start("name")) for m in found]


@rule(
    "signature_missing",
    DocumentKind.CONTRACT,
    "没有授权代表签字或者签署日期",
    question="形式",
    articles=("《民法典》第四百九十条",),
    severity=Severity.NORMAL,
    suggest="由法定代表人或者授权代表签字并加盖公章，写明签署日期；授权签署的附授权委托书",
)
def signature_missing(context: Context) -> Iterator[Hit]:
    """Each side has a named representative, and there is a date of signature."""
    contract = context.contract
    signatures = contract.signatures
    if not signatures:
        yield Hit(None, None, "合同没有签署栏：缺少双方盖章、授权代表签字和签署日期。")
        return
    for one in signatures:
        if not one.signer:
            line = context.folded[one.start : one.end].split("\n")[0]
            yield Hit(one.start, one.start + len(line), f"{one.label}签署处没有授权代表（法定代表人）签字。")
    tail_start = signatures[0].start
    tail = context.folded[tail_start:]
    blank = _BLANK_DATE.search(tail)
    head = re.search(
        r"(?:签订|签署|订立)(?:日期|时间)\s*[：:]\s*(?:\d{4}|[一二][〇零○])|\d{4}年\d{1,2}月\d{1,2}日(?:签订|订立|签署)", contract.body
    )
    if head:
        return
    if blank and not date_places(tail[blank.start() : blank.end() + 12]):
        yield Hit(tail_start + blank.start(), tail_start + blank.end(), "签署日期空缺。")
    elif not date_places(tail):
        yield Hit(tail_start, tail_start + len(tail.split("\n")[0]), "签署处没有签署日期。")
    elif [s.dated for s in signatures] == [True, False]:
        # One side dated in its own lines and the other not: a date beneath both is shared.
        one = signatures[1]
        yield Hit(one.start, one.start + len(context.folded[one.start : one.end].split("\n")[0]), f"{one.label}签署处没有签署日期。")


@rule(
    "attachment_missing",
    DocumentKind.CONTRACT,
    "正文引用的附件缺失",
    question="形式",
    articles=("《民法典》第四百七十条",),
    severity=Severity.NORMAL,
    suggest="补齐附件，由双方签章确认；不需要的，删去正文中的引用",
)
def attachment_missing(context: Context) -> Iterator[Hit]:
    """Attachments named in the clauses stand after them, and are not left for later."""
    contract = context.contract
    present = {n for n, _, _ in contract.attached}
    told: set[int] = set()
    for number, start, end in contract.referred:
        if number in present or (0 in present and len(contract.attached) == 1 and number == 1) or number in told:
            continue
        told.add(number)
        yield Hit(start, end, f"正文引用{context.folded[start:end]}，合同没有附附件{number}。")
    loose = re.search(r"(?:见|按照|依据|按)(?:本合同)?附件(?!\s*[一二三四五六七八九十\dA-H])(?:《[^》\n]+》)?", contract.body)
    if loose and not contract.attached and not told:
        yield Hit(loose.start(), loose.end(), "正文引用附件，合同没有附附件。")
    named = {m.group(1): m for m in re.finditer(r"附件\s*《([^》\n]{2,30})》", contract.body)}
    absent = [m for title, m in named.items() if title not in contract.tail]
    if contract.attached and len(absent) < len(named):
        # Titles without numbers tell which is missing only where another of them stands behind the clauses.
        for match in absent:
            yield Hit(match.start(), match.end(), f"正文引用附件《{match.group(1)}》，合同没有附上。")
    for _, at, words in contract.attached:
        if re.search(r"(?:待补|后补|另行提供|暂缺|未附|待定|另行(?:制定|确定)|待提供)", words):
            yield Hit(at, at + len(words), "附件尚未附上。")
