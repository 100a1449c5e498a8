"""Names of firms in running text, by the word they end with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.privacy.kinds import PersonalKind, Stretch, every_place

_ENDING = (
    r"股份有限公司|有限责任公司|有限公司|集团公司|分公司|子公司|公司|合伙企业|合作社|旅行社(?:门市部|营业部|分社)?|网吧|网咖|上网服务营业场所|歌舞厅|娱乐城|娱乐会所|电玩城|游艺厅"
    r"|练歌房|量贩KTV|KTV|酒吧|书店|书屋|书城|文具店|音像店|打字复印店|印刷厂|彩印厂|印务部|影院|影城|剧场|酒店|宾馆|民宿|客栈|农家乐|游泳馆|健身(?:房|馆|会所|中心)|俱乐部|培训学校|培训中心|幼儿园"
    r"|超市|商行|经营部|工作室|个体工商户"
)
_CHAR = r"[\u4e00-\u9fffA-Za-z\d（）()·&]"
_FIRM = re.compile(
    rf"{_CHAR}{{1,40}}?(?:{_ENDING})(?:{_CHAR}{{0,12}}?(?:股份有限公司|有限责任公司|有限公司))?(?:[\u4e00-\u9fff]{{1,6}}?(?:分公司|分店|门市部|营业部|分社))?"
    r"(?![\u4e00-\u9fff]{0,2}(?:管理条例|管理办法|管理规定))"
)
#: Words a run of characters may have before the name; a run that opens with one of the single characters keeps it (向阳书店).
_BEFORE = re.compile(
    r"^.*(?:当事人|被处罚人|法定代表人|经营者|执法人员|举报人|投诉人|原告|被告|第三人|经营的|开设的|开办的|位于|名称为|名称|称为|接到|查明|经查|举报|投诉|检查|委托|以及|属于|来自|通过|根据"
    r"|与|(?<=.)[对向由将被该称于的]|(?<=[日时分人局关许])[给在到从和])"
    rf"(?=.{{2,}}?(?:{_ENDING}))"
)
#: 该公司, 某网吧, 有限公司: no name, or one already hidden.
_NO_NAME = re.compile(r"[该本此你贵其各家]$|^[我两三一几多甲乙丙丁]{0,2}$|某|的|或者|新设|上市|国有")
_GENERIC = frozenset(
    """
    旅游 娱乐 文化 互联网 大型 小型 一家 多家 连锁 组团 地接 国内 分支 出境 其他 这家 那家 本地 外地 当地 上述 涉案 正规 民办 个体 附近 出版 物业 中外合资 外商投资 经营 歌舞 电影 印刷 演出 影视 进入 设立
    我
    """.split()  # noqa: SIM905
)


def company_stretches(text: str) -> Iterator[Stretch]:
    """Yield the full names of firms of `text` (half-width), every place of each; overlaps are left to the caller."""
    names = {name for match in _FIRM.finditer(text) if (name := _bare(match.group()))}
    yield from every_place(text, names, PersonalKind.COMPANY)


def company_kind(name: str) -> str:
    """The word for the kind of firm a name ends with: 公司, 旅行社, 网吧 …"""
    if "公司" in name:
        return "公司"
    endings = re.findall(_ENDING, name)
    return endings[-1] if endings else "单位"


def _bare(found: str) -> str:
    """The name without the words a run of characters has before it; empty where nothing names a firm."""
    name = _BEFORE.sub("", found).lstrip("与在由将和")
    for opening, closing in ("（）", "()"):
        if name.count(closing) > name.count(opening):
            name = name.rsplit(closing, name.count(closing) - name.count(opening))[-1]
    core = re.sub(rf"(?:{_ENDING})+$", "", name)
    return "" if _NO_NAME.search(core) or core in _GENERIC or len(core) < 2 else name
