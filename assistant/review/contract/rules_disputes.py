"""争议解决: arbitration and court, and the court that is named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import split_sentences

_COURT = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,16}?)(?P<level>高级|中级|最高)?(?:人民)?法院")
_WHERE = re.compile(
    r"(?:甲方|乙方|丙方|原告|被告|合同(?:履行|签订)|标的物|不动产|项目|工程|房屋|采购人|供应商|守约方|出租方|承租方)?(?:所在地|住所地|履行地|签订地)"
)
_LAND = re.compile(r"房屋|用房|房产|场地|土地|厂房|商铺|场馆|门面|车位|建设工程|施工")


@rule(
    "dispute_arb_and_litigation",
    DocumentKind.CONTRACT,
    "同时约定仲裁和诉讼",
    question="争议解决",
    articles=("《仲裁法》第十六条", "《最高人民法院关于适用〈中华人民共和国仲裁法〉若干问题的解释》第七条"),
    suggest="仲裁或者诉讼择一约定；选择仲裁的，写明仲裁委员会的全称",
)
def dispute_arb_and_litigation(context: Context) -> Iterator[Hit]:
    """Both ways at once; and arbitration without a body, as a hint."""
    for sentence in split_sentences(context.contract.body, 0, "\n"):
        text = sentence.text
        arbitral = re.search(r"仲裁(?!法)", text)
        if not arbitral or "劳动" in text:
            continue
        court = re.search(
            r"(?:向|由|到|在|至)[^。；，]{0,30}法院|提起诉讼|起诉|诉至|诉诸|诉讼(?!费|时效|请求)|法院(?:管辖|裁判|处理)", text
        )
        only = re.search(
            r"(?:法院[^。；，]{0,10}(?:强制执行|申请执行|执行|撤销|保全))|(?:不得|不再|不能|放弃)[^。；，]{0,10}(?:起诉|诉讼)|诉讼费", text
        )
        if court and not (only and not re.search(r"或者?|也可|亦可|均可|任选|选择|不服", text)):
            first, last = sorted([arbitral.start(), court.start()])
            start = max(text.rfind(mark, 0, first) for mark in "。；：") + 1
            stop = min((e for e in (text.find(m, last) for m in "。；") if e >= 0), default=len(text))
            yield Hit(sentence.start + start, sentence.start + stop, "同时约定仲裁和诉讼，缺少排他的仲裁意思表示，仲裁协议无效。")
            return
        if not court and not re.search(r"仲裁(?:委员会|院|中心|机构)", text):
            at = sentence.start + arbitral.start()
            yield Hit(at, at + 2, "约定仲裁而没有写明仲裁委员会。", Severity.HINT)
            return


@rule(
    "dispute_invalid_court",
    DocumentKind.CONTRACT,
    "约定的法院与争议没有实际联系或者违反专属管辖",
    question="争议解决",
    articles=("《民事诉讼法》第三十五条", "《民事诉讼法》第三十四条"),
    suggest="改为合同履行地、签订地、双方住所地或者标的物所在地的法院；不动产纠纷由不动产所在地法院管辖",
)
def dispute_invalid_court(context: Context) -> Iterator[Hit]:
    """The court named lies where nothing of the contract lies; for land, elsewhere than the land."""
    contract = context.contract
    land = bool(re.search(r"租赁|出租|承租|施工|工程|承包", contract.title)) and bool(_LAND.search(contract.title + contract.body[:600]))
    for sentence in contract.sentences():
        if "法院" not in sentence.text or not re.search(r"诉讼|起诉|管辖|解决|裁判|处理|审理|受理|审判", sentence.text):
            continue
        elsewhere = context.folded[: sentence.start] + context.folded[sentence.end :]
        for match in _COURT.finditer(sentence.text):
            if match["level"] in ("高级", "最高"):
                yield Hit(
                    sentence.start, sentence.end, "约定由高级以上人民法院一审，违反级别管辖。", articles=("《民事诉讼法》第三十五条",)
                )
                return
            place = _place(match["name"])
            if not place:
                by = re.search(rf"{contract.other_label}(?:所在地|住所地)", sentence.text)
                if land and by and _lies_elsewhere(context):
                    yield Hit(
                        sentence.start,
                        sentence.end,
                        "不动产纠纷由不动产所在地法院专属管辖，不得约定由对方住所地法院管辖。",
                        articles=("《民事诉讼法》第三十四条",),
                    )
                    return
                continue
            if place not in elsewhere and place.rstrip("省市区县") not in _addresses(elsewhere):
                basis = ("《民事诉讼法》第三十四条",) if land else ()
                yield Hit(
                    sentence.start, sentence.end, f"约定的{match.group()}与合同当事人、履行地、标的物都没有实际联系。", articles=basis
                )
                return
            if land and not _holds_land(context, place):
                yield Hit(sentence.start, sentence.end, "不动产纠纷由不动产所在地法院专属管辖。", articles=("《民事诉讼法》第三十四条",))
                return


def _place(name: str) -> str:
    """The county or district a court is named by; empty for 有管辖权的, 甲方所在地 and the like."""
    if _WHERE.search(name) or re.search(r"管辖|所在|当地|有权|依法", name):
        return ""
    name = re.sub(r"^(?:即|为|系|是|如|指|就是)", "", name)
    bare = re.sub(r"^.*?(?:向|由|到|在|提交|提请|至|应|均|可以|方|直接|或者?)(?=[\u4e00-\u9fff]{2})", "", name)
    while (cut := re.sub(r"^.*?(?:向|由|到|在|提交|提请)(?=[\u4e00-\u9fff]{2})", "", bare)) != bare:
        bare = cut
    parts = re.findall(r"[\u4e00-\u9fff]{2,8}?(?:新区|自治县|省|市|区|县|旗)", bare)
    plain = bare if 2 <= len(bare) <= 6 and not re.search(r"[可以向由到在应当的均或人民]", bare) else ""
    return parts[-1] if parts else plain


def _addresses(text: str) -> str:
    return "\n".join(re.findall(r"(?:住所|地址|地点|坐落|位于|名称|甲方|乙方|丙方)[^\n]{0,60}", text))


def _lies_elsewhere(context: Context) -> bool:
    """True where the other side's address does not name the agency's county."""
    agency = context.contract.agency
    county = re.match(r"[\u4e00-\u9fff]{1,7}?(?:县|市|区)", agency.name) if agency else None
    mine = re.findall(rf"(?:{context.contract.other_label}|住所|地址)[^\n]{{0,80}}", context.contract.body[:800])
    return county is not None and not any(county.group() in m for m in mine if "公司" in m or "住所" in m)


def _holds_land(context: Context, place: str) -> bool:
    """True where the place named by the court is that of the land: its address, or the agency's own county."""
    agency = context.contract.agency
    where = re.findall(r"(?:坐落|位于|地点|工程地点|建设地点)[^。；\n]{0,50}", context.contract.body)
    return any(place in w for w in where) or (agency is not None and place in agency.name) or not where
