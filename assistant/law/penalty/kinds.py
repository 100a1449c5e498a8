"""处罚种类: the kinds of penalty and the words by which a provision orders them (行政处罚法 第九条).

Orders that are no penalty (责令改正 and the like, 行政处罚法 第二十八条) are recognised as well and say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.law.text.numerals import to_number


class PenaltyKind(StrEnum):
    """A kind of penalty in the statutes' words, in the order of 行政处罚法 第九条; orders last."""

    WARNING = "警告"
    CRITICISM = "通报批评"
    FINE = "罚款"
    CONFISCATE_GAINS = "没收违法所得"
    CONFISCATE_GOODS = "没收非法财物"
    SUSPEND_LICENCE = "暂扣许可证"
    REVOKE_LICENCE = "吊销许可证"
    REVOKE_BUSINESS_LICENCE = "吊销营业执照"
    LOWER_GRADE = "降低资质等级"
    CANCEL_REGISTRATION = "撤销登记"
    RESTRICT_BUSINESS = "限制开展生产经营活动"
    SUSPEND_BUSINESS = "责令暂停业务"
    SUSPEND_OPERATION = "责令停产停业"
    CLOSE = "责令关闭"
    RESTRICT_PROFESSION = "限制从业"
    DETENTION = "行政拘留"
    LEAVE_COUNTRY = "限期出境"
    CORRECT = "责令改正"
    STOP = "责令停止"
    BAN = "取缔"

    @property
    def is_penalty(self) -> bool:
        """False for 责令改正, 责令停止违法行为 and 取缔, which end an act and do not punish it."""
        return self not in (PenaltyKind.CORRECT, PenaltyKind.STOP, PenaltyKind.BAN)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing a tier orders: kind, the words, their offsets, and for whom.

    `floor` and `ceiling` are a length of time in `unit` (日, 月, 年) where the text gives one (拘留, 停业整顿,
    暂扣, 限制从业); None otherwise. 罚款 carries its amounts in `FineRange`.
    """

    kind: PenaltyKind
    text: str
    start: int
    end: int
    optional: bool = False
    alternative: bool = False
    addressee: str = ""
    floor: float | None = None
    ceiling: float | None = None
    unit: str = ""


_N = r"[零〇一二三四五六七八九十百两0-9]{1,12}+"
_TIME = re.compile(
    rf"(?P<low>{_N})(?:个)?(?P<lowunit>日|个?月|年)?(?P<join>以上|至)(?P<high>{_N})(?:个)?(?P<unit>日|月|年)(?:以下|以内)?|"
    rf"(?P<one>{_N})(?:个)?(?P<oneunit>日|月|年)(?P<side>以上|以下|以内|内)?"
)
_DO = r"(?:给予|予以|处以?|并处|可以|或者|并|、|可处以?|警告和)"
_NOT_DONE = re.compile(r"(?:被依法|被|受到|受过|经|不执行|曾因?|已|判决|海关决定|依法决定)(?:[^，；。]{0,12}?)$")
#: As far before a measure `_NOT_DONE` can begin.
_BACK = 24
_BAR = re.compile(r"不得(?:再|重新|继续|再次)?[^，；。]{0,10}?(?:从事|担任|申请|举办|经营|开办|参加|受聘)")
_SINCE = re.compile(r"年内|之日起|未逾|终身")
_YEARS = re.compile(rf"({_N})年")
_GAINS = re.compile(r"所得|收入|获利|利润|广告费用|收取的(?:费用|价款)|检验费|租金|报酬|利益|收益|款项|价款|费用")
_LICENCE = re.compile(r"许可|执照|证|资格|资质|登记|批准|批文|批件|执业|号|牌|注册|认定|备案|科目")

_PATTERNS: tuple[tuple[PenaltyKind, re.Pattern[str]], ...] = (
    (PenaltyKind.WARNING, re.compile(rf"(?<![标誌]){_DO}(?:依法)?警告(?![标信牌性])|^警告(?=、|或者|，)")),
    (PenaltyKind.CRITICISM, re.compile(r"(?:全国|行业)?通报批评")),
    (
        PenaltyKind.SUSPEND_LICENCE,
        re.compile(
            rf"(?:暂扣|扣留|扣押)(?:或者吊销|、吊销|{_N}|直至吊销)?[^，；。没收吊销处罚]{{0,24}}?(?:许可证|证照|执照|资格证?|驾驶证|证书|证)|"
            rf"暂停(?:其)?[^，；。]{{0,14}}?(?:资格|许可)"
        ),
    ),
    (PenaltyKind.LOWER_GRADE, re.compile(r"降低[^，；。]{0,10}(?:资质|资格|信用)?(?:等级|级别|资质)")),
    (PenaltyKind.CANCEL_REGISTRATION, re.compile(r"撤销(?:其)?(?:[^，；。]{0,8}?登记|设立登记)")),
    (PenaltyKind.RESTRICT_BUSINESS, re.compile(r"(?:责令)?限制(?:其)?(?:开展)?(?:生产经营|业务|经营)(?:活动|范围)?")),
    (
        PenaltyKind.SUSPEND_BUSINESS,
        re.compile(
            rf"(?:责令)?暂停(?:其)?(?:{_N}[^，；。]{{0,12}}?)?[^，；。、]{{0,14}}?(?:业务|执业活动|执业|从业|活动|服务|经营|使用|招生|职务)"
        ),
    ),
    (
        PenaltyKind.SUSPEND_OPERATION,
        re.compile(
            r"(?:责令)?(?:(?!或者|暂停)[^，；。、的由关]){0,10}?(?:停产停业整顿|停产停业整治|停产停业|停业整顿|停产整顿|停产整治|停业整改|停业治理|停产|停业|停止营业|"
            r"停止生产经营|停止经营)(?!整顿期|损失)|责令(?:其)?停止[^，；。]{0,16}?(?:经营活动|营业|执业)"
        ),
    ),
    (PenaltyKind.CLOSE, re.compile(r"(?:责令|予以|限期|依法|或者|、|直至)(?:限期)?(?:其)?关闭(?!标志)|关闭(?:网站|其网站|该网站)")),
    (PenaltyKind.LEAVE_COUNTRY, re.compile(r"限期(?:出境|离境)|驱逐出境")),
    (
        PenaltyKind.DETENTION,
        re.compile(
            rf"(?:处以?|给予|予以|并处|可以|或者){{0,3}}(?:{_N}日以上)?{_N}日以下(?:的)?(?:行政)?拘留|(?:处以?|给予|予以)(?:行政)?拘留"
        ),
    ),
    (
        PenaltyKind.RESTRICT_PROFESSION,
        re.compile(
            r"(?:终身|[年日月]内?(?:直至终身)?)(?:不得|禁止)[^，；。]{0,24}?(?:从事|担任|经营|申请|举办|组织|从业|开办|执业|参与|参加)|"
            r"禁止(?:其)?[^，；。]{0,30}?(?:从事|担任|组织|举办|参加)|(?:从业|职业|市场)(?:禁入|禁止)|禁入"
        ),
    ),
    (
        PenaltyKind.CORRECT,
        re.compile(
            r"(?:责令|要求|责成)[^，；。]{0,14}?(?:改正|整改|纠正|恢复原状|补救措施|退还|退回|消除影响|拆除|补办|消除|治理|补种|补足|停止侵害|返还|采取)|限期(?:改正|整改|"
            r"拆除|恢复)"
        ),
    ),
    (PenaltyKind.STOP, re.compile(r"责令(?:其)?(?:立即|限期)?(?:停止|中止)")),
    (PenaltyKind.BAN, re.compile(r"取缔")),
)
_CONFISCATE = re.compile(
    r"(?P<what>[^，；。]{0,24}?)(?:应当|一律|依法|可以)?(?:予以|应予)没收(?![^，；。]{0,2}(?:的|、))|(?:没收|并没收|追缴或者没收)(?:其|"
    r"的)?(?P<object>[^，；。：]*?)(?=，|；|。|：|并处|并可|并责|直至|可以|或者(?:责令|吊销|处)|、(?:责令|吊销)|$)"
)
_REVOKE = re.compile(
    r"(?:吊销|吊扣)(?:其|的)?(?P<object>[^，；。：]{0,50}?)(?=，|；|。|：|、吊销|、撤销|或者吊销|、撤销|、关闭|并处|并可|处罚|$)"
)
_PENALTY_WORD = re.compile(r"没收(?![^，]{0,6}财产)|吊销|(?:给予|处以|予以)警告|通报批评|暂扣|停产停业|停业整顿|行政拘留|日以下拘留")
_LISTED = re.compile(r"、|以及|及其|和|及|或者|与|并")


def find_measures(text: str, before: str = "") -> tuple[Measure, ...]:
    """Return what one clause orders, in order of place, 罚款 excepted; offsets are those of `text`.

    Words that only describe the past (被吊销, 受到警告) are left out. `before` are the words of the sentence
    up to the clause: the years of a 限制从业 often stand there (自…之日起五年内，…不得担任…).
    """
    found = [m for kind, pattern in _PATTERNS for x in pattern.finditer(text) if (m := _measure(kind, x, text))]
    if not any(m.kind is PenaltyKind.RESTRICT_PROFESSION for m in found):
        found += _bars(text, before)
    found += _confiscations(text, before) + _revocations(text)
    found.sort(key=lambda m: (m.start, m.end))
    return tuple(_without_shadows(found))


def missed_words(text: str, found: tuple[Measure, ...]) -> tuple[tuple[int, int], ...]:
    """Return the spans of penalty words in a clause that no measure holds and that do not only tell of the past."""
    return tuple(
        m.span()
        for m in _PENALTY_WORD.finditer(text)
        if not any(x.start <= m.start() < x.end for x in found)
        and not _NOT_DONE.search(text, max(0, m.start() - _BACK), m.start())
        and not re.match(r"[^，]{0,16}(?:记过|处分|降级)", text[m.end() : m.end() + _BACK])
    )


def _measure(kind: PenaltyKind, match: re.Match[str], text: str) -> Measure | None:
    if kind is not PenaltyKind.RESTRICT_PROFESSION and _NOT_DONE.search(text, max(0, match.start() - _BACK), match.start()):
        return None
    if kind is PenaltyKind.WARNING and re.search(r"记过|处分|降级", text[match.end() : match.end() + 16]):
        return None  # a disciplinary warning (公务员法 第六十二条), not a penalty
    floor, ceiling, unit = read_time(_time_words(kind, match, text))
    return Measure(kind, match.group(), match.start(), match.end(), floor=floor, ceiling=ceiling, unit=unit)


def _bars(text: str, before: str) -> list[Measure]:
    match = _BAR.search(text)
    if not match or not _SINCE.search(before + text[: match.start()]):
        return []
    years = list(_YEARS.finditer(before + text[: match.start()]))
    value = to_number(years[-1].group(1)) if years else None
    kind = PenaltyKind.RESTRICT_PROFESSION
    return [Measure(kind, match.group(), match.start(), match.end(), floor=value, ceiling=value, unit="年" if years else "")]


def _time_words(kind: PenaltyKind, match: re.Match[str], text: str) -> str:
    if kind in (PenaltyKind.SUSPEND_OPERATION, PenaltyKind.SUSPEND_LICENCE, PenaltyKind.SUSPEND_BUSINESS):
        return match.group() + text[match.end() : match.end() + 16]
    if kind is PenaltyKind.RESTRICT_PROFESSION:
        return text[max(0, match.start() - 12) : match.end()]
    return match.group() if kind is PenaltyKind.DETENTION else ""


def read_time(text: str) -> tuple[float | None, float | None, str]:
    """Return (floor, ceiling, unit 日/月/年) of the first length of time in `text`; (None, None, "") without one."""
    match = _TIME.search(text)
    if not match:
        return None, None, ""
    if match["high"] is not None:
        low, high, unit = to_number(match["low"]), to_number(match["high"]), match["unit"]
        if (match["lowunit"] or unit)[-1] == "月" and unit == "年" and high is not None:
            return low, high * 12, "月"  # 六个月以上一年以下
        return low, high, unit
    value = to_number(match["one"])
    side = match["side"]
    return (None if side in ("以下", "以内") else value), (None if side == "以上" else value), match["oneunit"]


def _confiscations(text: str, before: str) -> list[Measure]:
    """What is confiscated; where the verb stands alone (有违法所得的，予以没收) the words before say what."""
    out = []
    for match in _CONFISCATE.finditer(text):
        if _NOT_DONE.search(text, max(0, match.start() - _BACK), match.start()):
            continue
        words = match["object"] if match["object"] is not None else match["what"]
        if not words or re.fullmatch(r"(?:并|应当|依法|可以|单处以|责令拆毁或者)*", words):
            words = re.split(r"，", before.rstrip("，；"))[-1].removesuffix("的") or "财物"
        parts = [p for p in _LISTED.split(words or "") if p]
        gains = [bool(_GAINS.search(p)) for p in parts]
        if any(gains):
            out.append(Measure(PenaltyKind.CONFISCATE_GAINS, match.group(), match.start(), match.end()))
        if parts and not all(gains) and not _only_gains(words or ""):
            out.append(Measure(PenaltyKind.CONFISCATE_GOODS, match.group(), match.start(), match.end()))
    return out


def _only_gains(words: str) -> bool:
    """True where the last thing confiscated is a gain and what stands before it only describes it (销售、出租的违法所得)."""
    return bool(re.fullmatch(r"[^，]*的(?:违法|非法)?(?:所得|收入)", words)) and not re.search(
        r"(?:所得|收入|物|品|具|材|备)[、和及]", words
    )


def _revocations(text: str) -> list[Measure]:
    out = []
    for match in _REVOKE.finditer(text):
        # 予以吊销, 直至吊销的处罚: the licence is named elsewhere, a business licence by its full name.
        words = match["object"].strip("、和").removeprefix("或者收缴") or text[match.end() : match.end() + 16] + "证"
        if _NOT_DONE.search(text, max(0, match.start() - _BACK), match.start()):
            continue
        parts = [p for p in _LISTED.split(words) if _LICENCE.search(p)]
        if any("营业执照" in p for p in parts):
            out.append(Measure(PenaltyKind.REVOKE_BUSINESS_LICENCE, match.group(), match.start(), match.end()))
        if any("营业执照" not in p for p in parts):
            out.append(Measure(PenaltyKind.REVOKE_LICENCE, match.group(), match.start(), match.end()))
    return out


def _without_shadows(found: list[Measure]) -> list[Measure]:
    """Drop an order seen inside the words of a fuller one (责令停止 in 责令停止营业), and doubles."""
    out: list[Measure] = []
    for one in found:
        fuller = any(_covers(other, one) for other in found)
        if not fuller and not any(o.kind is one.kind and o.start < one.end and one.start < o.end for o in out):
            out.append(one)
    return out


def _covers(other: Measure, one: Measure) -> bool:
    weak = (PenaltyKind.STOP, PenaltyKind.CORRECT, PenaltyKind.SUSPEND_BUSINESS)
    if other is one or one.kind not in weak or other.kind in (PenaltyKind.STOP, PenaltyKind.CONFISCATE_GOODS, PenaltyKind.CONFISCATE_GAINS):
        return False
    return other.kind is not one.kind and other.start < one.end and one.start < other.end
