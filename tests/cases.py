"""Cases invented for tests: no person, firm or case is real, and the statute they cite is invented, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from tests.invented import TITLE

PUBLISHED = f"""# 茶馆没有热水怎么办

## 张伟明诉青屏县响泉茶馆服务合同纠纷案

## 关键词

服务合同、热水。

## 基本案情

原告张伟明，男，身份证号33010619900307201X，住青屏县北大街3号2幢501室。2024年5月6日，张伟明在被告青屏县响泉茶馆有限公司喝茶，馆内没有热水，联系电话13857100000无人接听。

## 裁判结果

青屏县人民法院于2024年8月9日作出判决：被告退还茶钱20元。

## 裁判理由

依照《{TITLE}》第二条，茶馆有提供热水的义务；《{TITLE}》第三条规定了后果。《不在库中的办法》第七条与本案无关。

## 典型意义

喝茶要有热水。
收了钱就要办事。
"""

TEA = Case(
    key="test:tea",
    title="茶馆没有热水案",
    kind=CaseKind.PUBLISHED,
    facts="茶馆收了茶钱，却没有热水。",
    decision="给予警告。",
    findings="茶馆有提供热水的义务。",
    lesson=("喝茶要有热水。",),
    field="公共文化",
    act="不提供热水",
    day=date(2024, 5, 6),
    basis=(CaseBasis(TITLE, 2, role=BasisRole.DUTY), CaseBasis(TITLE, 3, role=BasisRole.PENALTY)),
    visibility=Visibility.PUBLIC,
)
INTERNAL = replace(
    TEA, key="test:inside", title="内部的茶馆案", facts="独一无二的内部茶壶摔碎了，没有热水。", visibility=Visibility.INTERNAL
)
BOOKS = replace(
    TEA,
    key="test:books",
    title="书摊乱放案",
    facts="书摊占了人行道，书放得很乱。",
    act="占道摆摊",
    field="出版",
    basis=(CaseBasis(TITLE, 1),),
)
