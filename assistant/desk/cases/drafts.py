"""A case on its way in: read from files, its personal data found, confirmed side by side, masked, and only then stored."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.cases.cases import CaseOutcome, keep
from assistant.errors import RefusedInput
from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.privacy.kinds import PersonalKind
from assistant.law.privacy.scan import PersonalData, find_personal_data, mask
from assistant.law.statute.model import Visibility
from assistant.law.text.spans import Spans
from assistant.limits import MORE_WORDS
from assistant.search.vectors.embed import load_embedder
from assistant.store import cases as sql
from assistant.store.engine import writing

#: The parts of a case that are shown to anyone, and so are masked.
PARTS = {"title": "标题", "facts": "案情", "findings": "理由", "decision": "处理", "correction": "怎样改正", "lesson": "道理"}
#: A case nobody confirmed is deleted after this time: it holds what was not masked yet.
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PartFound:
    """One part of a case with the personal data in it; offsets are those of its text, `numbers` run through the case."""

    name: str
    text: str
    found: tuple[PersonalData, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A case as read, nothing masked, with the personal data in each of its parts."""

    case: Case
    digest: str
    parts: tuple[PartFound, ...]

    @property
    def found(self) -> tuple[PersonalData, ...]:
        """All personal data, numbered as the parts number them."""
        return tuple(d for p in self.parts for d in p.found)


def make_draft(case: Case, digest: str, background: str = "", *, companies: bool = False) -> Draft:
    """Find the personal data of a case. `background` is the rest of its file: who is named there is known by name here."""
    texts = [(name, _part_text(case, name)) for name in PARTS]
    joined, starts = "", []
    for _, text in texts:
        starts.append(len(joined))
        joined += text + "\n\n"
    found = [d for d in find_personal_data(joined + background, companies) if d.end <= len(joined)]
    parts, number = [], 0
    for (name, text), start in zip(texts, starts, strict=True):
        own = tuple(replace(d, start=d.start - start, end=d.end - start) for d in found if start <= d.start < start + len(text))
        parts.append(PartFound(name, text, own, tuple(range(number, number + len(own)))))
        number += len(own)
    return Draft(case, digest, tuple(parts))


def masked_case(draft: Draft, kept: Collection[int] = ()) -> Case:
    """The case with its personal data replaced, but for the pieces numbered in `kept`."""
    stays = frozenset(kept)
    shown: dict[str, Any] = {
        p.name: mask(p.text, (d for d, n in zip(p.found, p.numbers, strict=True) if n not in stays)) for p in draft.parts
    }
    lesson = tuple(line for line in shown.pop("lesson").split("\n") if line)
    return replace(draft.case, lesson=lesson, **shown)


def certain_numbers(draft: Draft) -> frozenset[int]:
    """The numbers of the pieces that are personal data by their form: they may not be kept in a public case."""
    return frozenset(n for n, d in enumerate(draft.found) if d.certain)


def groups_of(draft: Draft) -> list[list[int]]:
    """The numbers of the pieces, those of the same words together (they are replaced together), in order of the first place."""
    groups: dict[tuple[PersonalKind, str], list[int]] = {}
    for number, data in enumerate(draft.found):
        groups.setdefault((data.kind, data.text), []).append(number)
    return list(groups.values())


def kept_numbers(draft: Draft, replaced: Collection[int]) -> list[int]:
    """The numbers of the pieces that stay, where `replaced` holds the first number of each group to be replaced."""
    gone = frozenset(replaced)
    return sorted(n for group in groups_of(draft) if group[0] not in gone for n in group)


def with_more(draft: Draft, lines: Sequence[str], kept: Collection[int] = ()) -> tuple[Draft, list[int]]:
    """The draft with words replaced that a reader found, too; and the pieces kept, by their new numbers.

    A line is the words, or words=what stands for them (default 某某); words inside a piece that is known are passed by.
    Raises RefusedInput for more lines than a reader writes.
    """
    wanted = [(words.strip(), stand.strip() or "某某") for words, _, stand in (line.partition("=") for line in lines) if words.strip()]
    MORE_WORDS.check("还要遮蔽的词", len(wanted))
    stays = {(draft.found[n].kind, draft.found[n].text) for n in kept}
    parts, number = [], 0
    for part in draft.parts:
        found = list(part.found)
        for words, stand in wanted:
            known = Spans((d.start, d.end) for d in found)
            for match in re.finditer(re.escape(words), part.text):
                if not known.touch(match.start(), match.end()):
                    found.append(PersonalData(PersonalKind.OTHER, match.start(), match.end(), words, stand, False))
        found.sort(key=lambda d: d.start)
        parts.append(replace(part, found=tuple(found), numbers=tuple(range(number, number + len(found)))))
        number += len(found)
    newer = replace(draft, parts=tuple(parts))
    return newer, [n for n, d in enumerate(newer.found) if (d.kind, d.text) in stays]


