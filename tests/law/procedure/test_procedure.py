"""办案程序: every article cited exists, every number stands in the article cited, and the dates come out right.

The laws are read from the corpus beside the checkout; nothing of their text is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from assistant.law.penalty.kinds import PenaltyKind as K
from assistant.law.procedure import coercion as coercion_module
from assistant.law.procedure import execution, remedies, scope
from assistant.law.procedure import licence as licence_module
from assistant.law.procedure import limitation as limitation_module
from assistant.law.procedure import penalty as penalty_module
from assistant.law.procedure.procedure import (
    OFFICIAL_CALENDAR,
    Answer,
    CaseDates,
    CoercionCase,
    Effect,
    Harm,
    IntendedPenalty,
    LicenceCase,
    LicenceHearing,
    Limit,
    LocalThreshold,
    Measure,
    MentalState,
    Mitigation,
    Need,
    PartyKind,
    PenaltyCase,
    Step,
    Thresholds,
    Unit,
    WorkCalendar,
    acceptance_by_default,
    applicable_text,
    coercion_procedure,
    due,
    factors,
    holiday_year,
    late_fee,
    licence_procedure,
    limitation,
    needs_collective,
    needs_hearing,
    needs_legal_review,
    penalty_procedure,
    read_catalogue,
    summary_allowed,
)
from assistant.law.statute.model import Article
from assistant.law.statute.parse import parse_document
from assistant.law.statute.structure import item, paragraph
from assistant.law.text.numerals import NUMERAL_CHARS, to_int

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / ".." / "shared" / "corpus"
LAWS = {
    "行政处罚法": "法律/行政处罚法(2021-01-22).md",
    "行政许可法": "法律/行政许可法(2019-04-23).md",
    "行政强制法": "法律/行政强制法(2011-06-30).md",
    "行政复议法": "法律/行政复议法(2023-09-01).md",
    "行政诉讼法": "法律/行政诉讼法(2017-06-27).md",
    "民事诉讼法": "法律/民事诉讼法(2023-09-01).md",
    "行政执法机关移送涉嫌犯罪案件的规定": "行政法规/行政执法机关移送涉嫌犯罪案件的规定(2020-08-07).md",
}
ADDRESS = re.compile(r"《(.+?)》第([^条]+)条(?:第([^款]+)款)?(?:第([^项]+)项)?$")
LIMIT_MODULES = (remedies, execution, penalty_module, licence_module, coercion_module, limitation_module)
MODULES = (
    "time/calendar",
    "procedure/coercion",
    "time/deadlines",
    "procedure/licence",
    "procedure/limitation",
    "procedure/case",
    "procedure/execution",
    "procedure/penalty",
    "procedure/scope",
    "procedure/procedure",
    "procedure/step",
    "procedure/remedies",
    "procedure/review_catalogue",
)
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside the checkout")

LINES = Thresholds(LocalThreshold(10_000, 100_000, source="样例"), LocalThreshold(10_000, 100_000, source="样例"))


def fine(amount: float | None, *kinds: K) -> tuple[IntendedPenalty, ...]:
    return (IntendedPenalty(K.FINE, amount), *(IntendedPenalty(k) for k in kinds))


@cache
def articles_of(title: str) -> dict[int, Article]:
    path = CORPUS / LAWS[title]
    return {a.number: a for a in parse_document(path.read_text("utf-8"), path.stem).articles if not a.suffix}


def text_at(address: str) -> str:
    """The text an address names; a failure where there is no such article, paragraph or item."""
    match = ADDRESS.fullmatch(address)
    assert match, address
    title, number, para, point = match[1], to_int(match[2]), to_int(match[3] or ""), to_int(match[4] or "")
    article = articles_of(title).get(number or 0)
    assert article, f"no such article: {address}"
    if point:
        found_item = item(article, point, para)
        assert found_item, f"no such item: {address}"
        return found_item.text
    if para:
        found = paragraph(article, para)
        assert found, f"no such paragraph: {address}"
        return found.full_text
    return article.text


def periods(text: str) -> set[tuple[int, str]]:
    """Every (number, unit) in a text, numerals made Arabic; 个工作日 is 日, as statutes write it."""
    found = re.finditer(rf"([{NUMERAL_CHARS}]+)\s*(个工作日|日|个月|年|小时)(?!份|度)", text)
    return {(n, m[2].replace("个工作日", "日")) for m in found if (n := to_int(m[1])) is not None}


def all_limits() -> list[Limit]:
    return [value for module in LIMIT_MODULES for value in vars(module).values() if isinstance(value, Limit)]


def every_procedure() -> Iterator[tuple[Step, ...]]:
    """Procedures over many shapes of case, so that every step and every branch of a note is seen."""
    day = date(2026, 3, 2)
    dates = CaseDates(
        conduct_ended=day, discovered=day, filed=day, registered=day, notice_served=day + timedelta(days=9), hearing_asked=day,
        hearing=day + timedelta(days=30), decided=day + timedelta(days=40), served=day + timedelta(days=41), law_changed=day,
    )  # fmt: skip
    outcomes: tuple[tuple[IntendedPenalty, ...], ...] = (
        (), fine(50), fine(180), fine(2_000), fine(None), fine(200_000.0, K.SUSPEND_OPERATION), fine(9.0, K.REVOKE_LICENCE),
        (IntendedPenalty(K.CONFISCATE_GAINS, 200_000),), (IntendedPenalty(K.WARNING),), (IntendedPenalty(K.SUSPEND_LICENCE),),
    )  # fmt: skip
    shapes = (
        PenaltyCase(),
        PenaltyCase(facts_clear=True, dates=dates, hardship=True, age=16, mental=MentalState.DIMINISHED, mitigations=tuple(Mitigation)),
        PenaltyCase(dates=replace(dates, deferred_until=date(2026, 12, 1)), suspected_crime=True, complex=True, disputed_jurisdiction=True),
        PenaltyCase(dates=replace(dates, review_decision_served=day, urged=day), age=12, mental=MentalState.INCAPABLE, no_fault=True),
        PenaltyCase(first_offence=True, corrected=True, minor_act=True, harm=Harm.NONE, endangers_life=True, ongoing=True),
    )
    for shape, party, penalties, lines in product(shapes, PartyKind, outcomes, (None, LINES)):
        yield penalty_procedure(replace(shape, party=party, penalties=penalties), lines)
    for joint, hearing, spot in product((True, False), LicenceHearing, (True, False)):
        yield licence_procedure(LicenceCase(joint=joint, hearing=hearing, on_the_spot=spot, expires=day, accepted=day, extended=joint))
    for measure, power, urgent in product((None, *Measure), (True, False), (True, False)):
        yield coercion_procedure(CoercionCase(measure=measure, own_power=power, urgent=urgent, decision=True, substitute=True, imposed=day))


# ---- the law itself


@needs_corpus
def test_every_article_cited_exists() -> None:
    cited = {address for steps in every_procedure() for step in steps for address in step.articles}
    assert len(cited) > 100
    for address in cited:
        assert text_at(address)


@needs_corpus
def test_every_limit_stands_in_its_article() -> None:
    limits = all_limits()
    assert len(limits) > 25
    for limit in limits:
        assert (limit.number, limit.unit.statute_word) in periods(text_at(limit.article)), limit


@needs_corpus
def test_every_step_names_the_articles_of_its_limits() -> None:
    for steps in every_procedure():
        for step in steps:
            for limit in step.limits:
                assert limit.article in step.articles and (not limit.counted_by or limit.counted_by in step.articles), step.code


@needs_corpus
def test_working_days_are_those_the_law_counts_so() -> None:
    """行政处罚法 第八十五条 names the days, 行政强制法 第六十九条 a ceiling, 行政许可法 第八十二条 all of the authority's."""
    named = {n for n, _ in periods(text_at("《行政处罚法》第八十五条").replace("“", "").replace("”", " "))}
    assert named == {2, 3, 5, 7}
    for limit in all_limits():
        title = limit.article[1 : limit.article.index("》")]
        if limit.unit is Unit.WORKDAY:
            assert limit.counted_by.startswith(f"《{title}》") and "工作日" in text_at(limit.counted_by)
        if title == "行政处罚法" and limit.unit in (Unit.WORKDAY, Unit.DAY):
            assert (limit.unit is Unit.WORKDAY) == (limit.number in named), limit
        if title == "行政强制法" and limit.unit in (Unit.WORKDAY, Unit.DAY):
            assert (10, "日") in periods(text_at("《行政强制法》第六十九条"))
            assert (limit.unit is Unit.WORKDAY) == (limit.number <= 10), limit
        if title == "行政许可法" and limit is not licence_module.RENEW:
            assert limit.unit is Unit.WORKDAY, limit


