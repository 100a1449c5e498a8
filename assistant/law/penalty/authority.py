"""处罚机关: which authority a provision names, and whether it is one of those called by given names.

The level of government and the words 主管部门, 行政部门 change from statute to statute while the field stays:
县级人民政府文化主管部门, 文化行政部门 and 文化主管部门 are compared as 文化 (行政处罚法 第二十三条 for the level).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.law.text.numerals import fold_width

_ACT = (
    r"(?:分别|依法|依照|按照|依据|根据|按(?!摩)|视情|在(?!线)|应当|可以|可处|责令|责成|给予|予以|处以|处\d|处[一二三四五六七八九十警五违]|处\S{2,14}[倍%％]|"
    r"处罚|处理(?!设施|厂|单位|机构|企业)|没收|吊销|暂扣|"
    r"扣押|扣留|会商|监督(?!管理)|取缔|追缴|追究|降低|撤销|注销|决定|对(?!外)|限期|向|通报|收缴|并|停止|关闭|制止|查处|提请|代为|组织(?:按|有关|对|拆|代|实)|强制|宣布|"
    r"限制|纳入|暂停|批评|采取|进行|征收|从重|要求|通知|禁止|拆除|补[缴种办]|免予|书面|公告|单处|实施|警告|酌情|处(?=[^，；。]{0,20}(?:罚款|拘留)))"
)
_BY = re.compile(rf"由(?P<who>[^，；。：]{{2,120}}?)(?={_ACT}|，|：|$)")
_BODY = (
    r"(?:(?!由|直至|被|或者由|并由|[，；。：])[\u4e00-\u9fff、]){2,40}?"
    r"(?:部门|机关|机构|人民政府|海关|委员会|人民法院|管理局|公安局|监管局|税务局|交易所)"
)
_SUBJECT = re.compile(
    rf"(?:^|[，；。：])(?P<who>{_BODY})(?=(?:可以|应当|依法|并|有权|可)*(?:责令|给予|予以|处以?[一二三四五六七八九十\d警违非]|没收|吊销|可处))"
)
_LEVELS = (
    ("国务院", re.compile(r"^(?:国务院|国家(?=[^、]{1,12}(?:部|总局|署)))")),
    ("省级", re.compile(r"^(?:省级以上|省级|省、自治区、直辖市(?:以上)?|省(?=人民政府))(?:地方)?(?:人民政府)?")),
    ("市级", re.compile(r"^(?:设区的市级?以上|设区的市级?|市级|设区市|州、市)(?:地方)?(?:人民政府)?")),
    ("县级以上", re.compile(r"^(?:县级以上|市、县级|县、市|市、县)(?:地方)?(?:各级)?(?:人民政府)?")),
    ("县级", re.compile(r"^(?:县级?|城市、县|县（市、区）|市、县（市、区）|所在地县级)(?:地方)?(?:人民政府)?")),
)
_DUTY = re.compile(
    r"(?:按照|依据|根据|依照|在|依)?(?:各自|其|法定|管理|规定的?)?(?:的)?(?:职责分工|职责权限|职责|职权|权限|管理权限)(?:范围内)?.*$"
)
_OFFICE = re.compile(r"(?>(?:监督管理|行政|主管|管理|执法)*)(?:部门|机关|机构|局|委员会)?$")
_SPLIT = re.compile(
    r"、(?!自治区|直辖市|县(?=人民政府|（|级人民政府[^、]*、)|区|州|市人民)|或者(?:由)?|以及|会同|及其|联合|或(?!者)|(?<!文化)和(?!旅游|社会|信息|城乡|改革|国)|及(?!时)"
)
_TAIL = re.compile(r"(?>(?:等有关|等相关|有关|等负有[^，；。]*的|等)*)(?:部门|主管部门|机关|单位)?$")
_GENERIC = re.compile(
    r"^(?:其|各级|上级|本级|同级)?(?:原)?(?:发证|批准|登记|登记管理|审批|许可|核发|颁发|有关|相关|主管|行政|执法|任免|其他有关|业务主管|上级主管|所在单位|监察)*(?:部门|机关|机构|单位)?$"
)
#: Levels at which a county bureau acts; 国务院, 省级 and 市级 authorities are others.
COUNTY_LEVELS = frozenset({"", "县级", "县级以上"})


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority phrase (由…) as written, its offsets, and the single authorities in it.

    `levels` has one entry a name: 国务院, 省级, 市级, 县级以上, 县级 or empty where the text names none; a
    name without a level of its own takes that of the phrase.
    """

    text: str
    names: tuple[str, ...]
    start: int
    end: int
    levels: tuple[str, ...] = ()

    @property
    def is_generic(self) -> bool:
        """True where the words fit whichever authority issued or leads (原发证机关, 有关部门)."""
        return all(_GENERIC.match(name) for name in self.names)


