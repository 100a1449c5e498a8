"""What an enforcement answer says besides the articles: power, procedure, conflict, circumstances, the bureau's benchmarks.

Each function takes the provisions found (`penalty_view.Punished`) and returns lines and dicts fit for `Answer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from assistant.answer.sections.penalty_view import Punished, shared_pairs
from assistant.answer.sections.power import Power, authority_section, power_of
from assistant.config import Settings
from assistant.law.penalty.penalties import PenaltyKind, ProvisionLink, Tier
from assistant.law.penalty.precedence import ONE_FINE, Contender, Precedence, precedence
from assistant.law.procedure.discretion import ALL_FACTORS, named_factors
from assistant.law.procedure.limitation import PENALTY_LAW, Factor
from assistant.law.procedure.penalty import DECIDE
from assistant.law.procedure.procedure import (
    OFFICIAL_CALENDAR,
    IntendedPenalty,
    Need,
    PenaltyCase,
    Step,
    Thresholds,
    WorkCalendar,
    needs_hearing,
    penalty_procedure,
)
from assistant.law.procedure.review_catalogue import ReviewCatalogue
from assistant.law.procedure.scope import SUMMARY_CITIZEN, SUMMARY_ORGANISATION
from assistant.law.statute.model import Status
from assistant.law.time.deadlines import cite
from assistant.library.own_tables import benchmarks_of, thresholds
from assistant.store.library.benchmarks import StoredBenchmark

__all__ = [
    "ALL_FACTORS",
    "Conflict",
    "Power",
    "authority_section",
    "benchmarks_for",
    "conflict",
    "factors",
    "in_force",
    "power_of",
    "procedure_steps",
    "same_act",
]

#: A provision at least so like the question as the likest one punishes the same act.
_ALIKE = 1 / 3
#: Kinds of which only a large amount is heard (行政处罚法 第六十三条第一款第一、二项).
_BY_AMOUNT = (PenaltyKind.FINE, PenaltyKind.CONFISCATE_GAINS, PenaltyKind.CONFISCATE_GOODS)

_STRENGTH = {Need.NOT_APPLICABLE: 0, Need.OPTIONAL: 1, Need.CONDITIONAL: 1, Need.REQUIRED: 2}


# ---- 程序 --------------------------------------------------------------------------------------


def procedure_steps(
    punished: Sequence[Punished],
    settings: Settings,
    calendar: WorkCalendar = OFFICIAL_CALENDAR,
    catalogue: ReviewCatalogue | None = None,
) -> tuple[tuple[dict[str, Any], ...], str]:
    """Return (the steps for `Answer.procedure`, the line 程序) for the leading provision; ((), "") where there is none.

    The steps are those of the tier the act itself has; what only a heavier tier brings (听证 for 吊销)
    stands in as 视情形 with 拟处… as its condition. Each dict is `Step.to_dict`. `catalogue` is the bureau's
    法制审核目录 (`own_tables.review_catalogue`).
    """
    if not punished:
        return (), ""
    lead = punished[0]
    lines = thresholds(settings, catalogue)
    base = [t for t in lead.tiers if not _degree(t)] or list(lead.tiers)
    light = _case(lead, base)
    heavy = _case(lead, lead.tiers)
    plain = penalty_procedure(light, lines, calendar)
    by_code = {s.code: s for s in penalty_procedure(heavy, lines, calendar)}
    steps = [_either(step, by_code.get(step.code), light, heavy) for step in plain]
    return tuple(s.to_dict() for s in steps), _line(base, heavy, lines)


def _degree(tier: Tier) -> bool:
    """True for a tier that takes more than the act itself (情节严重的, 拒不改正的)."""
    return any(not c.is_act and not c.is_amount for c in tier.conditions)


def _case(found: Punished, tiers: Sequence[Tier]) -> PenaltyCase:
    """The case in which all that the tiers allow is intended, amounts open; `matter` for the review catalogue."""
    kinds = dict.fromkeys(k for t in tiers for k in t.kinds if not t.addressee)
    return PenaltyCase(penalties=tuple(IntendedPenalty(k) for k in kinds), matter=found.acts)


def _either(step: Step, heavier: Step | None, light: PenaltyCase, heavy: PenaltyCase) -> Step:
    """The step of the light case, made 视情形 where the heavy one needs it more."""
    if heavier is None or _STRENGTH[heavier.need] <= _STRENGTH[step.need]:
        return step
    more = _more(light, heavy)
    return replace(heavier, need=Need.CONDITIONAL, condition=f"拟处{'、'.join(more)}的" if more else heavier.condition)


def _more(light: PenaltyCase, heavy: PenaltyCase) -> list[str]:
    """The kinds of the heavy case that are heard whatever their amount and are not in the light one."""
    known = {p.kind for p in light.penalties}
    return [p.kind.value for p in heavy.sanctions if p.kind not in known and _always_heard(p)]


def _always_heard(penalty: IntendedPenalty) -> bool:
    return bool(needs_hearing(PenaltyCase(penalties=(penalty,)), Thresholds()))


def _line(base: Sequence[Tier], heavy: PenaltyCase, lines: Thresholds) -> str:
    """The line 程序: which procedure, its milestones, and on what a hearing turns."""
    heard = [p for p in heavy.sanctions if _always_heard(p)]
    amounts = [p.kind.value for p in heavy.sanctions if p.kind in _BY_AMOUNT]
    when = [f"拟处{'、'.join(dict.fromkeys(p.kind.value for p in heard))}的"] if heard else []
    when += [line for line in (_local_line(amounts, lines),) if line]
    parts = ["普通程序：立案 → 两名以上持证人员调查取证 → 告知并听取陈述、申辩"]
    if when:
        articles = needs_hearing(PenaltyCase(penalties=tuple(heard)), Thresholds()).articles if heard else (cite(PENALTY_LAW, 63),)
        parts.append(f"听证：{'；'.join(when)}（{'、'.join(articles)}），经听证的法制审核（{cite(PENALTY_LAW, 58)}）")
        parts.append(f"情节复杂或者重大的集体讨论（{cite(PENALTY_LAW, 57, 2)}）")
    parts.append(f"{DECIDE.text}决定（{DECIDE.article}） → 送达、公示")
    spot = _on_the_spot(base)
    return " → ".join(parts) + (f"。{spot}" if spot else "")


def _local_line(amounts: Sequence[str], lines: Thresholds) -> str:
    """What is said of 较大数额: the bureau's line where set, else that it is local."""
    if not amounts:
        return ""
    set_ = lines.hearing_fine if "罚款" in amounts else lines.hearing_confiscation
    if set_ is None:
        return f"{'、'.join(amounts)}属较大数额的，以本地标准为准"
    marks = [f"{who}{value:g}元" for who, value in (("公民", set_.citizen), ("组织", set_.organisation)) if value is not None]
    return f"{amounts[0]}达到{'、'.join(marks)}的（{set_.source}）"


