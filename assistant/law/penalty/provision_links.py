"""The provisions a penalty names: those broken, and those whose penalties it borrows (依照前款规定处罚)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.law.citation.grammar import Address, next_article, read_addresses, unit_at
from assistant.law.text.folding import squeeze
from assistant.law.text.numerals import to_int

_TITLE = re.compile(r"《([^《》]{2,60})》(?:（[^）]{1,20}）)?$")
_BARE_TITLE = re.compile(r"([\u4e00-\u9fff]{2,24}?(?:法|条例|办法|规定|决定))(?:的)?$")
_OWN = re.compile(r"(?:本法|本条例|本办法|本规定|本细则|本决定|本实施细则|本规则|本实施办法|本暂行规定)(?:的)?$")
_OF_SAME_ARTICLE = re.compile(r"(?:本条)(?=第)")
_EARLIER = re.compile(
    r"(?P<which>前[一]?款|前两款|前二款|前三款|前[四五六]款)(?P<rest>(?:第[（(]?[一二三四五六七八九十]+[）)]?项(?:、|和|或者|至|及)?)*)"
)
_COUNT = {"前款": 1, "前一款": 1, "前两款": 2, "前二款": 2, "前三款": 3, "前四款": 4, "前五款": 5, "前六款": 6}
_TITLE_LEAD = re.compile(r"^.*(?:违反|依照|按照|依据|根据|执行|以及|或者|、|和|有|及|除|按|由|属于|符合|触犯|实施|未依|与)")
_BORROW = re.compile(
    r"(?:除)?(?<!未)(?<!不)(?P<how>依照|按照|依据|根据|适用|比照|参照|按)(?P<what>[^，；。：]{1,90}?)"
    r"(?:的)?(?:有关|相关)?(?:规定|罚款数额|处罚规定|罚则)?(?:，)?(?:从重)?(?:给予|予以|进行|实施|追究|承担|处以|处)?(?:相应的?|行政|治安管理|从重|"
    r"有关)?(?P<end>处罚|责令改正|罚款|法律责任|处理|查处)(?!法|条例|》|决定)(?P<besides>外)?"
)

#: 依法给予处罚: some other provision, not named; 治安管理处罚 names its statute.
_BY_LAW = re.compile(r"依法(?:给予|予以|进行|从重|实施)?(?:治安管理|治安|行政|相应)?处罚(?![法的条决后])")


@dataclass(frozen=True, slots=True)
class ProvisionLink:
    """A provision named in another: `law` empty for the same statute; `paragraph` and `items` where given.

    `number` 0 means a whole statute or unnamed law (依照有关法律的规定处罚). `besides` marks 除依照…处罚外:
    the penalty comes on top of the one named. Offsets are those of the article's text.
    """

    text: str
    start: int
    end: int
    law: str = ""
    number: int = 0
    suffix: int = 0
    paragraph: int | None = None
    items: tuple[int, ...] = ()
    besides: bool = False


def find_links(text: str, offset: int, number: int, suffix: int, paragraph: int) -> tuple[ProvisionLink, ...]:
    """Return every provision `text` names, in order; `number`, `suffix`, `paragraph` say where the text stands.

    本条, 前款 and 前两款 are resolved against that place. `offset` is where `text` begins in the article.
    """
    folded = squeeze(text)
    links = _numbered(folded.text) + _same_article(folded.text, number, suffix) + _earlier(folded.text, number, suffix, paragraph)
    out = []
    for link in sorted(links, key=lambda x: (x.start, x.number)):
        start, end = folded.span(link.start, link.end)
        out.append(replace(link, text=text[start:end], start=start + offset, end=end + offset))
    return tuple(replace(link, text=text[link.start - offset : link.end - offset]) for link in _joined(out))


def _numbered(text: str) -> list[ProvisionLink]:
    out: list[ProvisionLink] = []
    pos, law = 0, ""
    while unit := next_article(text, pos):
        found = read_addresses(text, unit)
        law = _law_before(text, pos, unit.start, law)
        out += [_link(a, law) for a in found if a.number]
        pos = max(unit.end, max(a.end for a in found))
    return out


def _law_before(text: str, pos: int, at: int, current: str) -> str:
    """The statute named right before 第…条; a list goes on with the one before it."""
    before = text[max(0, at - 64) : at]
    titled = _TITLE.search(before)
    if titled:
        return titled.group(1).replace("中华人民共和国", "")
    if _OWN.search(before):
        return ""
    bare = _BARE_TITLE.search(before)
    if bare:
        return _TITLE_LEAD.sub("", bare.group(1)).replace("中华人民共和国", "")
    return current if pos and at - pos <= 3 else ""


def _link(address: Address, law: str) -> ProvisionLink:
    items = (address.item,) if address.item is not None else ()
    return ProvisionLink("", address.start, address.end, law, address.number, address.suffix, address.paragraph, items)


def _same_article(text: str, number: int, suffix: int) -> list[ProvisionLink]:
    out = []
    for match in _OF_SAME_ARTICLE.finditer(text):
        unit = unit_at(text, match.end())
        if unit:
            parent = Address(number, suffix, match.start(), match.end())
            out += [_link(a, "") for a in read_addresses(text, unit, parent) if a.paragraph is not None or a.item is not None]
    return out


def _earlier(text: str, number: int, suffix: int, paragraph: int) -> list[ProvisionLink]:
    out = []
    for match in _EARLIER.finditer(text):
        count = _COUNT.get(match["which"], 1)
        items = tuple(n for part in re.findall(r"第[（(]?([一二三四五六七八九十]+)[）)]?项", match["rest"]) if (n := _item_number(part)))
        first = max(1, paragraph - count)
        for number_of in range(first, paragraph):
            out.append(ProvisionLink("", match.start(), match.end(), "", number, suffix, number_of, items))
    return out


def _item_number(numeral: str) -> int:
    return to_int(numeral) or 0


def _joined(links: list[ProvisionLink]) -> list[ProvisionLink]:
    """One link for the 项 of one 款 listed together (第一款第一项和第五项)."""
    out: list[ProvisionLink] = []
    for link in links:
        last = out[-1] if out else None
        same = last and (last.law, last.number, last.suffix, last.paragraph) == (link.law, link.number, link.suffix, link.paragraph)
        if last and same and last.items and link.items:
            out[-1] = replace(last, items=tuple(dict.fromkeys((*last.items, *link.items))), end=max(last.end, link.end))
        elif last is None or link != last:
            out.append(link)
    return out


def find_borrowed(text: str, offset: int, number: int, suffix: int, paragraph: int) -> tuple[ProvisionLink, ...]:
    """Return the provisions by which `text` says to punish (依照…处罚), in order; other statutes by title."""
    out: list[ProvisionLink] = []
    for match in _BORROW.finditer(text):
        what, at = match["what"], match.start("what")
        named = find_links(what, offset + at, number, suffix, paragraph)
        besides = match["besides"] is not None
        if named:
            out += [replace(link, besides=besides) for link in named]
        elif re.search(r"法|条例|规定|法规", what) and not re.search(r"下列|以下|职责|权限|职权|^本", what):
            title = re.search(r"《([^《》]+)》", what)
            law = title.group(1) if title else what.removesuffix("的").removesuffix("规定").removesuffix("的")
            out.append(ProvisionLink(what, offset + at, offset + at + len(what), law.replace("中华人民共和国", ""), besides=besides))
    for match in _BY_LAW.finditer(text):
        law = "治安管理处罚法" if "治安" in match.group() else ""
        out.append(ProvisionLink(match.group(), offset + match.start(), offset + match.end(), law))
    return tuple(sorted(out, key=lambda link: link.start))
