"""Persons, numbers and places as people tell of them in a question or a case: what must not leave the house.

`find_personal_data` proposes what a person then confirms; nobody looks through what goes to a model, so here a role is
enough: a word that introduces a person (我叫, 老板, 我爸 …), a verb whose object is one, the place of a subject; and in it
something of a name's shape. Taking too much costs little, it comes back in the answer. What is quoted as law is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.privacy.kinds import PersonalKind, Stretch, every_place
from assistant.law.privacy.persons import SURNAMES, names_in
from assistant.law.privacy.scan import PersonalData, as_data, find_personal_data, half_width
from assistant.law.privacy.told_numbers import told_numbers
from assistant.law.privacy.words import COMMON_WORDS, GIVEN, INTRODUCED, KIN, NEVER_GIVEN, OBJECT_OF, OFFICES, ROLES, SUBJECT_DOES
from assistant.law.text.spans import Spans


def _longest_first(words: str) -> str:
    return "|".join(sorted(words.split("|"), key=lambda w: (-len(w), w)))


_HAN = r"[\u4e00-\u9fff]"
_ANY = SURNAMES + "练揭阙涂操佘厉占湛蔺留琚刀上尧帅占苟舍仝亓"
_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|夏侯|轩辕|端木|南宫|百里|呼延|万俟|申屠|闻人|澹台|淳于|单于|太叔|公冶"
)
_COMPOUND_NAME = re.compile(rf"(?:{_COMPOUND})({_HAN})({_HAN})?")
_OTHER_PEOPLE = re.compile(rf"{_HAN}{{2,5}}[·•・]{_HAN}{{2,6}}(?:[·•・]{_HAN}{{2,6}})?")
_LATIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}")
_NICKNAME = re.compile(rf"(?:[老小][{_ANY}]|小[{GIVEN}]|阿{_HAN})(?!{_HAN}?(?:板|师))")
_NO_NICKNAME = re.compile(
    r"小(?:学|孩|时|区|说|吃|店|姐|伙|组|型|额|心|朋|车|门|卖|票|费|广|于|产)|老(?:师|板|人|家|公|婆|年|百|乡|街|城|房|宅|屋|党|干|景|电|厂|广|年|手)"
)
#: `(?:^|…)` of places where a sentence, or the part of one that names who acts, begins.
_OPENS = r"(?:^|(?<=[，。；：、！？!?,;:“”\"（(「\n \u3000由向对与和及跟同经被给让把将请问那像帮替为]))"
_INTRODUCED = re.compile(rf"(?:{INTRODUCED})[：:，,“\"\s]{{0,2}}")
#: Behind these stands a name, even one that is a word.
_NAMING = re.compile(r"(?:叫|叫做|名为|名字是|姓名|真名|原名|曾用名|化名)(?:是|为)?[：:“\"\s]{0,2}$")
#: Surnames that join or carry a sentence on far more often than they name.
_SMALL_WORDS = frozenset("和从向都能别应权时有还连通查公")
_NAMED = re.compile(r"[^\u4e00-\u9fff]|的|$")
_ROLE = re.compile(rf"(?:{_longest_first(ROLES)}|{KIN})(?:为|是|系|叫|姓名|名叫|（姓名）|、)?[：:“\"\s]{{0,2}}")
_OBJECT = re.compile(rf"(?:{_longest_first(OBJECT_OF)})")
_SUBJECT = re.compile(
    rf"{_OPENS}(?=(?P<three>[{SURNAMES}][{GIVEN}][{GIVEN}])(?:{SUBJECT_DOES})|(?P<two>[{SURNAMES}][{GIVEN}])(?:在|把|被|跟|说|称|让|给|从|私自|擅自))",
    re.MULTILINE,
)
_NICK_SUBJECT = re.compile(rf"{_OPENS}(?=[老小][{_ANY}](?:{SUBJECT_DOES}))", re.MULTILINE)
_COMPOUND_SUBJECT = re.compile(rf"{_OPENS}(?=(?:{_COMPOUND}){_HAN})", re.MULTILINE)
_AND = re.compile(r"(?:[（(][^（）()\n]{0,40}[)）])?\s?[、,，和与跟及]\s?")
_TITLED = re.compile(
    rf"(?<!{_HAN})(?P<a>(?![位名个女男各]){_HAN}(?:先生|女士|小姐))|(?<=[人的找问叫请跟和与对被由向给是让员客东把师家主])(?P<b>(?![位名个人士的等各男女])(?:{_HAN})(?:先生|女士|小姐))"
    rf"|(?:(?<!{_HAN})|(?<=[人的找问叫请跟和与对被由向给是让员客东把主位名个]))(?P<c>[{_ANY}](?:{OFFICES}))"
)
_SURNAMED = re.compile(
    rf"(?<![百同])姓(?P<family>{_COMPOUND}|[{_ANY}])(?![名氏])|姓(?P<whole>{_COMPOUND}|[{_ANY}])[，,]?名(?P<given>{_HAN}{{1,2}}?)(?=[，,。；;、\s]|$)"
)
_HIDDEN = re.compile(rf"[{_ANY}]某(?:某|[甲乙丙丁]|{_HAN}(?=[，。、（(]))?")
_VILLAGE = re.compile(
    rf"(?:{_HAN}{{2,5}}?(?:省|市|县|区)){{0,3}}{_HAN}{{2,4}}?(?:镇|乡|街道){_HAN}{{1,6}}?(?:村|社区)(?:{_HAN}{{0,3}}\d{{1,5}}(?:号|组|幢|室)){{0,4}}"
)
_LEAD = re.compile(rf"^{_HAN}{{0,6}}?(?:家住|住在|住|位于|在|到|是|对|向|去|从)(?={_HAN}{{2}})")
#: 通知, 意见, 决定 of a bureau may name a person; what lays law down does not.
LAW_TITLE = (
    r"《[^《》\n]{1,80}(?:法|法典|宪法|条例|办法|规定|细则|解释|规则|规范|标准|准则|基准|目录|纲要)(?:[（(][^《》（）()\n]{1,20}[)）])?》"
)
_LAW = re.compile(rf"{LAW_TITLE}|第[一二三四五六七八九十百千零〇\d]{{1,9}}(?:条|款|项|章|节|号)(?:之[一二三四五六七八九十])?")
#: Names joined to a first one; each of a longer list opens a part of the sentence, too, and is found there.
_MOST_LISTED = 20
_BOUNDARY = re.compile(r"[^\u4e00-\u9fff]|$")


def find_told(text: str) -> tuple[PersonalData, ...]:
    """Return what of `text` may tell of a person, in order of place, none overlapping another; names of laws are left."""
    half = half_width(text)
    proposed = [Stretch(d.kind, d.start, d.end, d.certain) for d in find_personal_data(text)]
    names = names_told(half)
    found = [*proposed, *told_numbers(half), *_places(half), *every_place(half, names, PersonalKind.NAME), *_families(half)]
    kept = _law(half)
    return as_data(text, [s for s in found if not kept.touch(s.start, s.end)])


def names_told(text: str) -> frozenset[str]:
    """The names of persons in `text` (half-width), of two characters and more."""
    found = set(names_in(text))
    for match in _INTRODUCED.finditer(text):
        found |= set(_listed(text, match.end(), True))
    for pattern in (_ROLE, _OBJECT):
        for match in pattern.finditer(text):
            found |= set(_listed(text, match.end(), False))
    for match in _SUBJECT.finditer(text):
        name = match["three"] or match["two"]
        if _plain(name):
            found.add(name)
            found |= set(_following(text, match.start() + len(name)))
    for pattern in (_COMPOUND_SUBJECT, _NICK_SUBJECT):
        for match in pattern.finditer(text):
            found |= set(_listed(text, match.end(), False))
    found |= {m.group() for m in _OTHER_PEOPLE.finditer(text)}
    found |= {m[m.lastgroup] for m in _TITLED.finditer(text) if m.lastgroup}
    found |= {m.group() for m in _HIDDEN.finditer(text)}
    return frozenset(name for name in found if len(name) > 1)


def _listed(text: str, at: int, sure: bool) -> Iterator[str]:
    """The name at a place that belongs to one, and those joined to it."""
    name = _name_at(text, at, sure)
    if name:
        yield name
        yield from _following(text, at + len(name))


def _following(text: str, at: int) -> Iterator[str]:
    for _ in range(_MOST_LISTED):
        joined = _AND.match(text, at)
        name = _name_at(text, joined.end(), False) if joined else ""
        if not joined or not name:
            return
        yield name
        at = joined.end() + len(name)


def _name_at(text: str, at: int, sure: bool) -> str:
    """What has a name's shape at `at`; where the place itself is `sure`, any two characters after a surname are one. Else empty."""
    for pattern in (_OTHER_PEOPLE, _LATIN):
        if match := pattern.match(text, at):
            return match.group()
    if match := _COMPOUND_NAME.match(text, at):
        long = match[2] and match[2] not in NEVER_GIVEN and (match[2] in GIVEN or _BOUNDARY.match(text, match.end()))
        return match.group() if long else match.group()[:3]
    if (match := _NICKNAME.match(text, at)) and not _NO_NICKNAME.match(text, at):
        longer = text[at : at + 3]
        return longer if len(longer) == 3 and longer[2] in GIVEN and _BOUNDARY.match(text, at + 3) else match.group()
    three = text[at : at + 3]
    if len(three) < 2 or three[0] not in _ANY or not re.fullmatch(_HAN, three[1]) or three[1] in NEVER_GIVEN:
        return ""
    if three[0] in _SMALL_WORDS and not sure:
        return ""
    if not _plain(three) and not (_NAMED.match(text, at + 2) and _NAMING.search(text, max(0, at - 8), at)):
        return ""
    ends = len(three) == 2 or not re.fullmatch(_HAN, three[2])
    if ends:
        return three[:2] if sure or three[1] in GIVEN or len(three) == 2 else ""
    if three[2] in NEVER_GIVEN or (three[2] not in GIVEN and not sure and not _BOUNDARY.match(text, at + 3)):
        return three[:2] if sure or three[1] in GIVEN else ""
    return three if sure or three[1] in GIVEN or three[2] in GIVEN else ""


def _plain(name: str) -> bool:
    """False for what only begins like a name."""
    return name[:2] not in COMMON_WORDS and name[-2:] not in COMMON_WORDS


def _families(text: str) -> Iterator[Stretch]:
    """Surnames told alone (我姓麻), which are hidden in their place only."""
    for match in _SURNAMED.finditer(text):
        for part in ("family", "whole", "given"):
            if match[part]:
                yield Stretch(PersonalKind.NAME, match.start(part), match.end(part))


def _places(text: str) -> Iterator[Stretch]:
    for match in _VILLAGE.finditer(text):
        lead = _LEAD.match(match.group())
        yield Stretch(PersonalKind.ADDRESS, match.start() + (lead.end() if lead else 0), match.end())


def _law(text: str) -> Spans:
    """Where law is named: titles in their brackets, and the numbers of articles."""
    return Spans((m.start(), m.end()) for m in _LAW.finditer(text))
