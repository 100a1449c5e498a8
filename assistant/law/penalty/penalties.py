"""罚则: everything about penalty provisions under one name.

`parse_penalties` reads an article, `applicable` says which tier follows in a case, `authorities` and
`is_own` whose power it is, `coverage_report` how much was read. All pure.
"""

from __future__ import annotations

from assistant.law.penalty.amounts import FineRange, Threshold, canonical_base
from assistant.law.penalty.authority import COUNTY_LEVELS, Authority, authorities, field_of, is_own
from assistant.law.penalty.conditions import Circumstances, Condition, ConditionKind
from assistant.law.penalty.coverage import CoverageReport, coverage_report
from assistant.law.penalty.kinds import Measure, PenaltyKind
from assistant.law.penalty.provision_links import ProvisionLink
from assistant.law.penalty.provisions import ActItem, Coverage, PenaltyProvision, parse_penalties, punishing
from assistant.law.penalty.ranges import Applied, YuanRange, applicable
from assistant.law.penalty.tiers import Tier

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
