"""本局权限: whose power a penalty provision gives, measured by what the bureau is called and what powers have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer.sections.penalty_view import Punished
from assistant.config import Settings
from assistant.law.citation.table_cells import ProvisionPlace
from assistant.law.penalty.competence import in_charge, plain_office
from assistant.law.penalty.penalties import COUNTY_LEVELS, Authority, field_of, is_own
from assistant.law.penalty.power_transfer import MovedPower
from assistant.law.statute.model import Article
from assistant.law.text.numerals import to_chinese
from assistant.library.own_tables import moved_powers


@dataclass(frozen=True, slots=True)
class Power:
    """Whose power one provision gives.

    `own` is None where the text leaves it open (原发证机关, no authority named). `named` are the names in the
    provision that are this bureau's, `others` those that are not, `transfer` whom to hand the case to where
    it is not this bureau's. `basis` is the address the answer stands on. `moved` is the row of the bureau's table, if any; `higher`
    marks a power of this field at a higher level.
    """

    address: str
    own: bool | None
    named: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    transfer: tuple[str, ...] = ()
    basis: str = ""
    moved: MovedPower | None = None
    note: str = ""
    higher: bool = False

    @property
    def line(self) -> str:
        """The answer in one sentence, in the words of the provision."""
        names, others = "、".join(self.named), "、".join(self.others)
        if self.moved and self.moved.is_own:
            return f"是：{self.address}的处罚权已划入本局（{self.moved.source}）"
        if self.moved:
            return f"否：{self.address}的处罚权已划转{self.moved.holder}（{self.moved.source}），移送{self.moved.holder}"
        if self.own:
            return f"是：{self.basis}写明{names}" + (f"；另有{others}的职责，属其职责的移送" if others else "")
        if self.own is False:
            how = "报送" if self.higher else "移送"
            return f"否：{self.basis}写明由{others}处罚，{how}{'、'.join(self.transfer)}（《行政处罚法》第十七条）"
        return f"待定：{self.address}{self.note}"

    def as_json(self) -> dict[str, object]:
        """The power for JSON."""
        return {
            "provision": self.address,
            "own": self.own,
            "authority": [*self.named, *self.others],
            "transfer": list(self.transfer),
            "basis": self.basis,
            "moved": self.moved.source if self.moved else None,
            "text": self.line,
        }


def power_of(found: Punished, settings: Settings, statute: Sequence[Article] = (), day: date | None = None) -> Power:
    """Return whose power a provision gives on `day`.

    `statute` are the articles of its statute, for provisions that name no authority; without them such a one is open.
    """
    provision = found.provision
    address = found.source.address + (f"第{to_chinese(provision.paragraph)}款" if provision.paragraph > 1 else "")
    place = ProvisionPlace(provision.number, provision.suffix, provision.paragraph, found.item)
    moved = moved_powers(settings).covering(found.source.statute.title, place, day or date.today())
    if moved:
        return Power(address, moved.is_own, transfer=() if moved.is_own else (moved.holder,), basis=moved.source, moved=moved)
    named = _authorities(found)
    if not named or all(a.is_generic for a in named):
        return _by_statute(address, named, settings, statute)
    return _named(address, named, settings)


def _authorities(found: Punished) -> tuple[Authority, ...]:
    """The authorities of the tiers that punish what was asked, else those of the paragraph, each name once."""
    tiers = [a for t in found.tiers if t.punishes for a in t.authorities]
    return tuple({a.text: a for a in (*found.provision.authorities, *tiers)}.values())


def _named(address: str, named: Sequence[Authority], settings: Settings) -> Power:
    own: dict[str, None] = {}
    others: dict[str, None] = {}
    higher = False
    fields = {field_of(n) for n in settings.bureau_authorities}
    for authority in named:
        for name, level in zip(authority.names, authority.levels, strict=True):
            if field_of(name) not in fields:
                if not Authority(name, (name,), 0, 0, ("",)).is_generic:
                    others[name] = None
            elif level in COUNTY_LEVELS:
                own[name] = None
            else:
                others[name], higher = None, True
    if own:
        return Power(address, True, tuple(own), tuple(others), basis=address)
    return Power(address, False, (), tuple(others), tuple(others), address, higher=higher)


def _by_statute(address: str, named: Sequence[Authority], settings: Settings, statute: Sequence[Article]) -> Power:
    """A provision without an authority of its own, or with a generic one: who the statute puts in charge."""
    generic = "、".join(a.text for a in named)
    found = in_charge(statute)
    if found is None or generic:
        note = f"写明由{generic}处罚，看许可或者登记由谁办理" if generic else "没有写明处罚机关，按该法关于主管部门的规定确定"
        return Power(address, None, others=tuple(a.text for a in named), basis=address, note=note)
    article, name = found
    basis = f"{address.split('》')[0]}》{article.label}"
    if is_own(plain_office(name), settings.bureau_authorities):
        return Power(address, True, (name,), basis=basis)
    return Power(address, False, others=(name,), transfer=(name,), basis=basis)


def authority_section(
    punished: Sequence[Punished], settings: Settings, statutes: dict[str, Sequence[Article]] | None = None, day: date | None = None
) -> str:
    """Return the text of 本局权限: a line for each provision, empty where there is none.

    `statutes` maps the id of a statute to its articles, for provisions that name no authority. Lines
    that say the same of several provisions are one; rows of the table of moved powers that could not be read are told.
    """
    if not punished:
        return ""
    powers = [power_of(p, settings, (statutes or {}).get(p.source.statute.id, ()), day) for p in punished]
    lines = list(dict.fromkeys(p.line for p in powers))
    refused = moved_powers(settings).refused
    return "\n".join([*lines, *(f"职权划转表未读出：{reason}" for reason in refused)])
