"""Facts set right by the reviewer: the rules read them, the findings stay at their places in the text handed in."""

from __future__ import annotations

import pytest

from assistant.errors import RefusedInput
from assistant.review.correct.amendments import Edit, amend
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind, Review, Span
from assistant.review.text.reading import Dossier
from tests.review.test_rules import cut, swap
from tests.review.texts import CASE, CONTRACT, DRAFT, LEASE


def reviewed(reviewer: Reviewer, text: str, kind: str, **corrections: str) -> Review:
    return reviewer.review(Dossier(("虚构",), text, "0"), DocumentKind(kind), corrections=corrections)


def codes(review: Review) -> set[str]:
    return {f.code for f in review.findings}


def key(review: Review, name: str, value: str) -> str:
    return next(f.key for f in review.facts if f.name == name and f.value == value)


def test_places_in_an_amended_text_lead_back() -> None:
    amended = amend("甲乙丙丁戊", [Edit(1, 2, "二二二"), Edit(4, 4, "新"), Edit(1, 3, "重叠")])
    assert amended.text == "甲二二二丙丁新戊"
    assert amended.back(Span(0, 1)) == Span(0, 1)
    assert amended.back(Span(2, 3)) == Span(1, 2)  # inside rewritten words: all that they stand for
    assert amended.back(Span(4, 6)) == Span(2, 4)
    assert amended.back(Span(6, 7)) is None
    assert amended.back(Span(7, 8)) == Span(4, 5)


def test_a_fine_corrected_to_more_than_the_law_allows_is_found_at_its_place(reviewer: Reviewer) -> None:
    plain = reviewed(reviewer, CASE, "penalty")
    assert "fine_above_max" not in codes(plain)
    at = next(f.key for f in plain.facts if f.name == "罚款金额" and f.part == "行政处罚决定书")
    found = reviewed(reviewer, CASE, "penalty", **{at: "9万元"})
    finding = next(f for f in found.findings if f.code == "fine_above_max")
    assert finding.place and finding.quote == CASE[finding.place.start : finding.place.end]
    assert "20000元" in finding.quote  # the words of the document, not those of the correction
    fact = next(f for f in found.facts if f.key == at)
    assert (fact.value, fact.read) == ("90,000元", "20,000元")
    assert not any(f.code == "amount_inconsistent" and "大小写" in f.explain for f in found.findings)  # both writings were corrected


def test_a_certificate_number_read_wrong_is_set_right(reviewer: Reviewer) -> None:
    text = swap(CASE, ("温岚（证件编号：33070015）", "温岚（证件编号：无）"), ("温岚（33070015）", "温岚"))
    plain = reviewed(reviewer, text, "penalty")
    assert "officer_no_cert" in codes(plain)
    at = key(plain, "执法人员", "温岚（无证号）")
    assert "officer_no_cert" not in codes(reviewed(reviewer, text, "penalty", **{at: "温岚（33070015）"}))


def test_a_party_named_otherwise_at_one_place_or_everywhere(reviewer: Reviewer) -> None:
    plain = reviewed(reviewer, CASE, "penalty")
    places = [f.key for f in plain.facts if f.name == "当事人"]
    other = "青屏县响泉歌厅娱乐有限公司"
    assert "party_name_inconsistent" in codes(reviewed(reviewer, CASE, "penalty", **{places[-1]: other}))
    assert "party_name_inconsistent" not in codes(reviewed(reviewer, CASE, "penalty", 当事人=other))


def test_the_kind_of_party_decides_the_limit_of_the_summary_procedure(reviewer: Reviewer) -> None:
    from tests.review.texts import SPOT

    assert "summary_procedure_misuse" not in codes(reviewed(reviewer, SPOT, "penalty"))
    assert "summary_procedure_misuse" in codes(reviewed(reviewer, SPOT, "penalty", 当事人类型="公民"))


def test_days_are_set_also_where_none_was_read(reviewer: Reviewer) -> None:
    text = cut(CASE, "第十一部分", "送达文书").replace("。2025年4月21日直接送达", "。直接送达")
    assert "service_late" in codes(reviewed(reviewer, CASE, "penalty", 送达日期="2025-05-20"))
    assert "service_late" in codes(reviewed(reviewer, text, "penalty", 送达日期="2025年5月20日"))
    assert "送达日期" not in {f.name for f in reviewed(reviewer, text, "penalty").facts}


def test_confiscation_supplied_by_the_reviewer_needs_its_computation(reviewer: Reviewer) -> None:
    text = swap(CASE, ("没有违法所得，", ""))
    assert "confiscation_no_calc" not in codes(reviewed(reviewer, text, "penalty"))
    found = reviewed(reviewer, text, "penalty", 没收违法所得金额="7300")
    assert "confiscation_no_calc" in codes(found)
    assert any(f.name == "没收违法所得金额" and f.value == "7,300元" and f.read == "" for f in found.facts)


