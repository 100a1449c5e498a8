"""权限: what an administrative body may not promise by contract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind
from assistant.review.text.passages import Sentence

_NOT = re.compile(
    r"不得|禁止|不(?:予|会|再)?(?:承担|提供|作出)|不(?:构成|视为|具有|涉及)|不作(?:任何)?|不[为就][^。；，]{0,16}(?:提供|承担|作)|并不|非(?:独家|排他)"
)
_SIDE = r"[甲乙丙丁]方|\w{1,4}(?:租|供|受|承|包|让|办|卖|买|采购|委托)(?:方|人|商)"
_ORGAN = r"(?:本局|我局|机关|政府|县财政|[\u4e00-\u9fff]{2,12}(?:局|人民政府|管委会))"


def _subject(sentence: Sentence, at: int, agency: str) -> bool:
    """True where the agency is the last party that acts before a place in the sentence."""
    before = sentence.text[:at]
    ours = [m.end() for m in re.finditer(rf"{_ORGAN}|{re.escape(agency)}", before)]
    # 向乙方, 乙方的, 乙方拖欠 …: the one to whom or of whom, not the one who acts.
    acting = rf"(?<![向对为给与和由将就替代因按及、在于])(?:{_SIDE})(?!的|所|拖欠|欠|到期|申请的|开办|形成|缴纳|投资|在银行|因|违约|逾期)"
    other = max((m.start() for m in re.finditer(acting, before) if m.group() != agency), default=-1)
    return bool(ours) and max(ours) > other


@rule(
    "gov_guarantee",
    DocumentKind.CONTRACT,
    "机关法人提供保证担保",
    question="权限和程序",
    articles=("《民法典》第六百八十三条",),
    suggest="删去担保、兜底、代偿条款",
)
def gov_guarantee(context: Context) -> Iterator[Hit]:
    """A state organ as guarantor, or bound to pay the other side's debts under another name."""
    agency = context.contract.agency_label
    words = re.compile(
        r"作保|保证人|以[^。；，]{0,6}名义[^。；，]{0,16}保证|连带(?:责任)?保证|保证责任|连带(?:清偿)?责任|担保(?:人|责任|义务)|提供(?:连带|一般|全额|无条件)?(?:责任)?(?:保证|担保)|代为?(?:其|乙方)?(?:偿还|清偿|归还|还款)|替(?:其|乙方)(?:偿还|清偿|归还|还款|还清)|代偿|差额补足|兜底|托底|流动性支持|(?:由|予以|负责)[^。；，]{0,6}补足|代垫|承担(?:还款|偿还|清偿)|还款责任|增信|回购(?:义务|其|股权|债权)|"
        r"(?:予以|承诺|出具)[^。；，]{0,8}(?:担保函|承诺函|安慰函)"
    )
    for sentence in context.contract.sentences():
        for match in words.finditer(sentence.text):
            clause = re.split(r"，", sentence.text[: match.end() + 14])[-1]
            debt = re.search(r"贷款|借款|融资|货款|本金|债务|债权|银行|还款|本息|欠款|偿|收益|亏损|保证人|担保人", sentence.text)
            if (
                debt
                and _subject(sentence, match.start(), agency)
                and not _NOT.search(clause)
                and "履约" not in clause
                and "质量保证" not in clause
            ):
                start = max(sentence.text.rfind("，", 0, match.start()) + 1, 0)
                # The letter promised and the debt it answers for stand together.
                end = max(m.end() for m in words.finditer(sentence.text) if m.start() >= match.start())
                yield Hit(sentence.start + start, sentence.start + end, "机关法人不得为保证人，为他人债务提供担保的约定无效。")
                break


