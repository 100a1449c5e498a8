"""Facts set right by the reviewer, before the rules run again.

A corrected fact is put into the text at its place, so that every rule reads it, whatever it reads it from; the places
of the findings are then carried back to the text handed in. Days of the procedure and what no words stand for are set
in the facts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.errors import RefusedInput
from assistant.law.text.dates import chinese_date, find_dates
from assistant.law.text.numerals import to_formal_money
from assistant.review.case.facts import CaseFacts, Event, Party
from assistant.review.case.facts_for_display import EVENTS, paired
from assistant.review.case.ordered import operative
from assistant.review.case.sections import Part
from assistant.review.correct.amendments import Edit
from assistant.review.correct.correctable import SUPPLIED, TABLE, Correctable
from assistant.review.normative.facts import DocumentFacts
from assistant.review.rules.context import Context
from assistant.review.text.model import DocumentKind, Fact
from assistant.review.text.passages import money_places, money_text

#: Key of a fact (its name, with `@offset` where each place is corrected by itself) → new value; where the fact allows
#: it, an empty value says that there is none.
Corrections = Mapping[str, str]

_BLANK_DAY = re.compile(r"(?:日期|时间)\s*[：:]\s*[_＿\s]*年[_＿\s]*月[_＿\s]*日")


@dataclass(frozen=True)
class Plan:
    """What the corrections come to: edits of the text, values of the facts no words stand for, and the facts as shown."""

    edits: tuple[Edit, ...]
    facts: tuple[Fact, ...]
    events: Mapping[str, date | None] = field(default_factory=dict)
    party: str = ""
    party_kind: str = ""
    bureau: str = ""

    def case(self, case: CaseFacts) -> CaseFacts:
        """The facts of the amended case file with the days, the kind of party and a party not read set."""
        changes: dict[str, Event | None] = {}
        for name, day in self.events.items():
            old: Event | None = getattr(case, EVENTS[name])
            changes[EVENTS[name]] = Event(day, old.start if old else 0, old.end if old else 0) if day else None
        parties = case.parties or ((Party(self.party, 0, 0, Part.DECISION),) if self.party else ())
        if self.party_kind:
            parties = tuple(replace(p, kind=self.party_kind) for p in parties)
        return replace(case, parties=parties, **changes)  # type: ignore[arg-type]

    def document(self, document: DocumentFacts) -> DocumentFacts:
        """The facts of the amended draft with the issuing body set."""
        return replace(document, bureau=self.bureau) if self.bureau else document


def keyed(facts: Iterable[Fact], kind: DocumentKind) -> tuple[Fact, ...]:
    """The facts with the key each is corrected under."""
    table = TABLE[kind]
    return tuple(
        replace(f, key=_key(f, table[f.name])) if f.name in table and (f.place or not table[f.name].by_place) else f for f in facts
    )


def _key(fact: Fact, how: Correctable) -> str:
    return f"{fact.name}@{fact.place.start}" if how.by_place and fact.place else fact.name


def how_to_correct(kind: DocumentKind, key: str) -> Correctable:
    """How the fact of a key is corrected; raises RefusedInput for one that cannot be."""
    name = key.partition("@")[0]
    found = TABLE[kind].get(name)
    if found is None:
        raise RefusedInput(name, f"不能更正这项事实（可更正 {'、'.join(TABLE[kind])}）")
    return found


def supplied(kind: DocumentKind, facts: Iterable[Fact]) -> tuple[Correctable, ...]:
    """The facts that were not read and can be given."""
    have = {f.name for f in facts}
    return tuple(TABLE[kind][name] for name in SUPPLIED[kind] if name not in have)


def checked(kind: DocumentKind, facts: tuple[Fact, ...], key: str, written: str) -> str:
    """The value as kept; raises RefusedInput for a fact there is none of, that cannot be set, or a value that cannot be its."""
    how = how_to_correct(kind, key)
    name, _, place = key.partition("@")
    named = [f for f in facts if f.name == name]
    if place and key not in {f.key for f in named}:
        raise RefusedInput(name, "原文这一处没有读出这项事实，请从事实表里另选")
    if not place and not named and name not in SUPPLIED[kind] and name != "当事人类型":
        raise RefusedInput(name, "没有读出这项事实，不能更正")
    return how.value(written)


def planned(context: Context, facts: tuple[Fact, ...], corrections: Corrections) -> Plan:
    """What the corrections do to the text and the facts; raises RefusedInput as `checked`."""
    kind = context.kind
    values = {key: checked(kind, facts, key, written) for key, written in corrections.items()}
    edits = [e for key, value in values.items() for e in _edits(context, facts, key, value)]
    events = {key: date.fromisoformat(v) if v else None for key, v in values.items() if kind is DocumentKind.PENALTY and key in EVENTS}
    return Plan(
        tuple(edits),
        _shown(facts, values),
        events,
        values.get("当事人", ""),
        values.get("当事人类型", ""),
        values.get("制定机关", ""),
    )


def _shown(facts: tuple[Fact, ...], values: Mapping[str, str]) -> tuple[Fact, ...]:
    out, used = [], set()
    for fact in facts:
        for key in (fact.key, fact.name):
            if key in values:
                used.add(key)
                fact = replace(fact, value=_as_shown(fact.name, values[key]), read=fact.value)
                break
        out.append(fact)
    given = [Fact(k, _as_shown(k, v), key=k, read="") for k, v in values.items() if k not in used]
    return (*given, *out)


def _as_shown(name: str, value: str) -> str:
    if not value:
        return "（没有）"
    return money_text(float(value)) if _is_money(name) and re.fullmatch(r"[\d.]+", value) else value


def _is_money(name: str) -> bool:
    return "金额" in name or name in ("合同价款", "定金")


def _edits(context: Context, facts: tuple[Fact, ...], key: str, value: str) -> list[Edit]:
    name, _, place = key.partition("@")
    if name in ("当事人类型", "制定机关") or (name in EVENTS and context.kind is DocumentKind.PENALTY):
        return []
    named = [f for f in facts if f.key == key or (not place and f.name == name)]
    if not named:
        return _supplied(context, name, value)
    if not place and name in ("当事人", "甲方", "乙方", "丙方", "丁方", "合同主体"):
        return [Edit(m.start(), m.end(), value) for f in named[:1] for m in re.finditer(re.escape(f.value), context.folded)]
    return [e for fact in named for e in _written(context, fact, value)]


def _written(context: Context, fact: Fact, value: str) -> list[Edit]:
    """The value in the words of its place."""
    if fact.place is None:
        return []
    start, end = fact.place.start, fact.place.end
    if fact.name == "金额（大写）":
        return [Edit(start, end, to_formal_money(float(value)))]
    if _is_money(fact.name):
        return _money(context, start, end, value)
    return [Edit(start, end, _words(fact.name, value))]


def _words(name: str, value: str) -> str:
    if name == "执法人员":
        return value.replace("（", "（证件编号：").replace("（证件编号：无证号）", "（证件编号：无）")
    if name == "施行日期":
        return f"自{chinese_date(date.fromisoformat(value))}起施行"
    if name == "有效期":
        return f"有效期{value}"
    if name in ("其他日期", "签署日期"):
        return chinese_date(date.fromisoformat(value))
    return value


def _money(context: Context, start: int, end: int, value: str) -> list[Edit]:
    """The figure, and the words after it where they said the same."""
    if not value:
        return [Edit(start, end, "")]
    edits = [Edit(start, end, to_formal_money(float(value)) if _is_formal(context, start) else f"{value}元")]
    for money, words in paired(money_places(context.folded), context.folded):
        if money.start == start and words and abs(money.value - words.value) < 0.01:
            edits.append(Edit(words.start, words.end, to_formal_money(float(value))))
    return edits


def _is_formal(context: Context, start: int) -> bool:
    return any(m.start == start and m.formal for m in money_places(context.folded))


def _supplied(context: Context, name: str, value: str) -> list[Edit]:
    """Words for a fact the text was not read to have, put where the rules look for it."""
    if not value or name == "当事人":
        return []
    if context.kind is DocumentKind.PENALTY:
        return _into_case(context, name, value)
    if context.kind is DocumentKind.CONTRACT:
        return _into_contract(context, name, value)
    end = context.document.note_start
    words = {"施行日期": f"本文件{_words('施行日期', value) if find_dates(value) else value}", "有效期": f"本文件有效期{value}"}
    return [Edit(end, end, f"\n{words[name]}。\n")]


def _into_case(context: Context, name: str, value: str) -> list[Edit]:
    case = context.case
    if name == "执法人员":
        known = {c.part for c in case.crews}
        bare = [s for s in case.parts(Part.INSPECTION, Part.INQUIRY) if s.part not in known]
        return [Edit(s.start, s.start, f"\n执法人员：{_words(name, value)}。\n") for s in bare]
    decision = case.decision
    if decision is None:
        raise RefusedInput(name, "没有读到决定书，不能补充")
    words = f"罚款{value}元" if name == "罚款金额" else f"没收违法所得{value}元"
    start, end = operative(context.folded, decision)
    return [Edit(end, end, f"，{words}。")] if end > start else [Edit(decision.end, decision.end, f"\n决定{words}。\n")]


def _into_contract(context: Context, name: str, value: str) -> list[Edit]:
    end = context.contract.body_end
    if name in ("甲方", "乙方"):
        return [Edit(0, 0, f"{name}：{value}\n")]
    if name == "签署日期":
        day = chinese_date(date.fromisoformat(value))
        blanks = [Edit(m.start(), m.end(), f"日期：{day}") for m in _BLANK_DAY.finditer(context.folded, end)]
        return blanks or [Edit(len(context.text), len(context.text), f"\n日期：{day}\n")]
    words = {"合同价款": f"合同总价人民币{value}元", "期限": f"合同期限为{value}", "定金": f"定金{value}元"}
    return [Edit(end, end, f"\n{words[name]}。\n")]