def test_contract_facts_run_the_rules_again(reviewer: Reviewer) -> None:
    deposit = swap(CONTRACT, ("第四条 履约担保\n", "第四条 履约担保\n甲方向乙方支付定金100000元。\n"))
    plain = reviewed(reviewer, deposit, "contract")
    assert "deposit_over_20pct" not in codes(plain)
    assert "deposit_over_20pct" in codes(reviewed(reviewer, deposit, "contract", **{key(plain, "定金", "100,000元"): "180000"}))
    assert "deposit_over_20pct" in codes(reviewed(reviewer, deposit, "contract", 合同价款="300000"))
    assert "deposit_over_20pct" in codes(reviewed(reviewer, CONTRACT, "contract", 定金="180000"))
    assert "party_name_inconsistent" not in codes(reviewed(reviewer, CONTRACT, "contract", 乙方="湖州万象数码科技有限公司"))
    signature = [f.key for f in plain.facts if f.name == "乙方"][-1]
    assert "party_name_inconsistent" in codes(reviewed(reviewer, deposit, "contract", **{signature: "湖州万象数码科技有限公司"}))


def test_a_term_of_lease_and_a_day_of_signing(reviewer: Reviewer) -> None:
    plain = reviewed(reviewer, LEASE, "contract")
    term = next(f.key for f in plain.facts if f.name == "期限")
    assert "lease_over_20y" in codes(reviewed(reviewer, LEASE, "contract", **{term: "2025-07-01至2049-06-30"}))
    blank = CONTRACT.replace("日期：2025年6月3日", "日期：    年  月  日")
    assert "signature_missing" in codes(reviewed(reviewer, blank, "contract"))
    assert "signature_missing" not in codes(reviewed(reviewer, blank, "contract", 签署日期="2025-06-03"))


def test_a_draft_whose_term_was_not_read(reviewer: Reviewer) -> None:
    text = swap(DRAFT, ("，有效期两年", ""))
    assert "no_effective_date_or_validity" in codes(reviewed(reviewer, text, "normative"))
    assert "no_effective_date_or_validity" not in codes(reviewed(reviewer, text, "normative", 有效期="2年"))
    for name, shown in (("施行日期", "自2025年12月1日起施行"), ("有效期", "有效期两年")):  # as it is shown, so it may be written
        key_of = key(reviewed(reviewer, DRAFT, "normative"), name, shown)
        assert codes(reviewed(reviewer, DRAFT, "normative", **{key_of: shown})) == codes(reviewed(reviewer, DRAFT, "normative"))
    found = reviewed(reviewer, text, "normative", 制定机关="青屏县文化和旅游局")
    assert any(f.name == "制定机关" and f.value == "青屏县文化和旅游局" for f in found.facts)


@pytest.mark.parametrize("kind", ["penalty", "contract", "normative"])
def test_a_fact_corrected_to_what_it_says_changes_no_finding(reviewer: Reviewer, kind: str) -> None:
    text = {"penalty": CASE.replace("贰万元整", "叁万元整"), "contract": LEASE.replace("为5年，", "为25年，"), "normative": DRAFT}[kind]
    plain = reviewed(reviewer, text, kind)
    assert any(f.key for f in plain.facts)
    for fact in plain.facts:
        if fact.key:
            again = reviewed(reviewer, text, kind, **{fact.key: fact.value})
            assert [(f.code, f.place) for f in again.findings] == [(f.code, f.place) for f in plain.findings], fact


@pytest.mark.parametrize(
    ("kind", "fact", "value", "reason"),
    [
        ("penalty", "天气", "晴", "不能更正"),
        ("penalty", "立案日期", "2025-02-30", "不是日期"),
        ("penalty", "当事人@3", "青屏县某公司", "没有读出"),
        ("penalty", "当事人", "", "不能为空"),
        ("penalty", "当事人", "一行\n两行", "名称"),
        ("penalty", "当事人类型", "神仙", "之一"),
        ("penalty", "执法人员@194", "石敬（？）", "证号"),
        ("penalty", "罚款金额@1073", "很多", "不是金额"),
        ("contract", "定金", "-5", "不是金额"),
        ("contract", "期限", "一阵子", "不是期限"),
        ("normative", "罚款金额", "5", "不能更正"),
        ("contract", "其他金额", "5", "没有读出"),
    ],
)
def test_an_unknown_fact_or_a_bad_value_is_refused_by_name(reviewer: Reviewer, kind: str, fact: str, value: str, reason: str) -> None:
    text = {"penalty": CASE, "contract": CONTRACT, "normative": DRAFT}[kind]
    with pytest.raises(RefusedInput, match=reason) as refused:
        reviewed(reviewer, text, kind, **{fact: value})
    assert refused.value.name == fact.partition("@")[0]
