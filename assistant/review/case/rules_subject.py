"""主体: who acted for the authority, in whose name, and who is the party."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.case.officers import certified
from assistant.review.case.sections import Part
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import organisations

_ALONE = re.compile(r"(?<![\d一二三十])(?:一|1)名(?:行政)?执法人员|执法人员(?:一|1)(?:名|人)(?!以上)|单人(?:执法|检查|询问)")
_UNQUALIFIED = re.compile(
    r"(?<!非)(?:未|没有|尚未|未曾|不)(?:取得|持有|具有|具备|办理)(?:有效的?)?(?:行政)?执法(?:资格|证件?|证书)|执法证件?(?:已|早已)?(?:过期|失效|注销)|"
    r"(?:协管员|辅助人员|辅助执法人员|临聘人员|实习生|实习人员|志愿者)[^。；]{0,12}(?:独立|单独|负责)?(?:检查|询问|调查|取证|制作笔录)"
)
_UNIT = re.compile(
    r"[\u4e00-\u9fff]{2,30}?(?:综合(?:行政)?执法(?:大|中|支|总)?队|执法(?:大|中|支)队|稽查(?:大|中|支)?队|执法局?队|监察大队|(?:执法|法规|市场|管理|监管|稽查|审批|政策法规|行政审批|产业|体育|旅游|文化|"
    r"文物|广电)[\u4e00-\u9fff]{0,8}?(?:科|股|处|室|所|站|中心|办公室))"
)
_SEAL_NAME = re.compile(r"(?P<name>[\u4e00-\u9fff（）()]{4,40}?)\s*[（(](?:印章|盖章|公章|章|加盖印章)[)）]")


@rule(
    "single_officer",
    DocumentKind.PENALTY,
    "只有一名执法人员调查、检查、询问",
    question="主体",
    articles=("《行政处罚法》第四十二条",),
    suggest="补正或者重新由两名以上具有执法资格的人员实施；不能补正的，该笔录不得作为定案证据",
)
def single_officer(context: Context) -> Iterator[Hit]:
    """Every inspection and interview names at least two officers."""
    for crew in context.case.crews:
        if len(crew.names) == 1:
            name = next(iter(crew.names))
            yield Hit(_label_start(context, crew.start), crew.end, f"{crew.part.value}载明的执法人员只有{name}一人，应不少于两人。")
    for section in context.case.parts(Part.INSPECTION, Part.INQUIRY, Part.REPORT):
        for match in _ALONE.finditer(context.folded, section.start, section.end):
            yield Hit(match.start(), match.end(), f"{section.part.value}记载由一名执法人员实施，应不少于两人。")
    for part in (Part.INSPECTION, Part.INQUIRY):
        if context.case.parts(part) and not any(c.part is part for c in context.case.crews):
            yield Hit(None, None, f"{part.value}中没有读到执法人员姓名，是否两人以上无法核实。", Severity.HINT)


def _label_start(context: Context, start: int) -> int:
    """The label before the names belongs to the quotation."""
    label = re.search(r"[\u4e00-\u9fff]{2,6}[：:]?\s*$", context.folded[max(0, start - 10) : start])
    return start - (len(label.group()) if label else 0)


@rule(
    "officer_no_cert",
    DocumentKind.PENALTY,
    "执法人员没有执法证号或者执法资格",
    question="主体",
    articles=("《行政处罚法》第四十二条",),
    suggest="核实执法资格并补充证号；没有执法资格的，由有资格的人员重新调查取证",
)
def officer_no_cert(context: Context) -> Iterator[Hit]:
    """Every officer of a record has a certificate number somewhere in the file."""
    officers = [o for c in context.case.crews for o in c.officers]
    numbered = certified(context.folded, context.case.sections) | {o.name for o in officers if o.number}
    told: set[str] = set()
    for one in officers:
        if one.name in numbered or one.name in told:
            continue
        if one.blank or numbered:
            told.add(one.name)
            why = "执法证号处为空" if one.blank else "各笔录均未载明其执法证号，其他执法人员有证号"
            yield Hit(one.start, one.end, f"承办人员{one.name}{why}，不能证明具有行政执法资格。")
    if officers and not numbered and not told:
        yield Hit(officers[0].start, officers[0].end, "笔录中的执法人员均未载明执法证号，不能证明具有行政执法资格。")
    for section in context.case.parts(Part.INSPECTION, Part.INQUIRY, Part.FILING, Part.REPORT):
        for match in _UNQUALIFIED.finditer(context.folded, section.start, section.end):
            yield Hit(match.start(), match.end(), "案卷记载实施调查的人员没有行政执法资格。")


@rule(
    "wrong_enforcement_body",
    DocumentKind.PENALTY,
    "以内设机构、执法队等名义作出处罚",
    question="主体",
    articles=("《行政处罚法》第十七条", "《行政处罚法》第二十条"),
    suggest="由具有处罚权的行政机关以自己的名义作出；受委托组织应当以委托机关名义实施",
)
def wrong_enforcement_body(context: Context) -> Iterator[Hit]:
    """The decision and the notice are signed by an authority, not by a unit of it."""
    for section in context.case.parts(Part.DECISION, Part.NOTICE):
        body = context.folded[section.start : section.end]
        if re.search(r"法律、?(?:行政)?法规授权|经(?:法律|法规)授权", body):
            continue
        for match in _SEAL_NAME.finditer(body):
            unit = _UNIT.search(match["name"])
            if unit and not re.search(r"(?:局|厅|委员会|政府)$", match["name"]):
                at = section.start + match.start("name")
                yield Hit(
                    at,
                    section.start + match.end(),
                    f"{section.part.value}以“{match['name']}”名义作出，内设机构或者执法队不具有独立的处罚权。",
                )
        for match in re.finditer(
            r"(?:^|[。，\n])(?:本|我)(?:大|中|支)?队(?:决定|认为|拟|依法|对)|(?:本|我)(?:科|股|所|中心|站)(?:决定|拟|依法)", body
        ):
            yield Hit(
                section.start + match.start(), section.start + match.end(), "文书以执法队或者内设机构自称作出处理，不具有独立的处罚权。"
            )
        own = re.search(rf"^\s*{_UNIT.pattern}\s*$", body, re.MULTILINE)
        if own and not _SEAL_NAME.search(body) and not re.search(r"(?:局|厅|委员会)$", own.group().strip()):
            yield Hit(
                section.start + own.start(),
                section.start + own.end(),
                f"{section.part.value}以“{own.group().strip()}”名义作出，不具有独立的处罚权。",
            )


@rule(
    "party_name_inconsistent",
    DocumentKind.PENALTY,
    "当事人名称前后不一致",
    question="主体",
    articles=("《行政处罚法》第五十九条",),
    suggest="以营业执照、身份证明载明的名称为准，更正各文书；属另一主体的，重新履行告知程序",
)
def party_name_inconsistent(context: Context) -> Iterator[Hit]:
    """The party bears one name in every paper; names nearly alike are taken for the same party."""
    names = [(p.name, p.start, p.end) for p in context.case.parties]
    if not names:
        return
    counts: dict[str, int] = {}
    for name, _, _ in names:
        counts[name] = counts.get(name, 0) + 1
    body = context.folded
    main = max(counts, key=lambda n: (body.count(n), counts[n]))
    told: set[str] = set()
    listed = names + [(n, at, at + len(n)) for n, at in organisations(body)]
    for name, start, end in sorted(listed, key=lambda x: x[1]):
        if name == main or name in told or main in name or not alike(name, main):
            continue
        if name in main and not any(p.start == start for p in context.case.parties):
            continue
        told.add(name)
        yield Hit(start, end, f"此处当事人写作“{name}”，其他文书写作“{main}”，名称不一致。")


def alike(a: str, b: str) -> bool:
    """True for two names that differ in a few characters only, and so are meant as one."""
    if len(a) <= 4 and len(b) <= 4:
        return len(a) == len(b) and a[0] == b[0] and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    pairs_a, pairs_b = ({x[i : i + 2] for i in range(len(x) - 1)} for x in (a, b))
    common = len(pairs_a & pairs_b)
    return common * 2 >= 0.7 * (len(pairs_a) + len(pairs_b))


@rule(
    "under_14",
    DocumentKind.PENALTY,
    "对不满十四周岁的未成年人给予行政处罚",
    question="主体",
    articles=("《行政处罚法》第三十条",),
    suggest="不予行政处罚，责令监护人加以管教",
)
def under_14(context: Context) -> Iterator[Hit]:
    """The age of a natural person at the time of the act, by birthday, identity number or stated age."""
    from assistant.review.case.ages import ages_of_party

    for age in ages_of_party(context.case):
        if age.years < 14:
            yield Hit(age.start, age.end, f"当事人行为时{age.years}周岁，不满十四周岁，应不予行政处罚，责令监护人加以管教。")
            return
