"""Files → cases: published cases by their headings, the bureau's own closed files through the review's reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.config import Settings
from assistant.desk.cases.drafts import Draft, make_draft
from assistant.errors import RefusedInput
from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.cases.text import cut_case
from assistant.law.citation.read import find_citations
from assistant.law.penalty.penalties import parse_penalties
from assistant.law.statute.model import Visibility
from assistant.law.statute.structure import paragraphs
from assistant.law.text.dates import find_dates
from assistant.law.text.numerals import fold_width
from assistant.law.text.titles import title_key
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf.shelf import Shelf
from assistant.review.case.facts import CaseFacts, read_case
from assistant.review.case.sections import Part
from assistant.review.text.reading import Dossier, read_dossier

_PENALTY_LAW, _DISCRETION = "行政处罚法", range(28, 38)
_CAUSE = re.compile(r"案\s*由\s*[：:]\s*(?P<act>[^，。；\n]{4,40})|涉嫌(?P<suspected>[^，。；\n]{4,30}?)(?:一案|案(?=[，。；\n]))")
_FOUND = re.compile(r"(?:现|经)?(?:调查)?(?:经查明?|查明)[，,：:]?|违法事实[和与及]?(?:证据)?[：:]")
_PROVED = re.compile(r"(?:上述|以上)(?:违法)?(?:事实|行为)|(?:主要)?证据如下|有[^。\n]{2,60}(?:等证据)?(?:予以)?(?:证明|证实|佐证)")
_DECIDED = re.compile(r"(?:本局|本机关|我局)?(?:现|经[^，。]{2,16}，)?(?:决定|作出如下行政处罚|作出以下行政处罚|不予行政处罚)")
_TAIL = re.compile(
    r"当事人应(?:当)?(?:自|在|于)[^。]{0,20}(?:收到|日内)|请(?:你|当事人)[^。]{0,10}自|罚款(?:限|自)|如不服|如对本|逾期不|到期不"
)
_SHORTEST = 40


def read_cases(
    paths: Sequence[Path],
    settings: Settings,
    shelf: Shelf,
    *,
    together: bool = False,
    visibility: Visibility = Visibility.INTERNAL,
    field: str = "",
    act: str = "",
    companies: bool = False,
) -> list[Draft]:
    """Return one draft a file (a ZIP is one case file), or one of all where `together`.

    A file with the parts of a penalty case file is the bureau's own, any other a published case. `field` and `act`
    stand for what the text is read to be. Raises RefusedInput, naming the file, for what cannot be read or is no case.
    """
    groups = [list(paths)] if together else [[p] for p in paths]
    drafts = []
    for group in groups:
        dossier = read_dossier(group, settings)
        if len(dossier.text.strip()) < _SHORTEST:
            raise RefusedInput("、".join(dossier.files), "文字太少，不是案例")
        case = case_of(dossier, shelf)
        case = replace(case, visibility=visibility, field=field or case.field, act=act or case.act)
        drafts.append(make_draft(case, dossier.digest, dossier.text, companies=companies))
    return drafts


def case_of(dossier: Dossier, shelf: Shelf) -> Case:
    """The case a file tells; nothing is masked yet."""
    facts = read_case(fold_width(dossier.text))
    if facts.parts(Part.DECISION) and facts.decision is not None and (facts.is_file or facts.decision.heading):
        return _own(dossier, facts, shelf)
    return _published(dossier, shelf)


def _published(dossier: Dossier, shelf: Shelf) -> Case:
    name = Path(dossier.files[0]).stem
    parts = cut_case(dossier.text, name)
    if not parts.facts:
        raise RefusedInput(dossier.files[0], "没有读出案情。案例应有“基本案情”“处理结果”一类的标题")
    days = [d for d in find_dates(parts.decision or parts.facts) if d <= date.today()]
    day = days[-1] if days else None
    basis, remarks = basis_of(dossier.text, shelf, day, BasisRole.OTHER)
    return Case(
        key=f"file:{dossier.digest}",
        title=parts.title,
        kind=CaseKind.PUBLISHED,
        facts=parts.facts,
        findings=parts.findings,
        decision=parts.decision,
        correction=parts.correction,
        lesson=tuple(line for line in parts.lesson.split("\n") if line),
        field=field_of(dossier.text, basis),
        act=name[:40],
        day=day,
        basis=basis,
        source=dossier.files[0],
        remarks=remarks,
    )


def _own(dossier: Dossier, facts: CaseFacts, shelf: Shelf) -> Case:
    """A closed case file of the bureau: its 决定书 tells the case, the rest is background."""
    section = facts.decision
    assert section is not None
    told, findings, decision = cut_decision(dossier.text[section.start : section.end])
    cause = _CAUSE.search(dossier.text)
    event = facts.conduct or facts.discovered or facts.decided
    day = event.day if event else None
    basis, remarks = basis_of(dossier.text[section.start : section.end], shelf, day, BasisRole.DUTY)
    act = (cause["act"] or cause["suspected"]).strip() if cause else _punished_act(basis, shelf, day or date.today())
    return Case(
        key=f"file:{dossier.digest}",
        title=f"{act}案" if act and not act.endswith("案") else act or Path(dossier.files[0]).stem,
        kind=CaseKind.OWN,
        facts=told,
        findings=findings,
        decision=decision,
        field=field_of(told + decision, basis),
        act=act,
        day=day,
        basis=basis,
        source="本局案卷",
        remarks=remarks,
    )


def _punished_act(basis: Sequence[CaseBasis], shelf: Shelf, day: date) -> str:
    """The conduct in the words of the 项 the decision rests on; empty where it names none."""
    for b in basis:
        statute = shelf.find_statute(b.law) if b.role is BasisRole.PENALTY and b.item else None
        article = shelf.article(statute.id, b.number, b.suffix, day) if statute else None
        for para in paragraphs(article.article.text) if article else ():
            words = next((i.text for i in para.items if i.number == b.item and b.paragraph in (None, para.number)), "")
            if words:
                return re.sub(r"^[（(][^）)]*[）)]\s*|的?[；。]?$", "", words)
    return ""


def cut_decision(text: str) -> tuple[str, str, str]:
    """A 处罚决定书 → what was found, on what grounds, what was decided; its head and the notice of remedies are left out."""
    begin = _FOUND.search(text)
    start = begin.end() if begin else 0
    proved = _PROVED.search(text, start)
    first = proved.end() if proved else start
    tail = _TAIL.search(text, first)
    end = tail.start() if tail else len(text)
    decided = list(_DECIDED.finditer(text, first, end))
    at = decided[-1].start() if decided else end
    middle = proved.start() if proved and proved.start() < at else at
    # The grounds of the decision (根据《…》…) belong with it.
    sentence = max(text.rfind("。", 0, at), text.rfind("\n", 0, at)) + 1
    at = max(sentence, middle)
    return text[start:middle].strip(), text[middle:at].strip(), text[at:end].strip()


def basis_of(text: str, shelf: Shelf, day: date | None, role: BasisRole) -> tuple[tuple[CaseBasis, ...], tuple[str, ...]]:
    """The articles a text cites that the library holds, in order, each once; and a line for each it does not.

    `role` is that of an article that neither punishes nor belongs to 行政处罚法.
    """
    basis: dict[tuple[str, int, int, int | None, int | None], CaseBasis] = {}
    missing: dict[str, None] = {}
    for cited in find_citations(text, shelf.names()):
        if not cited.title or cited.number is None:
            continue
        statute = shelf.find_statute(cited.title)
        on = day or date.today()
        article = (shelf.article(statute.id, cited.number, cited.suffix, on) if statute else None) or (
            shelf.article(statute.id, cited.number, cited.suffix, date.today()) if statute else None
        )
        if statute is None or article is None:
            missing[f"库中没有《{cited.title}》{cited.label}，这一处没有链接"] = None
            continue
        key = (statute.id, cited.number, cited.suffix, cited.paragraph, cited.item)
        own = _role(statute.title, cited.number, bool(parse_penalties(article.article)), role)
        basis.setdefault(key, CaseBasis(statute.title, *key[1:], role=own))
    return tuple(basis.values()), tuple(missing)


def _role(law: str, number: int, punishes: bool, otherwise: BasisRole) -> BasisRole:
    if law.endswith(_PENALTY_LAW):
        return BasisRole.DISCRETION if number in _DISCRETION else BasisRole.PROCEDURE
    return BasisRole.PENALTY if punishes else otherwise


def field_of(text: str, basis: Sequence[CaseBasis]) -> str:
    """The field of enforcement the statutes applied lead, else the one that words and statutes agree on; empty where none."""
    catalogue = load_catalogue()
    statutes = {s.key: s for s in catalogue.statutes}
    applied = [s for b in basis if (s := statutes.get(title_key(b.law)))]
    led = [name for s in applied for name in s.governing if name != "行政程序"]
    spoken = catalogue.fields_of(text)
    if led:
        return max(led, key=lambda f: (led.count(f), f in spoken))
    common = {name for s in applied for name in s.fields}
    return next((f for f in spoken if f in common), "")