def publish(engine: Engine, settings: Settings, draft: Draft, *, kept: Collection[int], by: str) -> tuple[int, CaseOutcome]:
    """Store a confirmed case, masked; return its number and whether it was new.

    Raises RefusedInput where a public case would show an identity or telephone number, or nothing is left to tell.
    """
    if draft.case.visibility is Visibility.PUBLIC:
        check_public(draft, kept)
    case = masked_case(draft, kept)
    if not case.facts.strip():
        raise RefusedInput(case.title, "没有读出案情，不能作案例")
    return keep(engine, load_embedder(settings), case, draft.digest, by)


def check_public(draft: Draft, kept: Collection[int]) -> None:
    """Raise RefusedInput where a case would show everyone an identity or telephone number."""
    bare = set(kept) & certain_numbers(draft)
    if bare:
        kinds = "、".join(dict.fromkeys(draft.found[n].kind.value for n in sorted(bare)))
        raise RefusedInput(draft.case.title, f"公开案例不能保留{kinds}，请改为替换，或者设为内部")


def changed(draft: Draft, **fields: Any) -> Draft:
    """The draft with other field, act, day, visibility or source; its text stays."""
    return replace(draft, case=replace(draft.case, **fields))


# ---- kept between the reading and the confirmation ----------------------------------------------


def keep_draft(engine: Engine, draft: Draft, owner: str) -> str:
    """Keep a draft until its owner confirms it; return its id. Old ones are deleted on the way."""
    draft_id, now = secrets.token_hex(16), datetime.now()
    with writing(engine) as connection:
        sql.drop_drafts_before(connection, now - KEPT)
        sql.add_draft(connection, draft_id, owner, _as_record(draft), now)
    return draft_id


def update_draft(engine: Engine, draft_id: str, owner: str, draft: Draft) -> None:
    """Keep a draft as it was changed; nothing happens where it is not the owner's."""
    with writing(engine) as connection:
        sql.update_draft(connection, draft_id, owner, _as_record(draft))


def kept_drafts(engine: Engine, owner: str) -> list[tuple[str, str]]:
    """Return id and title of the cases this owner has yet to confirm, oldest first."""
    since = datetime.now() - KEPT
    with engine.connect() as connection:
        return [(i, str(content["case"]["title"])) for i, content in sql.drafts(connection, owner, since)]


def kept_draft(engine: Engine, draft_id: str, owner: str) -> Draft:
    """Return a kept draft; raises RefusedInput where it is not the owner's, was confirmed already or has expired."""
    with engine.connect() as connection:
        record = sql.draft(connection, draft_id, owner)
    if record is None:
        raise RefusedInput("待确认的案例", "已经确认过或者超过一天未确认，请重新导入文件")
    return _from_record(record)


def drop_draft(engine: Engine, draft_id: str, owner: str) -> None:
    """Delete a kept draft."""
    with writing(engine) as connection:
        sql.drop_draft(connection, draft_id, owner)


def _as_record(draft: Draft) -> dict[str, Any]:
    case = asdict(draft.case)
    case |= {"day": draft.case.day.isoformat() if draft.case.day else None}
    parts = [{"name": p.name, "text": p.text, "found": [asdict(d) for d in p.found], "numbers": list(p.numbers)} for p in draft.parts]
    return {"case": case, "digest": draft.digest, "parts": parts}


def _from_record(record: dict[str, Any]) -> Draft:
    data = dict(record["case"])
    data |= {
        "kind": CaseKind(data["kind"]),
        "visibility": Visibility(data["visibility"]),
        "day": date.fromisoformat(data["day"]) if data["day"] else None,
        "lesson": tuple(data["lesson"]),
        "remarks": tuple(data["remarks"]),
        "basis": tuple(CaseBasis(**(b | {"role": BasisRole(b["role"])})) for b in data["basis"]),
    }
    return Draft(Case(**data), record["digest"], tuple(_parts(record["parts"])))


def _parts(records: Sequence[dict[str, Any]]) -> Iterator[PartFound]:
    for p in records:
        found = tuple(PersonalData(**(d | {"kind": PersonalKind(d["kind"])})) for d in p["found"])
        yield PartFound(p["name"], p["text"], found, tuple(p["numbers"]))


def _part_text(case: Case, name: str) -> str:
    return "\n".join(case.lesson) if name == "lesson" else str(getattr(case, name))
