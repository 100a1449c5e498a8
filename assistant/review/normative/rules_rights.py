"""权利义务 and 公平竞争: rights cut, duties added, firms from elsewhere held off, control shut out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.normative.rules_powers import _BY_LAW
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity

_DEROGATES = re.compile(
    r"一律(?:不得|禁止|停止|不予|取消|不|暂停|关闭|清退|应当|必须|加入|使用|购买)|(?:数量|总量|面积|客房|家数)[^。；，]{0,8}不得(?:超过(?!核定)|多于|少于|低于)|不得拒绝[^。；，]{0,20}(?:任务|安排|摊派|参观|接待)|(?:时|点)(?:后|以后|之后|起)[^。；，]{0,6}(?:禁止|不得|停止)(?:营业|经营|开放|演出)|(?:不得|禁止)(?:接纳|接待|录用|聘用|雇佣|吸纳|招收|吸收)[^。；，]{0,20}|(?:不得|禁止)[^。；，]{0,6}(?:申请行政复议|提起(?:行政)?诉讼|投诉|举报|信访)|"
    r"(?:必须|应当|须|强制)(?:统一)?(?:加入|参加)[^。；，]{0,20}(?:协会|商会|联盟|平台)|(?:必须|应当|须|统一)[^。；，]{0,8}(?:购买|使用|安装|接入|选用|采购)[^。；，]{0,20}(?:指定|统一(?:采购|配置|的)?|推荐|本县|平台)|"
    r"(?:列入|纳入)[^。；，]{0,12}(?:黑名单|失信)[^。；]{0,30}|[一二两三四五六七八九十\d]{1,12}(?:年|个月)内不(?:得|予|再)[^。；，]{0,24}(?:申请|参加|受理|评定|享受|参与|承接)?|"
    r"(?:营业|经营|开放)时间(?:不得|为|至|最迟|限于)[^。；，]{0,20}(?:时|点)|(?:无偿|免费)(?:向[^。；，]{0,16})?(?:提供|开放|配合|承担|安排)[^。；，]{0,20}|"
    r"(?:每|按)(?:周|月|季度?|日|半年)[^。；，]{0,10}(?:向|报)[^。；]{0,20}(?:报送|报告|上报|提交|备案)[^。；，]{0,16}|(?:须|必须|应当)[^。；，]{0,10}(?:培训|考试|考核)[^。；，]{0,6}合格[^。；，]{0,6}(?:方可|才能|后)|"
    r"(?:须|必须|应当|需)[^。；，]{0,6}(?:参加|接受|完成)[^。；，]{0,16}(?:培训|学习|考核|测试|考试)[^。；]{0,16}(?:不得|方可|才能)(?:上岗|从业|执业|营业|经营|开业)|"
    r"(?:须|必须|应当|一律)由[^。；，]{2,14}(?:公司|平台|中心|协会|联盟)统一[^。；，]{1,10}|(?:违者|违反的|否则)[^。；，]{0,6}(?:不予年审|不予年检|不予换证|停止供应)|"
    r"(?:注册资本|营业面积|经营面积|从业年限|投资(?:额|总额))[^。；，]{0,8}不(?:得)?(?:低于|少于)[^。；，]{1,16}|(?:限制|限定|控制)[^。；，]{0,12}(?:数量|总量|家数|间距|距离|价格|户籍|年龄)"
)
_LOCAL = r"(?:本县|本市|本地|本区|县内|市内|区内|本行政区域|当地|本省)"
_OUTSIDE = r"(?:县外|市外|区外|外地|外埠|外县|省外|外省|非本(?:县|地|市|区)|外来|域外|本(?:县|市|地)以外)"


@rule(
    "derogate_rights",
    DocumentKind.NORMATIVE,
    "没有上位法依据减损权利或者增加义务",
    question="权利义务",
    articles=("《优化营商环境条例》第六十四条", "《立法法》第九十一条"),
    suggest="删去没有法律、法规依据的限制和义务；有依据的写明条文",
)
def derogate_rights(context: Context) -> Iterator[Hit]:
    """Bans and burdens in words that only a law may use, with no law named."""
    for sentence in context.document.sentences():
        match = _DEROGATES.search(sentence.text)
        if match is None:
            continue
        self_bound = re.search(
            r"(?:局|部门|机关|工作人员|单位)(?:及其工作人员)?[^。；，]{0,12}(?:应当|不得|免费|无偿)", sentence.text[: match.end()]
        )
        benefit = re.search(
            r"免费(?:向[^。；，]{0,10})?开放|补贴|消费券|奖励|补助|资助|鼓励|公共(?:文化|体育)(?:设施|场馆)|图书馆|文化馆|评选|优秀|培训，不",
            sentence.text,
        )
        law = _BY_LAW.search(sentence.text) and not re.search(r"依法(?:追究|处理)", sentence.text)
        if self_bound or benefit or law or re.search(r"不得收(?:取|费)|检查结果", match.group()):
            continue
        yield Hit(sentence.start + match.start(), sentence.end, "没有法律、法规依据，减损公民、法人的权利或者增加其义务。")


@rule(
    "restrict_outside_enterprise",
    DocumentKind.NORMATIVE,
    "限制、排斥外地经营者",
    question="公平竞争",
    articles=("《公平竞争审查条例》第九条", "《优化营商环境条例》第六条"),
    suggest="删去对外地经营者的限制和对本地经营者的优待，各类经营者同等对待",
)
def restrict_outside_enterprise(context: Context) -> Iterator[Hit]:
    """Conditions for firms from elsewhere, or favours for local ones."""
    patterns = (
        rf"{_OUTSIDE}[^。；]{{0,50}}(?:应当|须|必须|不得|方可|另行|加收|仅限|限于|减半|不(?:享受|予|得)|需|禁止|额外|备案|设立|保证金|审批|限制)",
        rf"(?:应当|须|必须|要求|需)[^。；]{{0,16}}在{_LOCAL}(?:设立|注册|登记|成立|落户|设有|开设)[^。；，]{{0,16}}|在{_LOCAL}(?:注册|登记|设立|纳税)[^。；，]{{0,20}}(?:方可|才能|优先|为限|满)",
        rf"(?:仅限|限于|只(?:能|限|接受|面向|允许)|优先(?:采购|选用|使用|选择|安排|支持|考虑|推荐)?)[^。；，]{{0,12}}{_LOCAL}[^。；，]{{0,16}}(?:企业|注册|经营者|产品|服务|旅行社|单位|户籍|供应商|导游|人员|商品)",
        rf"{_LOCAL}(?:注册|登记|户籍|纳税)?的?(?:企业|经营者|产品|旅行社|单位|供应商|商品)[^。；]{{0,20}}(?:优先|加分|方可|专享|独享|倾斜|加\s*\d+\s*分|减免|高于)",
        rf"(?:(?:税收|纳税|税务|社保)[^。；，]{{0,8}}(?:应当?|须|必须)|(?:税收|税务|社保)关系[^。；，]{{0,4}})在{_LOCAL}",
        rf"(?:应当|须|必须|应)[^。；，]{{0,6}}(?:为|是|具有|持有|具备)[^。；，]{{0,8}}{_LOCAL}[^。；，]{{0,6}}(?:户籍|户口|居民|居住|常住|注册|登记)",
    )
    equal = re.compile(r"不论注册地|不得(?:以|要求|限制|限定|歧视|排斥|设置|对|强制)|同等(?:对待|待遇|条件)|平等|一视同仁|公平竞争")
    for sentence in context.document.sentences():
        match = next((m for p in patterns if (m := re.search(p, sentence.text))), None)
        if match and (_shuts_out(sentence.text, match) or not equal.search(sentence.text)):
            start = sentence.text.rfind("，", 0, match.start()) + 1
            lead = re.match(r"\s*第[^条]{1,6}条\s*", sentence.text)
            begin = max(start, lead.end() if lead else 0)
            yield Hit(sentence.start + begin, sentence.end, "对外地经营者设置歧视性条件，或者限定、优待本地经营者。")


def _shuts_out(text: str, match: re.Match[str]) -> bool:
    """True where the words bar or limit by themselves, whatever else the sentence says of equal treatment."""
    barred = match.group().endswith("不得") and not re.match(r"以|要求|限制|限定|歧视|排斥|设置|对|强制|被|因", text[match.end() :])
    return barred or bool(re.search(r"方可|仅限|才能", match.group()))


@rule(
    "interpretation_right",
    DocumentKind.NORMATIVE,
    "规定最终解释权",
    question="形式",
    articles=("《行政复议法》第十三条",),
    severity=Severity.HINT,
    suggest="改为“本办法由××负责解释”，或者删去",
)
def interpretation_right(context: Context) -> Iterator[Hit]:
    """A last word on interpretation shuts out control by review and courts."""
    for match in re.finditer(
        r"[^。；\n]{0,16}(?:终局(?:性)?(?:的)?解释|最终(?:的)?解释权[^。；\n]{0,30}|以[^。；\n]{2,24}解释为准[^。；\n]{0,30})",
        context.document.provisions,
    ):
        lead = re.match(r"\s*第[^条]{1,6}条\s*", match.group())
        yield Hit(match.start() + (lead.end() if lead else 0), match.end(), "不应设定“最终解释权”，其效力受复议、诉讼和备案审查监督。")
