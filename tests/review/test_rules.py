"""Each code of the vocabulary on invented documents: found where the defect is made, silent where it is not."""

from __future__ import annotations

import re

import pytest

from tests.review.conftest import Found
from tests.review.texts import CASE, CONTRACT, DRAFT, LEASE, SPOT


def cut(text: str, start: str, end: str) -> str:
    """The text without what stands from `start` up to `end`."""
    first = text.index(start)
    return text[:first] + text[text.index(end, first) :]


def swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


MINOR = swap(
    CASE,
    ("当事人：青屏县响泉歌舞娱乐有限公司；统一社会信用代码：91330000MA0000000X；", "当事人：毕小舟，男，2012年6月1日出生，"),
    ("当事人：青屏县响泉歌舞娱乐有限公司，地址", "当事人：毕小舟，地址"),
    ("受送达人：青屏县响泉歌舞娱乐有限公司", "受送达人：毕小舟"),
    ("青屏县响泉歌舞娱乐有限公司：你公司", "毕小舟：你"),
)

CASES = {
    "single_officer": [
        swap(CASE, ("石敬（证件编号：33070012）、温岚（证件编号：33070015）出示", "石敬（证件编号：33070012）出示")),
        swap(CASE, ("询问人：石敬（33070012），记录人：温岚（33070015）", "询问人：石敬（33070012）")),
        swap(CASE, ("本局执法人员石敬（证件编号：33070012）、温岚（证件编号：33070015）出示", "本局一名执法人员出示")),
    ],
    "officer_no_cert": [
        swap(CASE, ("温岚（证件编号：33070015）", "温岚（证件编号：无）"), ("温岚（33070015）", "温岚")),
        swap(CASE, ("温岚（证件编号：33070015）", "温岚"), ("温岚（33070015）", "温岚")),
        swap(CASE, ("出示证件后对", "（其中温岚尚未取得行政执法资格）对")),
    ],
    "article_nonexistent": [
        swap(CASE, ("根据《娱乐场所管理条例》第四十八条第三项，决定", "根据《娱乐场所管理条例》第九十八条，决定")),
        swap(CASE, ("根据《娱乐场所管理条例》第四十八条第三项，决定", "根据《娱乐场所管理条例》第四十八条第九项，决定")),
    ],
    "article_irrelevant": [
        swap(CASE, ("根据《娱乐场所管理条例》第四十八条第三项，决定", "根据《娱乐场所管理条例》第四十九条，决定")),
        swap(CASE, ("根据《娱乐场所管理条例》第四十八条第三项，决定", "根据《娱乐场所管理条例》第四十八条第一项，决定")),
    ],
    "fine_above_max": [swap(CASE, ("20000元", "80000元"), ("贰万元整", "捌万元整"))],
    "fine_below_min": [swap(CASE, ("20000元", "6000元"), ("贰万元整", "陆仟元整"))],
    "penalty_type_not_provided": [swap(CASE, ("并处罚款20000元（大写：贰万元整）", "并处罚款20000元（大写：贰万元整），吊销营业执照"))],
    "over_90_days": [swap(CASE, ("2025年4月18日", "2025年7月18日"), ("2025年4月21日", "2025年7月21日"))],
    "notice_decision_same_day": [swap(CASE, ("（公章）\n2025年4月18日", "（公章）\n2025年4月7日"), ("2025年4月16日", "2025年4月7日"))],
    "hearing_period_not_expired": [swap(CASE, ("（公章）\n2025年4月18日", "（公章）\n2025年4月10日"))],
    "hearing_right_not_told": [
        swap(CASE, ("行政处罚听证告知书", "行政处罚事先告知书"), ("，并有权自收到本告知书之日起五个工作日内要求听证", ""), ("、第六十三条、第六十四条", ""),
             ("，也未要求听证", "")),
    ],
    "no_legal_review": [
        swap(cut(CASE, "第六部分", "第七部分"), ("责令改正，并处罚款20000元（大写", "责令停业整顿2个月，并处罚款20000元（大写")),
        swap(cut(CASE, "第六部分", "第七部分"), ("截至2025年4月15日，当事人未提出陈述、申辩，也未要求听证。", "2025年4月14日，听证会在本局公开举行，制作听证笔录。")),
    ],
    "no_collective_discussion": [cut(CASE, "第九部分", "第十部分")],
    "summary_procedure_misuse": [
        swap(SPOT, ("500元（伍佰元整）", "8000元（捌仟元整）")),
        swap(SPOT, ("青屏县小满书屋有限公司", "毕大舟")),
        swap(SPOT, ("给予警告，", "没收违法所得200元，")),
    ],
    "remedy_missing": [cut(CASE, "如不服本决定", "青屏县文化和旅游局（公章）"), swap(CASE, ("，或者在6个月内向青屏县人民法院提起行政诉讼", ""))],
    "remedy_wrong_period": [swap(CASE, ("60日内", "30日内")), swap(CASE, ("6个月内", "三个月内")), swap(CASE, ("6个月内", "15日内"))],
    "payment_missing": [cut(CASE, "当事人应自收到", "如不服"), swap(CASE, ("；逾期不缴纳的，每日按罚款数额的3%加处罚款", ""))],
    "service_late": [swap(CASE, ("2025年4月21日", "2025年5月12日"))],
    "party_name_inconsistent": [swap(CASE, ("当事人：青屏县响泉歌舞娱乐有限公司，地址", "当事人：青屏县响泉歌厅娱乐有限公司，地址"))],
    "amount_inconsistent": [
        swap(CASE, ("贰万元整", "叁万元整")),
        swap(CASE, ("本局拟责令改正，罚款20000元", "本局拟责令改正，罚款15000元")),
    ],
    "statute_of_limitation": [swap(CASE, ("2025年3月12日，当事人在206", "2022年12月5日，当事人在206"))],
    "repealed_version_cited": [swap(CASE, ("第四十四条、第四十五条、第六十三条、第六十四条", "第三十一条、第三十二条、第四十二条"))],
    "fact_without_evidence": [
        swap(CASE, ("接纳未成年人2名。上述", "接纳未成年人2名，并长期雇用外籍乐队从事营业性表演，擅自扩建消防通道。上述")),
        swap(CASE, ("上述事实有现场检查笔录、照片、学生证复印件、询问笔录证明。", "上述事实仅有群众举报，没有其他证据证明。")),
    ],
    "double_fine": [
        swap(CASE, ("并处罚款20000元（大写：贰万元整）", "并处罚款20000元（大写：贰万元整）；同时依据该条例，再处罚款10000元")),
        swap(CASE, ("当事人没有违法所得，其行为", "当事人的该违法行为已于2025年3月20日被县公安局处以罚款5000元。当事人没有违法所得，其行为")),
    ],
    "confiscation_no_calc": [
        swap(CASE, ("，并处罚款20000元（大写", "，没收违法所得7300元，并处罚款20000元（大写"), ("当事人没有违法所得，", "")),
        swap(CASE, ("，并处罚款20000元（大写", "，没收违法所得7300元，并处罚款20000元（大写"), ("当事人没有违法所得，", ""), ("没有收到钱", "大概赚了7300元左右")),
    ],
    "under_14": [MINOR, swap(MINOR, ("2012年6月1日出生，", ""), ("问：收取", "问：毕小舟，你多大？答：13岁。\n问：收取"))],
    "wrong_enforcement_body": [
        swap(CASE, ("青屏县文化和旅游局（公章）", "青屏县文化市场综合执法大队（公章）")),
        swap(CASE, ("青屏县文化和旅游局（公章）", "青屏县文化和旅游局政策法规科（公章）")),
    ],
}  # fmt: skip

