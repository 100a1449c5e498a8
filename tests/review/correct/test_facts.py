"""What the reviewer sees of a document beside the findings, in the words of the three kinds."""

from __future__ import annotations

import pytest

from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind
from tests.review.texts import CASE, CONTRACT, DRAFT, LEASE

WANTED = {
    "penalty": {
        "当事人": "青屏县响泉歌舞娱乐有限公司",
        "当事人类型": "法人或者其他组织",
        "当事人证件号码": "91330000MA0000000X",
        "执法人员": "石敬（33070012）",
        "违法行为": "接纳未成年人2名",
        "援引条款": "《娱乐场所管理条例》第四十八条第三项",
        "证据": "照片6张",
        "决定日期": "2025-04-18",
        "罚款金额": "20,000元",
        "金额（大写）": "20,000元",
        "处罚种类": "责令改正",
        "救济和缴纳": "行政复议",
    },
    "contract": {
        "甲方": "青屏县文化和旅游局",
        "签署人": "万里云",
        "标的": "观众预约软件",
        "合同价款": "600,000元",
        "付款方式": "终验合格后支付70%",
        "违约责任": "万分之五",
        "争议解决": "人民法院",
        "生效": "签字盖章之日起生效",
        "签署日期": "2025-06-03",
        "附件": "系统功能清单",
    },
    "normative": {
        "标题": "露营营地服务规范管理办法",
        "制定依据": "旅游法",
        "设定的义务": "应当公示服务项目和价格",
        "规定的权利": "参加服务技能培训",
        "施行日期": "2025年12月1日",
        "有效期": "两年",
    },
}


@pytest.mark.parametrize("kind", WANTED)
def test_the_facts_of_each_kind(reviewer: Reviewer, kind: str) -> None:
    text = {"penalty": CASE, "contract": CONTRACT, "normative": DRAFT}[kind]
    facts = reviewer.review_text(text, DocumentKind(kind)).facts
    for name, words in WANTED[kind].items():
        assert any(f.name == name and words in f.value for f in facts), name
    for fact in facts:
        assert fact.place is None or 0 <= fact.place.start <= fact.place.end <= len(text)


def test_a_day_tells_what_happened_and_an_amount_how_it_is_written(reviewer: Reviewer) -> None:
    facts = reviewer.review_text(CASE, DocumentKind.PENALTY).facts
    assert any(f.name == "其他日期" and f.value == "2025-04-16" and "集体讨论" in f.part and "局长" in f.note for f in facts)
    assert any(f.name == "罚款金额" and "贰万元整" in f.note for f in facts)


def test_term_and_deposit_of_a_contract(reviewer: Reviewer) -> None:
    lease = {f.name: f for f in reviewer.review_text(LEASE, DocumentKind.CONTRACT).facts}
    assert "5年" in lease["期限"].value
    text = CONTRACT.replace("第四条 履约担保\n", "第四条 履约担保\n甲方向乙方支付定金30000元。\n")
    facts = {f.name: f for f in reviewer.review_text(text, DocumentKind.CONTRACT).facts}
    assert facts["定金"].value == "30,000元"


def test_what_a_draft_sets_is_told_by_its_kind(reviewer: Reviewer) -> None:
    text = DRAFT.replace("第六条 鼓励", "第六条 未经县文化和旅游局批准不得营业，违反的由本局处五百元罚款。经营者应当缴纳环境治理费。鼓励")
    facts = reviewer.review_text(text, DocumentKind.NORMATIVE).facts
    names = {f.name for f in facts}
    assert {"设定的处罚", "设定的强制和收费"} <= names


def test_numbers_of_identity_cards_are_masked_in_the_facts(reviewer: Reviewer) -> None:
    text = CASE.replace("统一社会信用代码：91330000MA0000000X", "身份证号：330000198506010019")
    shown = [f.as_json(text)["value"] for f in reviewer.review_text(text, DocumentKind.PENALTY).facts if f.name == "当事人证件号码"]
    assert shown == ["330***************"]
