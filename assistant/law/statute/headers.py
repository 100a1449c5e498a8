"""What the head of a statute says of itself: title, issuer, level, number, dates, region.

Everything here is read from the words of the document or its file name. What they do not say
stays empty: a guessed effective date would put the wrong text before an officer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assistant.law.statute.model import Article, Level
from assistant.law.text.dates import DATE_PATTERN, find_dates, make_date
from assistant.law.text.numerals import fold_width

_FILE_DATE = re.compile(r"[（(]\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*[)）]\s*$")
_FORMAT_NOTE = re.compile(r"_(?:扫描件|影印件)$")
_ADOPTED = re.compile(r"通过|公布|发布|颁布|批准|修订|修正|修改|印发|制定")
_INTO_FORCE = re.compile(r"施行|实施|生效|执行")
_STATED_FORCE = re.compile(rf"(?:自|从)\s*({DATE_PATTERN.pattern})\s*起(?:开始)?(?:施行|实施|生效|执行)")
_FORCE_ON_ISSUE = re.compile(r"自(?:公布|发布|颁布|印发|通过)之日起(?:开始)?(?:施行|实施|生效|执行)")
_DOC_NUMBERS = (
    re.compile(r"[\u4e00-\u9fff]{1,12}〔\d{4}〕\s*\d+\s*号"),
    re.compile(
        r"(?:中华人民共和国)?(?:主席令|国务院令|[\u4e00-\u9fff]{2,12}?(?:部|委员会|总局|署|局|人民政府)令?)第[\d一二三四五六七八九十百零〇]+号"
    ),
)
_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|自治县|市|县))")
_CONGRESS = re.compile(r"([\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|自治县|市|县))第?[一二三四五六七八九十]*届?人民代表大会(常务委员会)?")
_NATIONAL_CONGRESS = re.compile(r"(?:第[一二三四五六七八九十]+届)?全国人民代表大会(常务委员会)?")
_MINISTRY = re.compile(
    r"((?:国家|中国)?[\u4e00-\u9fff]{2,10}?(?:部|委员会|总局|总署|监督管理局))(?:令|第|公告|部务|部长|局务|发布|公布|颁布)"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The facts a document's head states; empty or None where it does not."""

    issuer: str
    level: Level | None
    region: str
    doc_number: str
    promulgated: date | None
    version_date: date | None
    effective_from: date | None
    history: tuple[str, ...]


def file_name_facts(stem: str) -> tuple[str, date | None]:
    """Return (title, version date) as a file name without its ending gives them.

    `旅游法(2018-10-26)` → (`旅游法`, 2018-10-26); a name without a date gives None for it.
    """
    stem = _FORMAT_NOTE.sub("", fold_width(stem).strip())
    match = _FILE_DATE.search(stem)
    if not match:
        return stem, None
    return stem[: match.start()].strip(), make_date(*match.groups())


def read_header(title: str, lines: list[str], articles: tuple[Article, ...], file_date: date | None) -> Header:
    """Return what `lines` (the text between title and body) and the closing articles state."""
    history = tuple(ln for ln in (fold_width(x).strip() for x in lines) if DATE_PATTERN.search(ln))
    adopted = [d for ln in history if _ADOPTED.search(_after_date(ln)) for d in find_dates(ln)[:1]]
    version_date = file_date or (max(adopted) if adopted else None)
    head = "\n".join(fold_width(x) for x in lines)
    issuer = _issuer(title, history)
    level = _level(title, issuer, head)
    return Header(
        issuer=issuer,
        level=level,
        region=_region(title, issuer, level),
        doc_number=_doc_number(head),
        promulgated=min(adopted) if adopted else None,
        version_date=version_date,
        effective_from=effective_day(articles, version_date, history),
        history=history,
    )


def _after_date(line: str) -> str:
    match = DATE_PATTERN.search(line)
    return line[match.end() :] if match else line