@needs_corpus
def test_periods_in_notes_stand_in_the_articles_cited() -> None:
    """A number of days typed into a note or condition is caught as well as one in a limit."""
    iso = re.compile(r"\d{4}-\d{2}-\d{2}")
    for steps in every_procedure():
        for step in steps:
            said = periods(iso.sub("", f"{step.note} {step.condition} {step.title}")) - {(34, "日")}
            law = {p for address in step.articles for p in periods(text_at(address))}
            assert said <= law, (step.code, said - law)


@needs_corpus
def test_amounts_and_rate_stand_in_the_law() -> None:
    spot = text_at("《行政处罚法》第五十一条")
    amounts = {to_int(n) for n in re.findall(rf"([{NUMERAL_CHARS}]+)元", spot)}
    assert amounts == {scope.SUMMARY_CITIZEN, scope.SUMMARY_ORGANISATION}
    assert f"{'百'}元以下" in text_at("《行政处罚法》第六十八条第一款第一项") and scope.COLLECT_ON_SPOT == 100
    rate = re.search(r"百分之([一二三四五六七八九十]+)", text_at("《行政处罚法》第七十二条第一款第一项"))
    assert rate and to_int(rate[1]) == execution.LATE_PERCENT


@needs_corpus
def test_kinds_heard_stand_in_their_item() -> None:
    words = {
        K.LOWER_GRADE: "降低资质等级", K.REVOKE_LICENCE: "吊销许可证", K.SUSPEND_OPERATION: "责令停产停业",
        K.CLOSE: "责令关闭", K.RESTRICT_PROFESSION: "限制从业",
    }  # fmt: skip
    for kind, word in words.items():
        (address,) = needs_hearing(PenaltyCase(penalties=(IntendedPenalty(kind),)), Thresholds()).articles
        assert word in text_at(address)