CONTRACTS = {
    "gov_guarantee": [
        swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n乙方向银行借款的，由甲方提供连带责任保证。\n")),
        swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n乙方不能清偿项目贷款的，甲方承诺差额补足。\n")),
    ],
    "internal_dept_party": [swap(CONTRACT, ("（甲方）：青屏县文化和旅游局", "（甲方）：青屏县文化和旅游局公共服务科"), ("（盖章）：青屏县文化和旅游局", "（盖章）：青屏县文化和旅游局公共服务科"))],
    "no_budget_or_procurement": [
        swap(CONTRACT, ("本项目经公开招标（编号：QP-ZB-2025-9）确定乙方为中标人，资金已列入2025年度部门预算。", "经甲方研究，直接委托乙方实施本项目。")),
        swap(CONTRACT, ("资金已列入2025年度部门预算", "所需资金尚未列入预算")),
        swap(CONTRACT, ("本项目经公开招标（编号：QP-ZB-2025-9）确定乙方为中标人，资金已列入2025年度部门预算。", "")),
    ],
    "full_prepayment": [swap(cut(CONTRACT, "第四条", "第五条"), ("合同生效后10日内支付30%；终验合格后支付70%。", "甲方在合同签订后7日内一次性付清全部合同价款。"))],
    "one_sided_liability": [
        swap(CONTRACT, ("甲方逾期付款的，每日按应付款的万分之五支付违约金。", "甲方逾期付款的，不承担任何违约责任。")),
        swap(CONTRACT, ("甲方逾期付款的，每日按应付款的万分之五支付违约金。", "")),
    ],
    "dispute_arb_and_litigation": [
        swap(CONTRACT, ("向青屏县人民法院提起诉讼", "可以向湖州仲裁委员会申请仲裁，或者向青屏县人民法院起诉")),
        swap(CONTRACT, ("向青屏县人民法院提起诉讼", "提交湖州仲裁委员会仲裁；对裁决不服的，向人民法院起诉")),
    ],
    "dispute_invalid_court": [
        swap(CONTRACT, ("向青屏县人民法院提起诉讼", "由北京市海淀区人民法院管辖")),
        swap(LEASE, ("由青屏县人民法院管辖", "由深圳市南山区人民法院管辖")),
    ],
    "lease_over_20y": [swap(LEASE, ("为5年，自2025年7月1日至2030年6月30日", "为三十年")), swap(LEASE, ("为5年，自2025年7月1日至2030年6月30日", "自2025年7月1日至2049年6月30日"))],
    "deposit_over_20pct": [
        swap(CONTRACT, ("第四条 履约担保\n", "第四条 履约担保\n甲方向乙方支付定金180000元。\n")),
        swap(CONTRACT, ("第四条 履约担保\n", "第四条 履约担保\n定金为合同总价的百分之四十。\n")),
    ],
    "penalty_excessive": [
        swap(CONTRACT, ("每日按合同总价的万分之五支付违约金。甲方", "每日按合同总价的10%支付违约金。甲方")),
        swap(CONTRACT, ("每日按合同总价的万分之五支付违约金。甲方", "应当支付合同总价80%的违约金。甲方")),
    ],
    "amount_words_mismatch": [swap(CONTRACT, ("陆拾万元整", "陆拾陆万元整"))],
    "missing_ip_clause": [cut(CONTRACT, "第七条", "第八条")],
    "missing_confidentiality_clause": [swap(CONTRACT, ("保密与个人信息", "个人信息"), ("双方对未公开数据保密。", ""), ("，不得泄露", ""))],
    "missing_pi_clause": [swap(CONTRACT, ("观众个人信息仅用于入场核验，乙方应当采取保护措施，不得泄露，期满删除。", ""), ("保密与个人信息", "保密"))],
    "anticompetitive_exclusive": [
        swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n县内展厅建设由乙方独家承办。\n")),
        swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n甲方不得引进其他同类企业。\n")),
    ],
    "tax_refund_promise": [swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n乙方缴纳税收的地方留成部分，由甲方协调按80%奖励给乙方。\n"))],
    "license_as_consideration": [swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n甲方保证为乙方核发营业性演出许可证。\n"))],
    "effect_clause_missing": [swap(CONTRACT, ("第十二条 生效\n本合同自双方签字盖章之日起生效，一式四份。", "第十二条 文本\n一式四份。"))],
    "signature_missing": [
        swap(CONTRACT, ("授权代表：柳青松", "授权代表：")),
        swap(CONTRACT, ("日期：2025年6月3日", "日期：    年  月  日")),
        CONTRACT[: CONTRACT.index("甲方（盖章）")],
    ],
    "injury_exemption": [swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n施工中发生人身伤亡的，甲方概不负责。\n"))],
    "limitation_agreed": [swap(CONTRACT, ("第五条 验收\n", "第五条 验收\n双方约定本合同的诉讼时效为一年。\n"))],
    "subcontract_all": [swap(CONTRACT, ("乙方不得转包，不得将主体工作分包给第三人。", "乙方可以将全部工作转包给第三人。"))],
    "warranty_missing": [cut(CONTRACT, "第六条", "第七条")],
    "attachment_missing": [
        cut(CONTRACT, "附件1：系统", "甲方（盖章）"),
        swap(CONTRACT, ("详见附件1", "详见附件《系统功能清单》，施工按照附件《点位图纸》"), ("附件1：系统功能清单", "附件《系统功能清单》")),
        swap(CONTRACT, ("详见附件1", "详见附件A和附件B"), ("附件1：系统", "附件A：系统")),
    ],
    "repealed_law_cited": [swap(CONTRACT, ("《中华人民共和国民法典》", "《合同法》")), swap(CONTRACT, ("《中华人民共和国民法典》", "《物权法》《担保法》"))],
    "party_name_inconsistent": [swap(CONTRACT, ("乙方（盖章）：湖州万象数字科技有限公司", "乙方（盖章）：湖州万象数码科技有限公司"))],
}  # fmt: skip

DRAFTS = {
    "illegal_set_penalty": [swap(DRAFT, ("第六条 鼓励", "第六条 违反本办法的，由县文化和旅游局给予警告，处一千元罚款。鼓励"))],
    "illegal_set_license": [
        swap(DRAFT, ("第六条 鼓励", "第六条 设立营地，应当经县文化和旅游局批准后方可营业。鼓励")),
        swap(DRAFT, ("第六条 鼓励", "第六条 未取得营地准入证的，不得经营。鼓励")),
    ],
    "illegal_set_coercion": [swap(DRAFT, ("第六条 鼓励", "第六条 拒不整改的，县文化和旅游局可以查封营地、扣押设备。鼓励"))],
    "illegal_set_fee": [swap(DRAFT, ("第六条 鼓励", "第六条 营地经营者应当缴纳环境治理费。鼓励"))],
    "derogate_rights": [swap(DRAFT, ("第六条 鼓励", "第六条 营地一律不得在夜间接待游客。鼓励")), swap(DRAFT, ("第六条 鼓励", "第六条 营地经营者必须加入县露营协会。鼓励"))],
    "restrict_outside_enterprise": [swap(DRAFT, ("第六条 鼓励", "第六条 外地企业经营营地的，应当在本县注册子公司。鼓励")), swap(DRAFT, ("第六条 鼓励", "第六条 营地建设优先采购本县企业产品。鼓励"))],
    "no_public_consultation": [swap(DRAFT, ("于2025年7月1日至7月31日在县政府网站公开征求意见", "由局产业科起草")), swap(DRAFT, ("于2025年7月1日至7月31日在县政府网站公开征求意见", "因时间紧，没有公开征求意见"))],
    "no_legality_review": [swap(DRAFT, ("通过合法性审核和公平竞争审查", "完成公平竞争审查")), swap(DRAFT, ("通过合法性审核和公平竞争审查", "完成公平竞争审查，尚未进行合法性审核"))],
    "no_effective_date_or_validity": [swap(DRAFT, ("，有效期两年", "")), cut(DRAFT, "第七条", "起草说明")],
    "cites_invalid_doc": [swap(DRAFT, ("《中华人民共和国旅游法》", "《旅行社管理条例》")), swap(DRAFT, ("《中华人民共和国旅游法》", "《中华人民共和国民法通则》"))],
    "conflict_with_higher_law": [swap(DRAFT, ("第六条 鼓励", "第六条 旅行社经营境内旅游业务的，应当依照《旅行社条例》存入质量保证金50万元。鼓励"))],
    "exceed_authority": [swap(DRAFT, ("第六条 鼓励", "第六条 公安机关应当在24小时内出警并向县文化和旅游局报告结果。鼓励"))],
    "interpretation_right": [
        swap(DRAFT, ("第七条 本办法", "第七条 本办法最终解释权归县文化和旅游局。本办法")),
        swap(DRAFT, ("第七条 本办法", "第七条 有争议的以县文化和旅游局的解释为准，经营者不得提出异议。本办法")),
    ],
}  # fmt: skip

ALL = [
    pytest.param(kind, code, text, id=f"{kind}-{code}-{i}")
    for kind, table in (("penalty", CASES), ("contract", CONTRACTS), ("normative", DRAFTS))
    for code, texts in table.items()
    for i, text in enumerate(texts)
]


@pytest.mark.parametrize(("kind", "code", "text"), ALL)
def test_defect_is_found(found: Found, kind: str, code: str, text: str) -> None:
    assert code in found(text, kind)


@pytest.mark.parametrize(
    ("kind", "text"), [("penalty", CASE), ("penalty", SPOT), ("contract", CONTRACT), ("contract", LEASE), ("normative", DRAFT)]
)
def test_clean_document_gives_no_alarm(found: Found, kind: str, text: str) -> None:
    assert {code: f.explain for code, f in found(text, kind).items()} == {}


#: Ways of writing a paper that is in order.
IN_ORDER = {
    "a decision without a seal right before the next heading": re.sub(
        r"第[一二三四五六七八九十]+部分、(\S+)",
        r"【\1】",
        swap(CASE, ("青屏县文化和旅游局（公章）\n2025年4月18日\n\n", "青屏县文化和旅游局\n2025年4月18日\n")),
    ),
    "certificate numbers behind a comma": swap(
        CASE,
        (
            "本局执法人员石敬（证件编号：33070012）、温岚（证件编号：33070015）出示证件后",
            "检查人员：石敬，执法证号33070012；温岚，执法证号33070015。两人出示证件后",
        ),
        ("询问人：石敬（33070012），记录人：温岚（33070015）", "询问人：石敬、温岚"),
    ),
    "the party's answer with its own day": swap(
        CASE, ("2025年4月7日。卓某于2025年4月7日签收。", "2025年4月7日，卓某收。\n当事人书面答复：没有意见，也不听证（2025年4月14日）。")
    ),
    "a register of the clue before the filing": swap(
        CASE, ("第一部分、立案呈批表\n", "案件来源登记\n2024年11月20日收到群众来信。\n\n第一部分、立案呈批表\n")
    ),
}


@pytest.mark.parametrize("written", ["附件A", "附件一", "附表1"])
def test_an_attachment_is_found_however_it_is_numbered(found: Found, written: str) -> None:
    assert "attachment_missing" not in found(swap(CONTRACT, ("附件1", written)), "contract")


@pytest.mark.parametrize("way", IN_ORDER)
def test_a_case_in_order_gives_no_alarm_however_it_is_written(found: Found, way: str) -> None:
    assert {code: f.explain for code, f in found(IN_ORDER[way], "penalty").items()} == {}
