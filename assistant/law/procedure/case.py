"""处罚案件: the facts of a penalty case that its procedure depends on.

None means not known and is never read as no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.law.penalty.kinds import PenaltyKind


class PartyKind(StrEnum):
    """当事人 as the limits of 行政处罚法 第五十一条 and local standards tell them apart."""

    CITIZEN = "公民"
    SOLE_TRADER = "个体工商户"
    ORGANISATION = "法人或者其他组织"


class MentalState(StrEnum):
    """精神状态 at the time of the act (行政处罚法 第三十一条)."""

    NORMAL = "正常"
    INCAPABLE = "不能辨认或者不能控制"
    DIMINISHED = "尚未完全丧失辨认或者控制能力"


class Harm(StrEnum):
    """危害后果 (行政处罚法 第三十三条 tells none from slight)."""

    NONE = "没有"
    SLIGHT = "轻微"
    GRAVE = "较重"


class Mitigation(StrEnum):
    """从轻减轻情形, in the order of the items of 行政处罚法 第三十二条."""

    REMEDIED = "主动消除或者减轻危害后果"
    COERCED = "受胁迫或者诱骗"
    CONFESSED = "主动供述未掌握的行为"
    MERIT = "配合查处有立功表现"
    OTHER = "法律法规规章规定的其他情形"


@dataclass(frozen=True, slots=True)
class IntendedPenalty:
    """A penalty the bureau means to give; `amount` in yuan for a fine, or the worth of what is confiscated; None unknown."""

    kind: PenaltyKind
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class CaseDates:
    """The days of a case, each None until known.

    `conduct_ended` is the day of the act, or of its end where it went on; `notice_served` that of the 告知书,
    `hearing` that of the hearing, `registered` that of 先行登记保存, `deferred_until` the last day of a deferral or of
    instalments, `review_decision_served` that of a 复议决定书, `urged` that of the 催告书, `law_changed` the day a new
    text took effect.
    """

    conduct_ended: date | None = None
    discovered: date | None = None
    filed: date | None = None
    registered: date | None = None
    notice_served: date | None = None
    hearing_asked: date | None = None
    hearing: date | None = None
    decided: date | None = None
    served: date | None = None
    deferred_until: date | None = None
    review_decision_served: date | None = None
    urged: date | None = None
    law_changed: date | None = None


@dataclass(frozen=True, slots=True)
class PenaltyCase:
    """A penalty case. `matter` names the act in a few words, for the bureau's own review catalogue.

    `age` is the party's at the time of the act, in years. `continuing` is true for an act 连续 or 继续 and
    `ongoing` where it has not ended. `endangers_life` is an act touching 生命健康安全 or 金融安全 with harm done.
    `hearing_waived` and `hearing_requested` tell what the party said; a day in `dates.hearing_asked` says it too.
    `facts_clear` is 违法事实确凿并有法定依据. `widely_known` is a decision
    具有一定社会影响, `hardship` a party in 经济困难.
    `new_law_lighter` says whether a text in force since the act is milder.
    """

    party: PartyKind = PartyKind.ORGANISATION
    penalties: tuple[IntendedPenalty, ...] = ()
    dates: CaseDates = CaseDates()
    matter: str = ""
    age: int | None = None
    mental: MentalState = MentalState.NORMAL
    continuing: bool = False
    ongoing: bool = False
    endangers_life: bool = False
    first_offence: bool | None = None
    corrected: bool | None = None
    minor_act: bool | None = None
    harm: Harm | None = None
    no_fault: bool = False
    mitigations: tuple[Mitigation, ...] = ()
    facts_clear: bool | None = None
    suspected_crime: bool = False
    complex: bool = False
    grave: bool = False
    public_interest: bool = False
    review_by_statute: bool = False
    hearing_requested: bool | None = None
    disputed_jurisdiction: bool = False
    evidence_at_risk: bool = False
    widely_known: bool | None = None
    hardship: bool | None = None
    new_law_lighter: bool | None = None

    @property
    def hearing_asked(self) -> bool | None:
        """Whether the party asked for a hearing; None where not known."""
        return True if self.dates.hearing_asked else self.hearing_requested

    @property
    def sanctions(self) -> tuple[IntendedPenalty, ...]:
        """The penalties intended, without orders that are none (责令改正; 行政处罚法 第二十八条)."""
        return tuple(p for p in self.penalties if p.kind.is_penalty)

    @property
    def fine(self) -> float | None:
        """The fines intended added up, in yuan; 0 where none, None where an amount is not known."""
        amounts = [p.amount for p in self.penalties if p.kind is PenaltyKind.FINE]
        if any(a is None for a in amounts):
            return None
        return sum(a for a in amounts if a is not None)
