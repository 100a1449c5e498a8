"""The penalties of an answer narrowed by what is known of the case: ranges and circumstances, never a number."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.answer.parts import Answer
from assistant.answer.sections.penalty_view import Punished
from assistant.answer.sections.tiers_for_case import Facts, all_factors, as_json, chosen
from assistant.errors import RefusedInput
from assistant.law.procedure.case import Harm
from assistant.law.procedure.limitation import Factor
from assistant.law.text.numerals import fold_width, to_number
from assistant.library.shelf.shelf import Shelf
from assistant.search.question_bank import parse_address
from assistant.store.records import ShelfArticle

#: Provisions an answer shows at most; more are more than one act.
_MOST = 4
#: An age that stands for each answer of the form (行政处罚法 第三十条 knows 不满十四 and 不满十八).
_AGES = {"under14": 13, "minor": 16, "adult": 30}
_USUAL_BASES = ("违法所得", "违法经营额", "货值金额")


@dataclass(frozen=True, slots=True)
class NarrowedProvision:
    """One provision as `answer.narrowing.as_json` gives it: `source` is its article, `mark` the answer's [n], `left_out` the tiers ruled out."""

    source: ShelfArticle
    mark: int | None
    body: dict[str, Any]
    left_out: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the facts make of an answer's penalties: the provisions, the circumstances they call up, and those to look into."""

    provisions: tuple[NarrowedProvision, ...]
    factors: tuple[Factor, ...]
    to_check: tuple[Factor, ...]


def narrowed(shelf: Shelf, answer: Answer, facts: Facts) -> Narrowed:
    """Return the answer's penalty provisions narrowed by the facts; one whose article left the shelf is left out."""
    called = facts.factors()
    provisions = []
    for found in _punished(shelf, answer):
        body = as_json(found, facts)
        mark = next((c.mark for c in answer.citations if c.article_id == found.source.id), None)
        provisions.append(NarrowedProvision(found.source, mark, body, len(found.tiers) - len(body["tiers"])))
    known = {(f.effect, f.article) for f in called}
    return Narrowed(tuple(provisions), called, tuple(f for f in all_factors() if (f.effect, f.article) not in known))


def bases(answer: Answer) -> tuple[str, ...]:
    """Return the amounts the answer's fines are counted by, each once; the usual three where they name none."""
    found = [fine.get("base") for entry in answer.penalties for fine in entry.get("fines", ())]
    return tuple(dict.fromkeys(b for b in found if b)) or _USUAL_BASES


def _punished(shelf: Shelf, answer: Answer) -> list[Punished]:
    """The provisions behind the answer's penalties, in its order, each once, in the version it cited."""
    ids = {(c.law, c.article): c.article_id for c in answer.citations}
    places = dict.fromkeys((e["law"], e["article"], e.get("paragraph"), e.get("item")) for e in answer.penalties)
    out: list[Punished] = []
    for law, label, paragraph, item in places:
        source = shelf.article_by_id(ids[law, label]) if (law, label) in ids else _today(shelf, answer, law, label)
        out += chosen(source, paragraph, item)[:1] if source else []
    return out[:_MOST]


def _today(shelf: Shelf, answer: Answer, law: str, label: str) -> ShelfArticle | None:
    """The article of the answer's day where the answer punishes by one it does not cite."""
    with suppress(ValueError):
        title, number, suffix = parse_address(f"《{law}》{label}")
        statute = shelf.statute(title)
        return shelf.article(statute.id, number, suffix, answer.as_of) if statute else None
    return None


def facts_of(fields: Mapping[str, str]) -> Facts:
    """Return the facts a form tells; a field that is empty or unknown tells nothing. Raises RefusedInput for an amount that is none."""
    gravity = fields.get("gravity", "")
    harm = fields.get("harm", "")
    return Facts(
        amount=_amount(fields.get("amount", "")),
        base=fields.get("base") or None,
        serious=_either(gravity, ("serious",), ("plain", "slight")),
        slight=_either(gravity, ("slight",), ("plain", "serious")),
        corrected=_either(fields.get("corrected", ""), ("yes",), ("no",)),
        repeated=_either(fields.get("times", ""), ("again",), ("first",)),
        age=_AGES.get(fields.get("age", "")),
        harm=Harm(harm) if harm in list(Harm) else None,
        no_fault=bool(fields.get("no_fault")),
        remedied=bool(fields.get("remedied")),
        confessed=bool(fields.get("confessed")),
        merit=bool(fields.get("merit")),
        coerced=bool(fields.get("coerced")),
    )


def _either(value: str, yes: tuple[str, ...], no: tuple[str, ...]) -> bool | None:
    return True if value in yes else (False if value in no else None)


def _amount(text: str) -> float | None:
    written = fold_width(text).replace(",", "").strip().removesuffix("元")
    if not written:
        return None
    value = to_number(written)
    if value is None or value < 0:
        raise RefusedInput("金额", f"“{text.strip()}”读不出数额，请写作 4000 或 1.2万，没有的写 0")
    return float(value)