def _on_the_spot(base: Sequence[Tier]) -> str:
    """Whether 简易程序 may be open (行政处罚法 第五十一条): nothing heavier than a warning or a small fine must follow."""
    own = [t for t in base if not t.addressee]
    must = {m.kind for t in own for m in t.measures if m.kind.is_penalty and not m.optional and not m.alternative}
    fines = [f for t in own for f in t.fines if not f.addressee]
    light = not fines or any(f.optional or f.alternative or (not f.is_multiple and (f.floor or 0) <= SUMMARY_ORGANISATION) for f in fines)
    if not must <= {PenaltyKind.WARNING, PenaltyKind.CONFISCATE_GAINS} or not light or not (must or fines):
        return ""
    gains = "没有违法所得、" if PenaltyKind.CONFISCATE_GAINS in must else ""
    limits = f"公民{SUMMARY_CITIZEN}元、组织{SUMMARY_ORGANISATION}元以下罚款"
    return f"事实确凿，{gains}只处警告或者{limits}的，可以当场决定（{cite(PENALTY_LAW, 51)}）"


# ---- 竞合 --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conflict:
    """What is said of several provisions that punish one act: the text, the one that prevails, the articles it stands on."""

    text: str
    prevails: Punished | None
    articles: tuple[str, ...]


def conflict(punished: Sequence[Punished]) -> Conflict | None:
    """Return which of several provisions that punish the same act prevails and why; None where there are not two.

    The caller hands in those that punish the same act (`same_act`), all in force; versions of one
    statute and several articles of one statute are no conflict of texts. The leading provision is weighed
    against the next; further ones are named with the one-fine rule of 行政处罚法 第二十九条.
    """
    unique = list({p.source.statute.id: p for p in reversed(punished)}.values())[::-1]
    if len(unique) < 2:
        return None
    ordered = sorted(unique, key=lambda p: p.source.statute.level.rank if p.source.statute.level else 99)
    first, second = ordered[0], ordered[1]
    a, b = _contender(first), _contender(second)
    found = precedence(a, b)
    articles = tuple(dict.fromkeys([*found.articles, ONE_FINE]))
    return Conflict(_conflict_text(a, b, found, ordered[2:]), _winner(found, a, first, second), articles)