def effective_day(articles: tuple[Article, ...], version_date: date | None, history: tuple[str, ...] = ()) -> date | None:
    """The day this version takes effect, as stated; None where only an older day is stated.

    An amended statute keeps the commencement article of its first text; a day before the
    version's own date therefore says nothing about this version.
    """
    stated = [day for line in history for day in _stated_days(line)]
    closing = "\n".join(a.text for a in articles[-3:])
    stated.extend(d for m in _STATED_FORCE.finditer(fold_width(closing)) for d in find_dates(m.group(1)))
    later = [d for d in stated if version_date is None or d >= version_date]
    if later:
        return max(later) if version_date is None else min(later)
    adoptions = sum(bool(_ADOPTED.search(_after_date(line))) for line in history)
    if version_date and adoptions == 1 and _FORCE_ON_ISSUE.search(closing):
        return version_date
    return None


def _stated_days(line: str) -> list[date]:
    """Days on which a dated line of the head says the text takes effect."""
    tail = _after_date(line)
    opens = _INTO_FORCE.match(tail.strip()) or (_INTO_FORCE.search(tail) and not _ADOPTED.search(tail))
    days = find_dates(line)[:1] if opens else []
    return days + [d for m in _STATED_FORCE.finditer(line) for d in find_dates(m.group(1))]


def _doc_number(head: str) -> str:
    for pattern in _DOC_NUMBERS:
        found = pattern.findall(head)
        if found:
            return re.sub(r"\s+", "", found[-1])
    return ""


def _issuer(title: str, history: tuple[str, ...]) -> str:
    if title.startswith("最高人民"):
        return _courts(title)
    local = _local_congress(history)
    if local:
        return local
    for line in reversed(history):
        issuer = _national_issuer(line)
        if issuer:
            return issuer
    if title.startswith("国务院"):
        return "国务院"
    if title.startswith("全国人民代表大会"):
        return "全国人民代表大会" + ("常务委员会" if title.startswith("全国人民代表大会常务委员会") else "")
    return ""


def _local_congress(history: tuple[str, ...]) -> str:
    """The people's congress that adopted a local text; a city's own before the province that approved it."""
    found: list[tuple[str, str]] = []
    for line in history:
        for words in re.split(r"[\s，,。《》（）()经由]+", _after_date(line)):
            match = _CONGRESS.match(words)
            if match and "全国" not in match.group(1):
                found.append((match.group(1), "人民代表大会" + (match.group(2) or "")))
    if not found:
        return ""
    lower = [f for f in found if not f[0].endswith(("省", "自治区"))]
    place, body = (lower or found)[-1]
    return place + body


def _national_issuer(line: str) -> str:
    """The national body one dated line names, or an empty string."""
    national = _NATIONAL_CONGRESS.search(line)
    if national:
        return "全国人民代表大会" + (national.group(1) or "")
    if "国务院" in line:
        return "国务院"
    court = re.search(r"最高人民(?:法院|检察院)", line)
    if court:
        return court.group(0)
    ministry = _MINISTRY.search(re.sub(r"中华人民共和国|^\s*经", "", _after_date(line)))
    return ministry.group(1) if ministry else ""


def _courts(title: str) -> str:
    both = "最高人民法院" in title and "最高人民检察院" in title
    return "最高人民法院、最高人民检察院" if both else title[: 6 if title.startswith("最高人民法院") else 7]


def _level(title: str, issuer: str, head: str) -> Level | None:
    if title in {"宪法", "中华人民共和国宪法"}:
        return Level.CONSTITUTION
    if issuer.startswith("最高人民"):
        return Level.JUDICIAL_INTERPRETATION
    if issuer.startswith("全国人民代表大会"):
        return Level.LAW
    if "人民代表大会" in issuer:
        return Level.LOCAL_REGULATION
    if issuer == "国务院":
        return Level.ADMINISTRATIVE_REGULATION
    if "人民政府令" in head:
        return Level.LOCAL_RULE
    if issuer.endswith(("部", "委员会", "总局", "总署", "监督管理局")) and re.search(r"令第?[\d一二三四五六七八九十百]", head):
        return Level.DEPARTMENT_RULE
    return None


def _region(title: str, issuer: str, level: Level | None) -> str:
    """The place a local text applies in, from its issuer and then its title; empty for national texts."""
    if level not in (Level.LOCAL_REGULATION, Level.LOCAL_RULE):
        return ""
    for text in (title, issuer):
        match = _PLACE.match(text)
        if match and not match.group(1).endswith("城市"):
            return match.group(1)
    return ""
