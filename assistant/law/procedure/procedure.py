"""办案程序: the one door to penalties', licences' and coercion's steps, limits and the questions of scope.

Dates run on working days where a law says so (`calendar`), limits carry their articles (`deadlines`), and nothing local
is assumed: what a bureau has not configured is answered 以本地标准为准.
"""

from __future__ import annotations

from assistant.law.procedure.case import CaseDates, Harm, IntendedPenalty, MentalState, Mitigation, PartyKind, PenaltyCase
from assistant.law.procedure.coercion import CoercionCase, Measure, coercion_procedure
from assistant.law.procedure.execution import late_fee
from assistant.law.procedure.licence import LicenceCase, LicenceHearing, acceptance_by_default, licence_procedure
from assistant.law.procedure.limitation import Effect, Factor, Limitation, applicable_text, factors, limitation
from assistant.law.procedure.penalty import penalty_procedure
from assistant.law.procedure.review_catalogue import COLUMNS, CatalogueRow, DecisionKind, ReviewCatalogue, read_catalogue
from assistant.law.procedure.scope import LocalThreshold, Thresholds, needs_collective, needs_hearing, needs_legal_review, summary_allowed
from assistant.law.procedure.step import Answer, Need, Ruling, Step
from assistant.law.time.calendar import OFFICIAL_CALENDAR, HolidayYear, WorkCalendar, holiday_year
from assistant.law.time.deadlines import Due, Limit, Unit, cite, due, shift

__all__ = [
    "COLUMNS",
    "OFFICIAL_CALENDAR",
    "Answer",
    "CaseDates",
    "CatalogueRow",
    "CoercionCase",
    "DecisionKind",
    "Due",
    "Effect",
    "Factor",
    "Harm",
    "HolidayYear",
    "IntendedPenalty",
    "LicenceCase",
    "LicenceHearing",
    "Limit",
    "Limitation",
    "LocalThreshold",
    "Measure",
    "MentalState",
    "Mitigation",
    "Need",
    "PartyKind",
    "PenaltyCase",
    "ReviewCatalogue",
    "Ruling",
    "Step",
    "Thresholds",
    "Unit",
    "WorkCalendar",
    "acceptance_by_default",
    "applicable_text",
    "cite",
    "coercion_procedure",
    "due",
    "factors",
    "holiday_year",
    "late_fee",
    "licence_procedure",
    "limitation",
    "needs_collective",
    "needs_hearing",
    "needs_legal_review",
    "penalty_procedure",
    "read_catalogue",
    "shift",
    "summary_allowed",
]
