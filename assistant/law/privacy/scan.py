"""Personal data in Chinese text: where it stands, and what to put in its place before anything is published.

Identity and telephone numbers, plates, accounts and mail addresses have forms of their own and are
`certain`; names and addresses are proposals for a person to confirm (个人信息保护法 第四条, 第二十八条;
政府信息公开条例 第十五条).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.law.privacy.addresses import address_stretches, kept_region
from assistant.law.privacy.companies import company_kind, company_stretches
from assistant.law.privacy.kinds import PersonalKind, Stretch
from assistant.law.privacy.numbers import id_numbers, number_stretches
from assistant.law.privacy.persons import name_stretches, surname

_HALF = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF20, 0xFF0D, 0xFF08, 0xFF09)
}
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data: `text[start:end]` and what is proposed in its place.

    `certain` is False where a person should confirm it.
    """

    kind: PersonalKind
    start: int
    end: int
    text: str
    replacement: str
    certain: bool


def find_personal_data(text: str, companies: bool = False) -> tuple[PersonalData, ...]:
    """Return the personal data of `text` in order of place, none overlapping another.

    The same person, number or firm has the same replacement throughout the text, and different ones of
    the same surname are told apart (张某甲, 张某乙). Firms are looked for only where `companies` is set.
    """
    half = text.translate(_HALF)
    found = [*number_stretches(half), *address_stretches(half), *name_stretches(half)]
    if companies:
        found += company_stretches(half)
    return _named(text, _apart(found))


def half_width(text: str) -> str:
    """Return `text` with full-width figures, letters and the signs between them half-width, every character in its place."""
    return text.translate(_HALF)


def as_data(text: str, found: Iterable[Stretch]) -> tuple[PersonalData, ...]:
    """Return stretches of `text` as its personal data, none overlapping another."""
    return _named(text, _apart(found))


def certain_data(text: str) -> tuple[PersonalData, ...]:
    """Return only what is personal data by its form: what may be hidden without asking."""
    return _named(text, _apart([s for s in number_stretches(text.translate(_HALF)) if s.certain]))


def mask(text: str, found: Iterable[PersonalData]) -> str:
    """Return `text` with each piece replaced; raises ValueError where a piece was not found in this text."""
    out, at = [], 0
    for data in sorted(found, key=lambda d: d.start):
        if data.start < at or text[data.start : data.end] != data.text:
            raise ValueError(f"{data.kind.value}（{data.start}–{data.end}）不是从这段文字里找出来的")
        out += [text[at : data.start], data.replacement]
        at = data.end
    return "".join([*out, text[at:]])


def mask_certain(text: str) -> str:
    """Return `text` with identity and telephone numbers, plates, accounts and mail addresses hidden."""
    return mask(text, certain_data(text))


def mask_identity(text: str) -> str:
    """Return `text` with numbers of identity papers hidden and all else as it is."""
    return mask(text, _named(text, _apart(id_numbers(text.translate(_HALF)))))


def _apart(found: Iterable[Stretch]) -> list[Stretch]:
    """The stretches in order of place without overlaps: certain ones first, then the longer, then the earlier."""
    out: list[Stretch] = []
    starts: list[int] = []
    for stretch in sorted(found, key=lambda s: (not s.certain, s.start - s.end, s.start)):
        # What is kept never overlaps, so only its two neighbours can be in the way.
        index = bisect_left(starts, stretch.end)
        if index == 0 or out[index - 1].end <= stretch.start:
            starts.insert(index, stretch.start)
            out.insert(index, stretch)
    return out


def _named(text: str, stretches: Iterable[Stretch]) -> tuple[PersonalData, ...]:
    pieces = [(s, text[s.start : s.end]) for s in stretches]
    persons = _pseudonyms((_unspaced(words) for s, words in pieces if s.kind is PersonalKind.NAME), surname, "{kind}某{stem}")
    firms = _pseudonyms((words for s, words in pieces if s.kind is PersonalKind.COMPANY), company_kind, "某{stem}{kind}")
    out = []
    for s, words in pieces:
        shown = persons.get(_unspaced(words)) if s.kind is PersonalKind.NAME else firms.get(words)
        out.append(PersonalData(s.kind, s.start, s.end, words, shown or _hidden(s.kind, words), s.certain))
    return tuple(out)


def _pseudonyms(names: Iterable[str], kind_of: Callable[[str], str], form: str) -> dict[str, str]:
    """A name for each of `names`, in the order they come; those of one kind (surname, 公司) are told apart by 甲乙丙."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        alike[kind_of(name)].append(name)
    return {
        name: form.format(kind=kind, stem=_stem(index) if len(group) > 1 else "")
        for kind, group in alike.items()
        for index, name in enumerate(group)
    }


def _stem(index: int) -> str:
    return _STEMS[index] if index < len(_STEMS) else str(index + 1)


def _unspaced(name: str) -> str:
    return re.sub(r"\s", "", name)


def _hidden(kind: PersonalKind, words: str) -> str:
    """What stands for a number, a day or an address: as much of it as tells nobody who is meant."""
    match kind:
        case PersonalKind.ID_NUMBER | PersonalKind.PHONE | PersonalKind.ACCOUNT | PersonalKind.NET_NAME:
            return words[:3] + "*" * max(len(words) - 3, 5)
        case PersonalKind.PLATE:
            return words[:2] + "*****"
        case PersonalKind.EMAIL:
            return "***@" + words.split("@")[-1].split("＠")[-1]
        case PersonalKind.BIRTHDAY:
            return words[:4] + "年**月**日"
        case _:
            return kept_region(words) + "***"