@needs_corpus
def test_no_sentence_of_a_law_is_kept_in_the_program() -> None:
    laws = "".join(re.sub(r"\s", "", a.text) for title in LAWS for a in articles_of(title).values())
    for name in MODULES:
        source = (ROOT / "assistant" / "law" / f"{name}.py").read_text("utf-8")
        for run in re.findall(r"[\u4e00-\u9fff，、；：。（）]{15,}", source):
            for at in range(len(run) - 14):
                assert run[at : at + 15] not in laws, (name, run[at : at + 15])


# ---- working days


def test_official_table_covers_and_counts() -> None:
    assert OFFICIAL_CALENDAR.covered == (2021, 2022, 2023, 2024, 2025, 2026)
    worked = (date(2024, 2, 18), date(2025, 1, 26), date(2026, 2, 28), date(2026, 5, 9))
    off = (date(2024, 2, 16), date(2025, 10, 8), date(2026, 2, 23), date(2026, 5, 10))
    assert all(map(OFFICIAL_CALENDAR.is_workday, worked)) and not any(map(OFFICIAL_CALENDAR.is_workday, off))
    assert OFFICIAL_CALENDAR.add(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert OFFICIAL_CALENDAR.add(date(2026, 10, 12), -3) == date(2026, 10, 8)
    assert OFFICIAL_CALENDAR.add(date(2025, 9, 26), 5) == date(2025, 10, 10)


def test_days_worked_per_year() -> None:
    """A check on the whole table: 2024 had 251 working days, 2025 and 2026 248."""
    for year, count in ((2024, 251), (2025, 248), (2026, 248)):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        assert sum(OFFICIAL_CALENDAR.is_workday(d) for d in days if d.year == year) == count


def test_year_outside_the_table_warns() -> None:
    found = due(penalty_module.ASK_HEARING, date(2027, 1, 4), OFFICIAL_CALENDAR)
    assert found.day == date(2027, 1, 11) and "2027" in found.warnings[0]
    assert not due(penalty_module.ASK_HEARING, date(2026, 3, 2), OFFICIAL_CALENDAR).warnings
    own = WorkCalendar((*OFFICIAL_CALENDAR.years, holiday_year(2027, "样例", ["1-5~1-6"], [])))
    assert due(penalty_module.ASK_HEARING, date(2027, 1, 4), own).day == date(2027, 1, 13)


@pytest.mark.parametrize(("off", "on"), [(["2-30"], []), (["3-5~3-1"], []), ([], ["3-2"]), (["3-1"], ["3-1"]), (["三月"], [])])
def test_bad_holiday_tables_are_refused(off: list[str], on: list[str]) -> None:
    with pytest.raises(ValueError):
        holiday_year(2026, "样例", off, on)


# ---- penalty cases


def steps_of(case: PenaltyCase, lines: Thresholds | None = None) -> dict[str, Step]:
    return {step.code: step for step in penalty_procedure(case, lines)}


def test_dates_of_an_ordinary_case() -> None:
    dates = CaseDates(
        conduct_ended=date(2026, 1, 5), discovered=date(2026, 1, 6), filed=date(2026, 1, 8), notice_served=date(2026, 2, 9),
        hearing=date(2026, 3, 10), decided=date(2026, 4, 1), served=date(2026, 4, 2),
    )  # fmt: skip
    steps = steps_of(PenaltyCase(penalties=fine(60_000, K.SUSPEND_OPERATION), dates=dates), LINES)
    assert steps["limitation"].due == date(2028, 1, 5)
    assert steps["hearing_right"].due == date(2026, 2, 14)  # the Saturday before 春节 is worked
    assert steps["hearing_notice"].due == date(2026, 2, 28)
    assert steps["decision"].due == date(2026, 4, 8)
    assert steps["service"].due == date(2026, 4, 13)  # 清明 lies between
    assert steps["payment"].due == date(2026, 4, 17)
    assert steps["review"].due == date(2026, 6, 1)
    assert steps["suit"].due == date(2026, 10, 8)  # 2 October is a day off
    assert steps["court"].due == date(2027, 1, 8)
    assert "1800元" in steps["late"].note and "60000元" in steps["late"].note
    order = [s.code for s in penalty_procedure(PenaltyCase(dates=dates))]
    wanted = ["filing", "notice", "hearing_right", "hearing", "legal_review", "collective", "decision", "service", "payment", "court"]
    assert [c for c in order if c in wanted] == wanted


def test_a_step_as_json() -> None:
    step = steps_of(PenaltyCase(dates=CaseDates(filed=date(2026, 1, 8))))["decision"].to_dict()
    assert {"step", "who", "limit", "due", "articles", "note"} <= set(step)
    assert step["due"] == "2026-04-08" and step["limit"] == "自立案之日起90日内" and "《行政处罚法》第六十条" in step["articles"]


def test_late_steps_are_said() -> None:
    dates = CaseDates(filed=date(2026, 1, 8), notice_served=date(2026, 4, 20), decided=date(2026, 4, 21), served=date(2026, 5, 30))
    steps = steps_of(PenaltyCase(penalties=fine(1.0, K.CLOSE), dates=dates))
    assert steps["decision"].warnings and steps["service"].warnings and steps["hearing_right"].warnings
    backwards = replace(dates, notice_served=date(2026, 4, 22))
    assert steps_of(PenaltyCase(dates=backwards))["notice"].warnings


@pytest.mark.parametrize(
    ("party", "penalties", "answer"),
    [
        (PartyKind.CITIZEN, fine(200), Answer.YES),
        (PartyKind.CITIZEN, fine(201), Answer.NO),
        (PartyKind.ORGANISATION, fine(3000), Answer.YES),
        (PartyKind.ORGANISATION, fine(3001), Answer.NO),
        (PartyKind.SOLE_TRADER, fine(200), Answer.YES),
        (PartyKind.SOLE_TRADER, fine(1000), Answer.LOCAL),
        (PartyKind.SOLE_TRADER, fine(5000), Answer.NO),
        (PartyKind.CITIZEN, (IntendedPenalty(K.WARNING), IntendedPenalty(K.CORRECT)), Answer.YES),
        (PartyKind.ORGANISATION, fine(100, K.CONFISCATE_GAINS), Answer.NO),
        (PartyKind.ORGANISATION, (IntendedPenalty(K.CRITICISM),), Answer.NO),
        (PartyKind.ORGANISATION, fine(None), Answer.UNKNOWN),
        (PartyKind.ORGANISATION, (), Answer.UNKNOWN),
    ],
)
def test_summary_limits(party: PartyKind, penalties: tuple[IntendedPenalty, ...], answer: Answer) -> None:
    assert summary_allowed(PenaltyCase(party, penalties, facts_clear=True)).answer is answer


def test_summary_procedure_has_review_before_suit() -> None:
    case = PenaltyCase(PartyKind.CITIZEN, fine(100), CaseDates(decided=date(2026, 3, 2)), facts_clear=True)
    steps = steps_of(case)
    assert "filing" not in steps and "hearing" not in steps and steps["spot_payment"].need is Need.OPTIONAL
    assert steps["review"].due == date(2026, 5, 6) and "《行政复议法》第二十三条第一款第一项" in steps["review"].articles
    assert steps["suit"].due is None and steps["court"].due is None
    assert summary_allowed(replace(case, facts_clear=None)).answer is Answer.UNKNOWN
    assert "filing" in steps_of(replace(case, facts_clear=None))


def test_hearing_by_local_lines() -> None:
    big, citizen = PenaltyCase(penalties=fine(100_000)), PenaltyCase(PartyKind.CITIZEN, fine(9_999))
    assert needs_hearing(big, Thresholds()).answer is Answer.LOCAL
    assert "以本地标准为准" in needs_hearing(big, Thresholds()).reasons[0]
    assert needs_hearing(big, LINES).answer is Answer.YES and "样例" in needs_hearing(big, LINES).reasons[0]
    assert needs_hearing(citizen, LINES).answer is Answer.NO
    assert needs_hearing(replace(citizen, party=PartyKind.SOLE_TRADER, penalties=fine(10_000)), LINES).answer is Answer.YES
    assert needs_hearing(PenaltyCase(penalties=(*fine(60_000), *fine(50_000))), LINES).answer is Answer.YES
    assert needs_hearing(PenaltyCase(penalties=(IntendedPenalty(K.WARNING),)), Thresholds()).answer is Answer.NO
    assert steps_of(PenaltyCase(penalties=fine(1, K.CLOSE), hearing_requested=False))["hearing"].need is Need.NOT_APPLICABLE


def test_review_and_deliberation() -> None:
    heard = PenaltyCase(penalties=fine(1, K.REVOKE_LICENCE), hearing_requested=True)
    assert needs_legal_review(heard, Thresholds()) and needs_collective(heard, Thresholds())
    assert needs_legal_review(replace(heard, hearing_requested=None), Thresholds()).answer is Answer.UNKNOWN
    plain = PenaltyCase(penalties=fine(5_000))
    assert needs_legal_review(plain, LINES).answer is Answer.NO and needs_collective(plain, LINES).answer is Answer.NO
    assert needs_collective(plain, Thresholds()).answer is Answer.LOCAL
    assert needs_legal_review(replace(plain, complex=True), LINES) and needs_collective(replace(plain, complex=True), LINES)


def test_bureau_catalogue_decides_beside_the_law() -> None:
    table = [
        {"决定类别": "行政处罚", "处罚种类": "罚款", "适用对象": "公民、个体工商户", "金额起点": "3000元", "提交材料": "案卷、告知书"},
        {"决定类别": "行政处罚", "事项": "文物", "集体讨论": "否"},
        {"决定类别": "行政处罚", "处罚种类": "罚钱"},
        {"决定类别": "处罚"},
    ]
    catalogue = read_catalogue(table, "本局目录（样例）")
    assert len(catalogue.rows) == 2 and len(catalogue.refused) == 2 and catalogue.refused[0].startswith("第3行")
    lines = replace(LINES, catalogue=catalogue)
    case = PenaltyCase(PartyKind.CITIZEN, fine(3_000))
    assert needs_legal_review(case, lines) and needs_collective(case, lines)
    assert "案卷、告知书" in steps_of(case, lines)["legal_review"].note
    assert not needs_legal_review(replace(case, penalties=fine(2_999)), lines)
    relic = PenaltyCase(penalties=fine(500), matter="擅自修缮文物")
    assert needs_legal_review(relic, lines) and not needs_collective(relic, lines)


def test_limitation() -> None:
    acted = CaseDates(conduct_ended=date(2024, 2, 29), discovered=date(2026, 3, 1))
    assert limitation(PenaltyCase(dates=acted)).expires == date(2026, 2, 28)
    assert limitation(PenaltyCase(dates=acted)).ruling.answer is Answer.NO
    assert limitation(PenaltyCase(dates=acted, endangers_life=True)).ruling.answer is Answer.YES
    assert limitation(PenaltyCase(dates=acted, ongoing=True)).ruling.answer is Answer.YES
    assert limitation(PenaltyCase(dates=replace(acted, discovered=date(2026, 2, 28)))).ruling.answer is Answer.UNKNOWN
    assert limitation(PenaltyCase()).ruling.answer is Answer.UNKNOWN
    unfound = PenaltyCase(dates=replace(acted, discovered=None))
    assert limitation(unfound, date(2025, 1, 1)).ruling.answer is Answer.YES
    assert limitation(unfound, date(2026, 6, 1)).ruling.answer is Answer.UNKNOWN
    steps = steps_of(PenaltyCase(penalties=fine(100), facts_clear=True, dates=acted))
    assert steps["limitation"].warnings and "不予" in steps["decision"].title and "payment" not in steps


@pytest.mark.parametrize(
    ("case", "effect", "article"),
    [
        (PenaltyCase(age=13), Effect.EXEMPT, "第三十条"),
        (PenaltyCase(age=14), Effect.LESSEN, "第三十条"),
        (PenaltyCase(mental=MentalState.INCAPABLE), Effect.EXEMPT, "第三十一条"),
        (PenaltyCase(mental=MentalState.DIMINISHED), Effect.MAY_LESSEN, "第三十一条"),
        (PenaltyCase(mitigations=(Mitigation.MERIT,)), Effect.LESSEN, "第三十二条第一款第四项"),
        (PenaltyCase(first_offence=True, corrected=True, harm=Harm.SLIGHT), Effect.MAY_EXEMPT, "第三十三条第一款"),
        (PenaltyCase(minor_act=True, corrected=True, harm=Harm.NONE), Effect.EXEMPT, "第三十三条第一款"),
        (PenaltyCase(no_fault=True), Effect.EXEMPT, "第三十三条第二款"),
    ],
)
def test_factors(case: PenaltyCase, effect: Effect, article: str) -> None:
    (factor,) = factors(case)
    assert factor.effect is effect and factor.article == f"《行政处罚法》{article}"


def test_nothing_known_calls_up_no_factor() -> None:
    assert factors(PenaltyCase(age=18)) == () and factors(PenaltyCase(first_offence=True, corrected=True)) == ()
    assert factors(PenaltyCase(first_offence=True, corrected=False, harm=Harm.NONE)) == ()


def test_old_law_or_new() -> None:
    changed = CaseDates(conduct_ended=date(2025, 5, 1), law_changed=date(2026, 1, 1))
    assert applicable_text(PenaltyCase(dates=changed, new_law_lighter=True)).answer is Answer.YES
    assert applicable_text(PenaltyCase(dates=changed, new_law_lighter=False)).answer is Answer.NO
    assert applicable_text(PenaltyCase(dates=changed)).answer is Answer.UNKNOWN
    assert applicable_text(PenaltyCase(dates=changed, ongoing=True)).answer is Answer.YES
    assert applicable_text(PenaltyCase(dates=replace(changed, decided=date(2025, 9, 1)), new_law_lighter=True)).answer is Answer.NO


def test_late_fee() -> None:
    last = date(2026, 4, 17)
    assert late_fee(10_000, last, last) == 0
    assert late_fee(10_000, last, last + timedelta(days=1)) == 300
    assert late_fee(10_000, last, last + timedelta(days=33)) == 9_900
    assert late_fee(10_000, last, last + timedelta(days=34)) == 10_000
    assert late_fee(10_000, last, last + timedelta(days=50), not_counted=40) == 3_000


def test_deferred_payment_moves_the_application() -> None:
    dates = CaseDates(served=date(2026, 1, 5), deferred_until=date(2026, 9, 1))
    assert steps_of(PenaltyCase(penalties=fine(5000), dates=dates))["court"].due == date(2026, 12, 1)


def test_crime_is_transferred_first() -> None:
    transfer = steps_of(PenaltyCase(suspected_crime=True, penalties=fine(100), facts_clear=True))["transfer"]
    assert transfer.need is Need.REQUIRED and transfer.warnings and "24小时" in transfer.to_dict()["limit"]


# ---- licences and coercion


def test_licence_dates() -> None:
    case = LicenceCase(
        applied=date(2026, 4, 28), accepted=date(2026, 4, 30), decided=date(2026, 5, 20), hearing_told=date(2026, 4, 30),
        hearing_asked=date(2026, 5, 6), expires=date(2026, 12, 31),
    )  # fmt: skip
    steps = {s.code: s for s in licence_procedure(case)}
    assert steps["supplement"].due == date(2026, 5, 8)
    assert steps["decision"].due == date(2026, 6, 1)
    assert steps["hearing_right"].due == date(2026, 5, 11)
    assert steps["hearing"].due == date(2026, 6, 2)
    assert steps["delivery"].due == date(2026, 6, 3)
    assert steps["renewal"].due == date(2026, 12, 1)
    longer = {s.code: s for s in licence_procedure(replace(case, extended=True, excluded_workdays=3))}
    assert longer["decision"].due == OFFICIAL_CALENDAR.add(date(2026, 4, 30), 33)
    assert licence_procedure(LicenceCase())[0].code == "posting"


def test_licence_silence_is_acceptance() -> None:
    case = LicenceCase(applied=date(2026, 3, 2), supplement_told=date(2026, 3, 10))
    assert acceptance_by_default(case).accepted == date(2026, 3, 2)
    assert acceptance_by_default(replace(case, supplement_told=date(2026, 3, 9))).accepted is None


def test_own_limit_of_a_statute_replaces_the_twenty_days() -> None:
    own = Limit(20, Unit.DAY, "《娱乐场所管理条例》第九条", "自受理之日起{n}内")
    steps = {s.code: s for s in licence_procedure(LicenceCase(accepted=date(2026, 4, 30), own_limit=own))}
    assert steps["decision"].due == date(2026, 5, 20) and own.article in steps["decision"].articles


def test_coercion_dates() -> None:
    case = CoercionCase(measure=Measure.SEIZE, imposed=date(2026, 9, 10), decision_served=date(2026, 1, 5), urged=date(2026, 9, 24))
    steps = {s.code: s for s in coercion_procedure(case)}
    assert steps["period"].due == date(2026, 10, 10)  # calendar days, not moved past the holidays
    assert steps["power"].warnings
    assert steps["urge"].due == date(2026, 10, 15)
    assert steps["court"].due == date(2026, 10, 6)
    longer = {s.code: s for s in coercion_procedure(replace(case, extended=True, excluded_days=5))}
    assert longer["period"].due == date(2026, 11, 14)
    frozen = {s.code: s for s in coercion_procedure(CoercionCase(measure=Measure.FREEZE, imposed=date(2026, 9, 30)))}
    assert frozen["paper"].due == date(2026, 10, 10) and frozen["period"].due == date(2026, 10, 30)
    assert coercion_procedure(CoercionCase()) == ()
