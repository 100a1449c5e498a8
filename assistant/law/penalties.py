"""罚则: everything about penalty provisions under one name.

`parse_penalties` reads an article, `applicable` says which tier follows in a case, `authorities` and
`is_own` whose power it is, `coverage_report` how much was read. All pure.
"""

from __future__ import annotations

from assistant.law.amounts import FineRange, Threshold, canonical_base
from assistant.law.authority import COUNTY_LEVELS, Authority, authorities, field_of, is_own
from assistant.law.penalty_conditions import Circumstances, Condition, ConditionKind
from assistant.law.penalty_coverage import CoverageReport, coverage_report
from assistant.law.penalty_kinds import Measure, PenaltyKind
from assistant.law.penalty_provisions import ActItem, Coverage, PenaltyProvision, parse_penalties, punishing
from assistant.law.penalty_ranges import Applied, YuanRange, applicable
from assistant.law.penalty_tiers import Tier
from assistant.law.provision_links import ProvisionLink

__all__ = [
    "COUNTY_LEVELS",
    "ActItem",
    "Applied",
    "Authority",
    "Circumstances",
    "Condition",
    "ConditionKind",
    "Coverage",
    "CoverageReport",
    "FineRange",
    "Measure",
    "PenaltyKind",
    "PenaltyProvision",
    "ProvisionLink",
    "Threshold",
    "Tier",
    "YuanRange",
    "applicable",
    "authorities",
    "canonical_base",
    "coverage_report",
    "field_of",
    "is_own",
    "parse_penalties",
    "punishing",
]