def _winner(found: Precedence, a: Contender, first: Punished, second: Punished) -> Punished | None:
    if found.prevails is None:
        return None
    return first if found.prevails is a else second


def _contender(found: Punished) -> Contender:
    source, version = found.source, found.source.version
    fines = tuple(f if f.addressee else replace(f, addressee=t.addressee) for t in found.tiers for f in t.fines)
    sends_on = tuple(link.law for link in found.provision.borrowed if link.law and not link.besides)
    since = version.binds_from or version.version_date
    return Contender(source.address, source.statute.title, source.statute.level, source.statute.issuer, since, fines, sends_on)


def _conflict_text(a: Contender, b: Contender, found: Precedence, others: Sequence[Punished]) -> str:
    named = "、".join([a.named, b.named, *(p.source.address for p in others)])
    basis = "、".join(found.articles)
    ruling = f"适用{found.prevails.address}" if found.prevails else "由办案机构报请确定"
    text = f"对同一行为{named}都有规定：{'；'.join(found.reasons)}（{basis}），{ruling}。"
    return text if ONE_FINE in found.articles else f"{text}同一违法行为不得给予两次以上罚款（{ONE_FINE}）。"


def same_act(
    punished: Sequence[Punished], question: str, text_of: Callable[[Punished, ProvisionLink], str] | None = None
) -> list[Punished]:
    """Return those of the provisions that punish the act asked about, the likest first of each statute.

    A provision that names its acts only by number (违反本法第…条) is read with the duty it names: `text_of`
    gives the text of such a link, empty where it is not on the shelf.
    """
    scored = [(p, _likeness(p, question, text_of)) for p in punished]
    best = max((score for _, score in scored), default=0.0)
    out: dict[str, tuple[Punished, float]] = {}
    for found, score in scored:
        if not score or score < best * _ALIKE:
            continue
        known = out.get(found.source.statute.id)
        if known is None or score > known[1]:
            out[found.source.statute.id] = (found, score)
    return [p for p, _ in out.values()]


def _likeness(found: Punished, question: str, text_of: Callable[[Punished, ProvisionLink], str] | None) -> float:
    texts = [found.acts]
    if text_of:
        links = [v for v in found.provision.violated if not v.law or v.number]
        texts += [text for link in links if (text := text_of(found, link))]
    pieces = [piece for text in texts for piece in re.split(r"[。；\n]", text) if piece.strip()]
    return max((shared_pairs(question, piece) for piece in pieces), default=0.0)


# ---- 裁量 --------------------------------------------------------------------------------------


def factors(question: str) -> tuple[dict[str, str], ...]:
    """Return the circumstances of 行政处罚法 第三十至三十三条 a question tells of: {"factor", "effect", "article", "duty"}."""
    return tuple(factor_json(f) for f in named_factors(question))


def factor_json(factor: Factor) -> dict[str, str]:
    """A circumstance for JSON."""
    return {"factor": factor.reason, "effect": factor.effect.value, "article": factor.article, "duty": factor.duty}


def benchmarks_for(punished: Sequence[Punished], engine: Engine, *, internal: bool = True) -> tuple[dict[str, Any], ...]:
    """Return the bureau's benchmarks for the provisions found, to be shown beside their ranges.

    Each is {"law", "article", "act", "grade", "circumstances", "range", "statutory", "source", "document"}. Nothing internal is returned with
    `internal` False (the public desk).
    """
    out: list[dict[str, Any]] = []
    for found in punished:
        rows = benchmarks_of(engine, found.source, found.provision.paragraph, found.item, internal=internal)
        out += [benchmark_json(stored) for stored in rows]
    return tuple(out)


def benchmark_json(stored: StoredBenchmark) -> dict[str, Any]:
    """A row of a table of benchmarks for JSON."""
    row = stored.row
    return {
        "law": row.title,
        "article": row.place.label,
        "act": row.act,
        "grade": row.grade,
        "circumstances": row.circumstances,
        "range": row.range_text,
        "statutory": row.statutory,
        "source": row.source,
        "document": stored.document,
    }


def in_force(punished: Sequence[Punished], day: date) -> list[Punished]:
    """Those of the provisions whose text is in force on a day."""
    return [p for p in punished if p.source.version.status_on(day) is Status.IN_FORCE]