@rule(
    "tax_refund_promise",
    DocumentKind.CONTRACT,
    "机关承诺税收返还",
    question="权限和程序",
    articles=("《税收征收管理法》第三条", "《公平竞争审查条例》第十条"),
    suggest="删去税收返还、减免的承诺；依法可以给予的扶持按公开的政策执行",
)
def tax_refund_promise(context: Context) -> Iterator[Hit]:
    """Taxes, or their local share, given back in any form."""
    tax = r"(?:税(?!务|费由|票)|地方(?:留成|留存|贡献|财力)|财政贡献|留存部分)"
    back = r"(?:返还|退还|先征后(?:返|退)|即征即退|奖励|奖补|返奖|补贴|补助|减免|免征|减征|减半|全额退|优惠|扶持)"
    for sentence in context.contract.sentences():
        for pattern in (rf"{tax}[^。；]{{0,60}}?{back}[^，。；]{{0,16}}", rf"{back}[^。；，]{{0,20}}{tax}"):
            match = re.search(pattern, sentence.text)
            if match and not re.search(
                r"依法(?:享受|申请)|按照?国家(?:统一)?规定|不(?:得|予|承诺|涉及)|自行(?:承担|缴纳)|含税", sentence.text
            ):
                yield Hit(
                    sentence.start + match.start(),
                    sentence.start + match.end(),
                    "税收的开征、停征、减免、退税依照法律执行，机关无权承诺返还。",
                )
                break


@rule(
    "license_as_consideration",
    DocumentKind.CONTRACT,
    "以行政许可作为合同对价或者承诺违法发放许可",
    question="权限和程序",
    articles=("《行政许可法》第二十七条", "《行政许可法》第三十八条"),
    suggest="删去有关许可的承诺；乙方依法另行申请，是否许可按法定条件和程序决定",
)
def license_as_consideration(context: Context) -> Iterator[Hit]:
    """The agency binds itself to grant a licence, or to waive what the law examines."""
    agency = context.contract.agency_label
    licence = r"(?:许可证|许可|审批|批准文件|批文|证照|资质|备案证明|行政确认|经营证|执照|前置审查|发证)"
    grant = (
        r"(?:优先[核颁发准]\w{0,2}|快速(?:办理|审批|核发)|发放|颁发|核发|下发|办妥|办好|办结|批下来|办下来|办出来|取得|给予|予以(?:批准|许可|通过)|批准|审批通过|直接(?:发放|办理|发证)|优先(?:办理|审批|批准)|代为?办理|通过审批|"
        r"(?:一律|全部|均)(?:予以)?(?:通过|批准|许可)|出具|确保)"
    )
    firm = re.compile(r"颁发|核发|发证|下发|批下来|办下来|办出来|办妥|办好|(?:一律|全部|均)(?:予以)?(?:通过|批准|许可)|优先")
    pattern = re.compile(
        rf"{grant}[^。；]{{0,24}}{licence}|{licence}[^。；]{{0,20}}(?:由{agency})?{grant}|免(?:予|于|除)?[^。；，]{{0,10}}(?:检查|审查|核查|勘验|评审|审批|许可)"
    )
    for sentence in context.contract.sentences():
        for match in pattern.finditer(sentence.text):
            promise = re.search(
                r"承诺|保证|负责|确保|应当|应(?=在)|必须|同意|答应|许诺|允诺|优先|作为[^。；，]{0,30}(?:对价|条件|回报)|对价|免(?:予|于|除)?",
                sentence.text[: match.end()],
            )
            clause = sentence.text[max(sentence.text.rfind("，", 0, match.start()), 0) : match.end() + 6]
            helped = re.search(
                rf"协助|配合|依法(?:办理|取得|申请|申领|持有)|自行办理|{context.contract.other_label}(?:应当|应|须|负责|依法)|已(?:取得|批|核发|颁发)",
                clause,
            )
            wanted = promise or firm.search(match.group())
            if wanted and _subject(sentence, match.end(), agency) and not helped and not _NOT.search(clause):
                yield Hit(sentence.start, sentence.end, "行政许可应按法定条件和程序审查决定，不得作为合同对价或者事先承诺。")
                break


