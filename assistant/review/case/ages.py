"""The age of the party at the time of the act, as the file tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from assistant.law.text.around import since
from assistant.law.text.dates import make_date
from assistant.law.text.numerals import to_int
from assistant.review.case.facts import CaseFacts
from assistant.review.case.sections import Part
from assistant.review.text.passages import DatePlace, date_places, month_places

_BORN = re.compile(r"出生(?!地|证)|生于|出生日期|出生年月")
_ID = re.compile(r"(?<!\d)\d{6}((?:19|20)\d{2})(\d{2})(\d{2})\d{3}[\dXx](?!\d)")
_AGE = re.compile(r"(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:周岁|岁)")


@dataclass(frozen=True, slots=True)
class Age:
    """Full years at the time of the act, and where the text tells it."""

    years: int
    start: int
    end: int


def ages_of_party(case: CaseFacts) -> list[Age]:
    """Every statement of the age of a party who is a natural person; empty for organisations.

    The name of the party stands before a birthday or an age in the same sentence, or it is the answer to a question
    put to the party.
    """
    party = case.party
    acted = case.conduct or case.discovered
    if party is None or not party.is_person or acted is None:
        return []
    return [*_birthdays(case, party.name, acted.day), *_stated(case, party.name)]


def _birthdays(case: CaseFacts, name: str, acted: date) -> list[Age]:
    out = []
    for word in _BORN.finditer(case.text):
        near = [d for d in date_places(case.text[max(0, word.start() - 14) : word.end() + 18], max(0, word.start() - 14)) if d.has_year]
        if not near:
            near = _months(case.text, max(0, word.start() - 14), word.end() + 18)
        if near and _of_party(case.text, name, near[0].start):
            out.append(Age(full_years(near[0].day, acted), *_with_name(case.text, name, near[0].start, max(near[0].end, word.end()))))
    for match in _ID.finditer(case.text):
        born = make_date(*match.groups())
        if born and _of_party(case.text, name, match.start()):
            out.append(Age(full_years(born, acted), match.start(), match.end()))
    return out


def _months(text: str, start: int, end: int) -> list[DatePlace]:
    """Months of birth without a day, as their first day: the careful reading of a low age."""
    return [replace(d, day=d.day.replace(day=1)) for d in month_places(text[start:end], start)]


def _stated(case: CaseFacts, name: str) -> list[Age]:
    out = []
    for section in case.parts(Part.FILING, Part.INQUIRY, Part.DECISION, Part.REPORT):
        for match in _AGE.finditer(case.text, section.start, section.end):
            years = to_int(match["n"])
            asked = re.search(
                r"(?:多大|年龄|几岁|多少岁)[^答]{0,10}答\s*[：:]?[^。]{0,12}$",
                case.text[max(section.start, match.start() - 40) : match.start()],
            )
            sentence = case.text[since(case.text, match.start(), "。") : match.start()]
            stated = re.search(rf"{re.escape(name)}\s*[，,（(][^。；]{{0,16}}$", sentence) or re.search(
                r"当事人[^。；，]{0,6}[，,]?(?:现年|时年|年仅|年龄)?$", sentence
            )
            if (
                years is not None
                and (asked or stated)
                and not re.search(r"不满|未满|已满|以上|以下", case.text[match.start() - 4 : match.end() + 4])
            ):
                out.append(Age(years, match.start(), match.end()))
    return out


def _of_party(text: str, name: str, at: int) -> bool:
    """True where the party's name is the last name before the birthday in its sentence or entry."""
    sentence = text[since(text, at, "。；;\n") : at]
    return name in sentence or "当事人" in sentence


def _with_name(text: str, name: str, start: int, end: int) -> tuple[int, int]:
    at = text.rfind(name, max(0, start - 30), start)
    return (at if at >= 0 else start), end


def full_years(born: date, on: date) -> int:
    """Full years of age on a day; the birthday itself completes a year only on the next day (周岁 counts from the day after)."""
    return on.year - born.year - ((on.month, on.day) <= (born.month, born.day))
