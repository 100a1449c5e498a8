"""责任: liability on one side only, excessive penalties, exempting clauses, agreed limitation, subcontracting, leases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.text.numerals import to_number
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import date_places, split_sentences

_BOTH = re.compile(r"双方|任何?一方|违约方|对方|守约方|各方|任一方|另一方")
_SHARE = re.compile(
    r"(?P<a>\d{1,20}(?:\.\d{1,12})?)\s{0,8}(?P<s>[%％‰])|百分之(?P<b>[一二三四五六七八九十百]+)|千分之(?P<c>[一二三四五六七八九十]+)|万分之(?P<d>[一二三四五六七八九十]+)|(?P<e>[\d一二两三四五六七八九十]{1,20}+)\s{0,8}倍"
)


@rule(
    "one_sided_liability",
    DocumentKind.CONTRACT,
    "违约责任单方设置",
    question="权利义务",
    articles=("《民法典》第五百七十七条", "《民法典》第六条"),
    suggest="按照公平原则补充行政机关一方的违约责任，删去免责约定",
)
def one_sided_liability(context: Context) -> Iterator[Hit]:
    """Words that free the agency; or a clause on liability that binds the other side alone."""
    contract = context.contract
    agency, other = contract.agency_label, contract.other_label
    free = re.compile(
        rf"{agency}[^。；]{{0,50}}?(?:不(?:承担|负|负担|受)(?:任何|一切|违约|赔偿|补偿|相应|法律|其他|和|与|及|或者?|、)*(?:的)?(?:责任|追究)|免(?:除|于承担)?(?:一切|任何|违约)*责任|概不负责|不(?:予|作|再|做|承担)?(?:任何|一切)?(?:违约金|补偿|赔偿|赔付)|无(?:任何|须承担)?(?:违约|赔偿|赔付|补偿)(?:的)?(?:义务|责任)|不(?:视为|构成|属于)违约|不受[^。；，]{{0,10}}限制|(?:无需|无须|不必|毋须)[^。；，]{{0,10}}(?:承担|赔偿|补偿|支付违约))"
    )
    waived = re.compile(
        rf"{agency}[^。；]{{0,80}}{other}(?:均|一律|也)?(?:不得(?:因此|就此|据此|以此)?|无权|不能|不可|放弃|不再|自愿放弃)[^。；]{{0,14}}(?:主张|要求|追究|请求|索赔|提出)[^。；]{{0,20}}(?:责任|赔偿|违约金|补偿|损失|异议)|"
        rf"{other}(?:自愿)?放弃[^。；]{{0,20}}(?:追究|要求|向){agency}[^。；]{{0,20}}(?:责任|赔偿|索赔)"
    )
    found = False
    for sentence in split_sentences(contract.body, 0, "。；\n"):
        match = free.search(sentence.text) or waived.search(sentence.text)
        excused = re.search(
            rf"不可抗力|因{other}|{other}(?:的)?(?:原因|过错|违约|未|逾期|不(?!得))|由{other}|互不|(?:双方|各方)均不|互相|政策|依照?法律|法律(?:另有)?规定|因[^，。；]{{0,12}}(?:第三|公共利益|财政)|双方(?:均|互|都)不|第三(?:人|方)|人身|伤亡|受伤|伤残|死亡|意外",
            sentence.text,
        )
        shifted = re.search(
            rf"因{agency}(?:的)?(?:原因|过错|责任|违约|过失)[^。；]{{0,30}}由{other}(?:自行|全部)?(?:承担|负责)", sentence.text
        )
        # Neither policy nor the state of the budget takes the other side its claims.
        barred = waived.search(sentence.text) and not re.search(
            rf"不可抗力|因{other}|{other}(?:的)?(?:原因|过错|违约)|双方|互", sentence.text
        )
        # Free to end at will, at the cost of the other side.
        at_will = re.search(
            rf"{agency}(?:可以?|有权)随时[^。；]{{0,12}}(?:终止|解除|取消|中止)[^。；]{{0,40}}{other}[^。；]{{0,20}}(?:自行(?:承担|消化|负担)|自负|自担|不(?:予|得)[^。；，]{{0,6}}(?:补偿|赔偿|索赔))",
            sentence.text,
        )
        if (match and not excused) or shifted or barred or at_will:
            found = True
            yield Hit(sentence.start, sentence.end, f"免除{agency}的违约责任，责任由一方承担。")
    clauses = contract.clauses_on(r"违约|责任")
    text = "".join(c.text for c in clauses if "违约" in c.title) or ""
    if found or not text or _BOTH.search(text):
        return
    bound = re.search(rf"{other}[^。；]{{0,60}}(?:违约金|赔偿|承担)", text)
    ours = re.search(
        rf"{agency}(?!有权|可以|可|损失|支付违约金|因此)[^。；，]{{0,30}}(?:逾期|未按|未能|未履行|不履行|未完成|怠于|不按|违反|迟延|延迟|延期|拖延|擅自|无正当理由|无故|随意|提前|单方|违约|拒)",
        contract.body,
    )
    if bound and not ours:
        first = next(c for c in clauses if "违约" in c.title)
        yield Hit(first.start, first.start + len(first.text.rstrip()), f"违约责任只约束{other}，没有约定{agency}违约应承担的责任。")


@rule(
    "penalty_excessive",
    DocumentKind.CONTRACT,
    "违约金标准畸高",
    question="权利义务",
    articles=("《民法典》第五百八十五条",),
    severity=Severity.NORMAL,
    suggest="参照实际损失调低，按日计算的设累计上限",
)
def penalty_excessive(context: Context) -> Iterator[Hit]:
    """By the day above the line without measure, or at a stroke from half the price."""
    caution = context.knowledge.caution
    for sentence in context.contract.sentences():
        if not re.search(r"违约金|罚金|滞纳金|赔偿金|罚款|赔付", sentence.text) or re.search(r"不(?:得)?超过实际损失", sentence.text):
            continue
        daily = re.search(
            r"(?:逾期|迟延|延迟|延期|延误|拖延|超期|晚)(?:一|1)(?:日|天)|每(?:逾期|延(?:误|迟|期)|迟延|超期)?(?:一|1)?(?:日|天)|按日|每日|每天|日(?=万分|千分|百分)|/日",
            sentence.text,
        )
        capped = re.search(
            r"累计[^。；]{0,12}(?:不超过|最高|上限)(?!.{0,2}不设)|最高(?:不超过|额)|上限(?:为|是)|以[^。；]{0,14}为限", sentence.text
        )
        whole = re.search(
            r"(?:全部|等额|同等|一倍以上)[^。；，]{0,6}(?:价款|金额|总价|合同价)[^。；，]{0,8}(?:违约金|赔偿金)", sentence.text
        )
        if whole:
            yield Hit(sentence.start, sentence.end, "违约金标准过分高于可能造成的损失。")
            continue
        for share in _SHARE.finditer(sentence.text):
            value = _value(share)
            around = sentence.text[max(0, share.start() - 16) : share.start()]
            if (
                value is None
                or re.match(r"[^。；，]{0,4}(?:为限|封顶|为上限)", sentence.text[share.end() :])
                or re.search(r"不(?:得)?超过|上限|最高|税率|低于|利率|LPR|履约保证金|累计|定金", around)
            ):
                continue
            times = share["e"] is not None
            per_day = bool(daily) and daily is not None and daily.start() <= share.start()
            high = (
                value > caution["penalty_daily"] or (value >= caution["penalty_daily"] and not capped)
                if per_day
                else value >= caution["penalty_lump"]
            )
            base = re.search(r"(?:合同|总价|价款|金额|费用|租金|标的)", sentence.text)
            if times and (per_day or re.search(r"日均|损失|差价", around)):
                continue
            if times:
                high = value >= 1 and bool(re.search(r"(?:合同|总价|价款|金额|标的|费用)[^。；，]{0,12}$", around))
            if high and base:
                yield Hit(sentence.start, sentence.end, "违约金标准过分高于可能造成的损失。")
                break


def _value(share: re.Match[str]) -> float | None:
    if share["a"]:
        return float(share["a"]) / (1000 if share["s"] == "‰" else 100)
    for name, whole in (("b", 100), ("c", 1000), ("d", 10000), ("e", 1)):
        if share[name]:
            number = 100 if share[name] == "百" else to_number(share[name])
            return number / whole if number is not None else None
    return None


@rule(
    "injury_exemption",
    DocumentKind.CONTRACT,
    "免除人身损害责任",
    question="权利义务",
    articles=("《民法典》第五百零六条",),
    suggest="删去免责约定，改为按过错依法承担责任并投保",
)
def injury_exemption(context: Context) -> Iterator[Hit]:
    """An exempting clause on bodily harm is void."""
    harm = r"(?:人身(?!份)|伤亡|身故|死亡|[受工摔烧溺致]伤|伤残|意外(?!险|伤害保险)|溺水|安全事故|人员伤害|伤害)"
    free = r"(?:概不负责|不(?:承担|负)(?:任何|一切|相应|赔偿|法律|民事)*(?:的)?(?:责任)|免(?:除|于)?(?:承担)?(?:任何|一切|其)?(?:赔偿)?责任|免责|不(?:作|做|予|给予)(?:任何|一切)?(?:赔偿|补偿|赔付)|与(?:甲方|乙方|主办方|其)无关|责任自负|后果自负|不得(?:向[^，。；]{1,10})?(?:主张|要求|请求|索赔|追究)|不(?:予|再)?追究|放弃[^。；，]{0,30}(?:索赔|追究|赔偿|权利))"
    for sentence in context.contract.sentences():
        match = re.search(rf"{harm}[^。；]{{0,60}}{free}|{free}[^。；]{{0,30}}{harm}", sentence.text)
        if match and not re.search(
            r"保险公司|不可抗力|因(?:乙方|甲方|其|受害人|第三人)?(?:自身|自己|故意)|由(?:乙方|甲方|其)(?:自身)?(?:原因|过错|故意|责任)|不得免除",
            sentence.text[: match.end()],
        ):
            yield Hit(sentence.start, sentence.end, "约定免除造成对方人身损害的责任，该免责条款无效。")


@rule(
    "limitation_agreed",
    DocumentKind.CONTRACT,
    "约定诉讼时效",
    question="权利义务",
    articles=("《民法典》第一百九十七条",),
    suggest="删去该约定，诉讼时效依照法律规定",
)
def limitation_agreed(context: Context) -> Iterator[Hit]:
    """Periods of limitation, and waivers of them, cannot be agreed."""
    period = r"[一二两三四五六七八九十\d]{1,12}+\s{0,8}(?:个月|个?年|年|日|天)"
    patterns = (
        rf"诉讼时效(?:期间)?[^。；]{{0,24}}(?:{period}|缩短|延长|放弃|不受|自[^。；]{{0,20}}起算)",
        r"(?:放弃|不(?:得|再)?(?:主张|援引|提出)|排除)[^。；，]{0,12}(?:诉讼)?时效",
        rf"{period}(?:之)?内(?:未|不)[^。；]{{0,24}}(?:起诉|提起诉讼|提起仲裁|主张(?:权利|违约)|提出(?:权利)?(?:主张|索赔|请求|诉讼))[^。；]{{0,16}}(?:视为|丧失|放弃|不再|不得)",
        rf"{period}(?:之)?内[^。；]{{0,12}}(?:起诉|提起诉讼|提起仲裁|主张权利)[^。；]{{0,10}}(?:逾期|否则|超过)[^。；]{{0,16}}(?:视为|丧失|放弃|不再|不得)",
        rf"{period}(?:之)?内[^。；]{{0,16}}(?:主张|起诉|提起(?:诉讼|仲裁)|请求赔偿|追究)[^。；]{{0,14}}(?:逾期|否则|超过|过期|超期)[^。；]{{0,20}}(?:丧失|视为|放弃|失权|不予|不再|不得)",
        r"(?:丧失|放弃)[^。；，]{0,6}胜诉权",
        rf"{period}[^。；]{{0,6}}未[^。；]{{0,24}}(?:放弃|丧失|失去)[^。；，]{{0,10}}(?:起诉|诉讼|诉权|追索|索赔|仲裁)",
        rf"(?:起诉|诉讼|追诉)(?:的)?期(?:限|间)?(?:为|是|[：:])[^。；，]{{0,16}}{period}",
        rf"{period}[^。；]{{0,40}}(?:诉讼)?时效(?:期间)?(?:即|视为|便|已)?(?:届满|完成|经过|终止|消灭)",
        rf"(?:追索|索赔|追讨|主张(?:权利)?|起诉|请求)[^。；，]{{0,10}}(?:期限|期间|时限|有效期)[^。；，]{{0,4}}(?:为|是|不超过|[：:])[^。；，]{{0,4}}{period}",
        rf"(?:请求权|债权|权利|索赔权)[^。；]{{0,24}}满?{period}[^。；，]{{0,4}}(?:失效|消灭|丧失|终止|作废)",
        rf"(?:请求权|债权|权利|索赔)[^。；]{{0,40}}{period}[^。；]{{0,12}}(?:不|未)(?:行使|主张|提出)[^。；]{{0,14}}(?:消灭|消失|失效|丧失|终止|放弃|无效)",
    )
    for sentence in context.contract.sentences():
        match = next((m for p in patterns if (m := re.search(p, sentence.text))), None)
        if match and not re.search(r"依照?法律(?:规定)?|依法(?:适用|执行)|法定(?:诉讼)?时效", sentence.text):
            yield Hit(sentence.start, sentence.end, "诉讼时效的期间、计算方法由法律规定，当事人约定无效。")


@rule(
    "subcontract_all",
    DocumentKind.CONTRACT,
    "允许转包全部或者主体工作",
    question="权利义务",
    articles=("《民法典》第七百九十一条", "《政府采购法》第四十八条"),
    suggest="禁止转包；确需分包的限于非主体、非关键工作并经书面同意",
)
def subcontract_all(context: Context) -> Iterator[Hit]:
    """Permission to hand on the whole, or the main part, of the work."""
    whole = r"(?:全部|整体|主体|主要|关键|所有|整个|一切|概括|悉数|全数|一并)"
    hand = r"(?:转包|转让|分包|转委托|委托|交由|交给|交与|转由|转给|转交|外包|发包给)"
    allow = r"(?:可以|可|有权|允许|同意|准许|得以|自行)"
    for sentence in context.contract.sentences():
        text = sentence.text
        match = re.search(rf"{allow}[^。；]{{0,30}}{whole}[^。；]{{0,24}}{hand}", text) or re.search(
            rf"{allow}[^。；]{{0,16}}{hand}[^。；]{{0,20}}{whole}", text
        )
        match = match or re.search(
            rf"{whole}[^。；，]{{0,16}}(?:工作|任务|服务|工程|项目|义务|业务|内容)[^。；]{{0,16}}{allow}[^。；]{{0,12}}{hand}", text
        )
        match = match or re.search(rf"{allow}[^。；，]{{0,16}}(?:转包|整包|全包给)", text)
        third = re.search(
            r"第三(?:方|人)|他人|其他|其它|公司|单位|企业|机构|主体|团队|施工队|班组|合作方|其(?:自行)?(?:选定|指定|委托)的|个人|转包|分包|转委托|外包|关联",
            text,
        )
        if match and third and not re.search(r"不得|禁止|不可|不允许|严禁|非主体|非关键|不(?:能|应)", text):
            yield Hit(sentence.start, sentence.end, "允许将全部或者主体工作交由第三人完成，属转包。")


@rule(
    "lease_over_20y",
    DocumentKind.CONTRACT,
    "租赁期限超过二十年",
    question="权利义务",
    articles=("《民法典》第七百零五条",),
    suggest="租赁期限改为二十年以内，期满可以依法续订",
)
def lease_over_20y(context: Context) -> Iterator[Hit]:
    """By the years stated, or by the days from which and until which."""
    contract = context.contract
    if not re.search(r"租赁|出租|承租|租期|租用", contract.title + contract.body[:800]):
        return
    for sentence in contract.sentences():
        if not re.search(r"租赁?期|期限|租用期|使用期|承租期", sentence.text):
            continue
        for match in re.finditer(r"(?P<n>\d{1,3}|[一二三四五六七八九十百]{1,4})\s*年(?!\d|度)(?!\s*\d{1,2}\s*月)", sentence.text):
            years = to_number(match["n"])
            if years and 20 < years < 200:
                yield Hit(sentence.start, sentence.end, f"租赁期限{years:g}年，超过二十年的部分无效。")
                return
        days = date_places(sentence.text)
        if len(days) >= 2 and (days[-1].day - days[0].day).days > 20 * 365.25 + 1:
            yield Hit(
                sentence.start, sentence.end, f"租赁期自{days[0].day.isoformat()}至{days[-1].day.isoformat()}，超过二十年的部分无效。"
            )
            return
        if re.search(r"永久|无固定期限|长期有效|自动(?:续租|续期|顺延)[^。；]{0,16}(?:[二三四五]十年|[2-9]\d年)", sentence.text):
            yield Hit(sentence.start, sentence.end, "租赁期限变相超过二十年。", Severity.SERIOUS)
            return