@rule(
    "anticompetitive_exclusive",
    DocumentKind.CONTRACT,
    "设定排他性经营或者指定交易",
    question="公平竞争",
    articles=("《反垄断法》第四十条", "《公平竞争审查条例》第八条"),
    suggest="删去独家、排他和指定交易的约定；确需特许经营的，依法通过公平竞争方式确定",
)
def anticompetitive_exclusive(context: Context) -> Iterator[Hit]:
    """Exclusive operation, shutting others out, or making third parties deal with the other side."""
    other = context.contract.other_label
    patterns = (
        rf"(?:由|授予|给予|许可|{other}|享有)[^。；，]{{0,24}}(?:独家|排他|唯一|垄断)[^。；，]{{0,12}}(?:经营|运营|承办|开发|供应|代理|合作|权|销售|实施|配送)",
        r"(?:独家|排他性?|唯一)(?:的)?(?:特许)?(?:经营|运营|承办|开发|供应|供货|代理|合作|配送|销售)(?:权|商|单位|资格)?",
        r"(?:不再|不得|不予|禁止|拒绝|承诺不|停止|限制)[^。；，]{0,12}(?:引进|引入|批准|同意|允许|许可|准许|接受|新设|审批|与|委托|选择|聘请|采购|使用)[^。；]{0,12}(?:其他|其它|同类|第三方|第三人|他人|竞争)[^。；，]{0,12}(?:经营者|企业|单位|项目|合作|主体|公司|供应商|机构|团体|进入|经营|服务)",
        rf"(?:要求|指定|强制|责令|统一|引导|督促|规定|确保|安排)[^。；]{{0,30}}(?:向{other}|使用{other}|购买{other}|采购{other}|与{other}|通过{other}|由{other}(?:提供|承办|经营|运营|供应)|选用{other})",
        r"(?:独家|排他性?地?|唯一)[^。；，]{0,4}(?:承接|承揽|办理|提供|负责|举办|销售|经营|运营|供应|实施)",
        rf"(?:下属|各|所有|辖区|全[县市区]|本地|经营者|景区|旅行社|商户|业务|活动|宣传)[^。；]{{0,24}}(?:须|必须|应当|一律|只能|均应?)[^。；，]{{0,8}}(?:交由|交给|委托|由|向|通过){other}(?!承担|负责赔偿|赔偿|支付|缴纳|提交|报告|说明)[^。；，]{{0,8}}(?:承办|办理|承接|提供|采购|经营|实施|执行|购买|售票)",
        rf"(?:须|必须|应当|一律|只能|均应?)[^。；，]{{0,4}}(?:在|到|于){other}[^。；，]{{0,10}}(?:举办|开展|进行|实施|购买|消费|组织|住宿|用餐)",
        rf"同类[^。；，]{{0,10}}(?:均|都|全部|一律)(?:交)?由{other}(?:独自)?(?:承办|经营|举办|运营|提供|供应)",
        rf"(?:只|仅)(?:能|可|准)?(?:(?:向|从){other}(?=[^。；，]{{0,4}}(?:采购|购买|订购|租赁|租用))|(?:采购|购买|选用){other})",
        rf"(?:须|必须|应当|一律|只能|均应?)[^。；，]{{0,10}}(?:使用|购买|选用|采购|接受){other}(?:的)?(?:服务|产品|系统|设备|演出|商品|票)",
    )
    for sentence in context.contract.sentences():
        if re.search(
            r"独家(?:授权|许可)使用|著作权|肖像|软件|非独家|不得(?:指定|要求|强制)|不(?:具有)?排他|单一来源|本(?:次|项目|合同|届)[^。；，]{0,14}(?:均|都|全部)由",
            sentence.text,
        ):
            continue
        match = next((m for p in patterns if (m := re.search(p, sentence.text))), None)
        bound = match and re.search(rf"{other}[^。；，]{{0,4}}$", sentence.text[: match.start()])
        if match and not (bound and re.match(r"不得|不予|禁止|停止", match.group())):
            start = sentence.text.rfind("，", 0, match.start()) + 1
            yield Hit(sentence.start + start, sentence.end, "以合同排斥其他经营者或者指定交易，排除、限制竞争。")
