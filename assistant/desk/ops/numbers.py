"""The numbers of a year, in the wording of the yearly report on 法治政府建设: by month, by year, and in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import mean, median

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.chat.asked_counts import ConsultingDesk
from assistant.store import numbers as sql
from assistant.store import reviews as review_sql
from assistant.store.engine import reading
from assistant.store.numbers import Tally
from assistant.store.reviews import Sight

#: What a review's kind is called in the report.
_REVIEWED = {"contract": "审查合同", "penalty": "审查行政处罚案件", "normative": "审查文件草案"}
_EVERYTHING = Sight("", everything=True)
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One line of a table: twelve months and their sum; `unit` is 次, 件 …"""

    label: str
    unit: str
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum of the year."""
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class NumberGroup:
    """A table of lines that belong together. Lines of `rows` add up to the group; `parts` say more of them and do not."""

    title: str
    rows: tuple[NumberRow, ...]
    parts: tuple[NumberRow, ...] = ()

    @property
    def months(self) -> tuple[int, ...]:
        """The sums of the lines, by month."""
        return tuple(sum(r.months[m] for r in self.rows) for m in range(12))


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """From sending a matter to the firm until its opinion, in days of 24 hours; None where none was answered."""

    answered: int
    mean_days: float | None
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A year: tables by month, the matters' states, the times to answer, the report's sentences, and all years beside."""

    year: int
    groups: tuple[NumberGroup, ...]
    states: dict[str, int]
    times: AnswerTimes
    sentence: str
    years: tuple[int, ...]
    by_year: tuple[tuple[str, str, tuple[int, ...]], ...]


def numbers(engine: Engine, year: int | None = None, today: date | None = None) -> Numbers:
    """Return the numbers of a year (this one where none is given), all counted at one moment."""
    wanted = year or (today or date.today()).year
    with reading(engine) as connection:
        tallies = _tallies(connection)
        states, pairs = sql.matter_states(connection, wanted), sql.answer_times(connection, wanted)
    days = [(answered - sent).total_seconds() / _SECONDS_A_DAY for sent, answered in pairs]
    times = AnswerTimes(len(days), round(mean(days), 1) if days else None, round(median(days), 1) if days else None)
    groups = _groups(tallies, wanted)
    years = tuple(sorted({t.year for found in tallies.values() for t in found} | {wanted}))
    by_year = tuple(
        (label, unit, tuple(sum(t.count for t in tallies[name] if t.year == y) for y in years)) for name, label, unit in _YEARLY
    )
    return Numbers(wanted, groups, states, times, _sentence(groups, wanted), years, by_year)


_YEARLY = (
    ("consultations", "咨询", "次"),
    ("left", "公众留言", "件"),
    ("contract", "审查合同", "件"),
    ("penalty", "审查行政处罚案件", "件"),
    ("normative", "审查文件草案", "件"),
    ("submitted", "提交律师事务所的事项", "件"),
    ("opinions", "出具法律意见", "件"),
    ("added", "法规库新增文本", "件"),
)


def _tallies(connection: Connection) -> dict[str, list[Tally]]:
    counted = review_sql.counted(connection, _EVERYTHING)
    found = {
        "consultations": sql.consultations(connection),
        "unanswered": sql.consultations_unanswered(connection),
        "left": sql.left_questions(connection),
        "submitted": sql.matters_submitted(connection),
        "answered": sql.matters_answered(connection),
        "opinions": sql.opinions_issued(connection),
        "added": sql.texts_added(connection),
        "withdrawn": sql.texts_withdrawn(connection),
        "conclusions": [Tally(c.year, c.month, word, n) for c in counted for word, n in c.conclusions.items()],
    }
    return found | {kind: [Tally(c.year, c.month, "", c.begun) for c in counted if c.kind == kind] for kind in _REVIEWED}


def _groups(tallies: dict[str, list[Tally]], year: int) -> tuple[NumberGroup, ...]:
    conclusions = dict.fromkeys(t.label for t in tallies["conclusions"] if t.year == year)
    return (
        NumberGroup(
            "咨询",
            tuple(_row(desk.value, "次", (t for t in tallies["consultations"] if t.label == desk), year) for desk in ConsultingDesk),
            (
                _row("其中没有答复、建议提交律师或者人工办理", "次", tallies["unanswered"], year),
                _row("公众留言", "件", tallies["left"], year),
            ),
        ),
        NumberGroup(
            "合法性审查",
            tuple(_row(label, "件", tallies[kind], year) for kind, label in _REVIEWED.items()),
            tuple(_row(f"结论：{word}", "件", (t for t in tallies["conclusions"] if t.label == word), year) for word in conclusions),
        ),
        NumberGroup(
            "法律顾问",
            (_row("提交律师事务所的事项", "件", tallies["submitted"], year),),
            (_row("已答复的事项", "件", tallies["answered"], year), _row("出具法律意见", "件", tallies["opinions"], year)),
        ),
        NumberGroup(
            "法规库",
            (_row("新增文本", "件", tallies["added"], year),),
            (_row("移出文本", "件", tallies["withdrawn"], year),),
        ),
    )


def _row(label: str, unit: str, tallies: Iterable[Tally], year: int) -> NumberRow:
    months = [0] * 12
    for tally in tallies:
        if tally.year == year:
            months[tally.month - 1] += tally.count
    return NumberRow(label, unit, tuple(months))


def _sentence(groups: tuple[NumberGroup, ...], year: int) -> str:
    """The sentence of the yearly report."""
    asked, reviewed, counsel, _ = groups
    parts = [f"{row.label}{row.total}件" for row in reviewed.rows]
    return f"{year}年，{'，'.join(parts)}；接受咨询{sum(asked.months)}次；出具法律意见{counsel.parts[1].total}件。"