def authorities(text: str) -> tuple[Authority, ...]:
    """Return the authorities `text` gives power to, in order of place, each phrase once a place.

    Reads 由… and a body that stands as the subject of an order (公安机关可以吊销…).
    """
    folded = fold_width(text)
    found: dict[int, Authority] = {}
    for match in (*_BY.finditer(folded), *_SUBJECT.finditer(folded)):
        authority = _authority(match["who"], match.start("who"))
        if authority and not any(a.start < authority.end and authority.start < a.end for a in found.values()):
            found[authority.start] = authority
    return tuple(found[k] for k in sorted(found))


def _authority(phrase: str, start: int) -> Authority | None:
    words = _DUTY.sub("", phrase).rstrip("的")
    if not re.search(r"部门|机关|机构|政府|海关|委员会|法院|局|署|单位|厅|部$|院|银行|组织|协会|交易所|站|外汇|学校", words):
        return None
    names = _completed(tuple(n for part in _SPLIT.split(words) if (n := part.strip())))
    names = tuple(dict.fromkeys(names))
    whole = level_of(words)
    return Authority(words, names, start, start + len(words), tuple(level_of(n) or whole for n in names))


def level_of(name: str) -> str:
    """Return the level of government an authority's name begins with, or an empty string."""
    return next((level for level, pattern in _LEVELS if pattern.match(name)), "")


def _completed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give each field of `市场监督管理、文化和旅游等部门` the 部门 the last one carries."""
    if not names or not re.search(r"(?:部门|机关|主管部门)$", names[-1]):
        return names
    ending = re.search(r"(?:主管部门|行政部门|行政管理部门|部门|机关)$", names[-1])
    out = []
    for name in names:
        plain = re.sub(r"等(?:有关|相关|主管)*(?:部门|机关|主管部门)?$", "", name)
        complete = re.search(r"(?:部门|机关|机构|政府|海关|委员会|法院|局|署|单位|直辖市|检察院)$", plain)
        out.append(plain if complete or not plain else plain + (ending.group() if ending else "部门"))
    return tuple(n for n in out if n and (n not in ("部门", "有关部门") or len(out) == 1))


def field_of(name: str) -> str:
    """Return the field an authority's name stands for: 县级以上人民政府文化主管部门 → 文化."""
    text = fold_width(name).replace("人民政府的", "人民政府")
    for _, pattern in _LEVELS:
        text = pattern.sub("", text)
    text = re.sub(r"^(?:直辖市|地方|各级|同级|本级|所在地|上述|当地|自治区|旗|市(?![场容政]))?(?:人民政府)?", "", text)
    text = re.sub(r"^(?:依法)?(?:负责|主管|负有)(.+?)(?:职责)?的(?:部门|机关|机构)$", r"\1", text)
    if not text:
        return "人民政府"
    return _OFFICE.sub("", _TAIL.sub("", text)) or text


def is_own(authority: Authority | str, names: Iterable[str], levels: frozenset[str] = COUNTY_LEVELS) -> bool:
    """True where one of the authorities in the phrase is called by one of `names` and acts at one of `levels`.

    `names` are the names statutes use for the office asked about (文化主管部门, 旅游主管部门 …) and come from
    configuration. Generic words (原发证机关) are nobody's: False.
    """
    found = (authority,) if isinstance(authority, Authority) else _read(authority)
    fields = {field_of(name) for name in names}
    return any(level in levels and field_of(n) in fields for a in found for n, level in zip(a.names, a.levels, strict=True))


def _read(text: str) -> tuple[Authority, ...]:
    single = _authority(fold_width(text).removeprefix("由"), 0)
    return (single,) if single else authorities(text)
