"""权限: penalties, licences, compulsory measures and fees a document of rules may not set, and others' powers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.text.around import since
from assistant.review.normative.restated import restated
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind
from assistant.review.text.passages import Sentence

#: Words that send to a higher law: the document then repeats and does not set.
_BY_LAW = re.compile(
    r"(?:依照|按照|依据|根据|适用)[^。；，]{0,6}(?:《|有关|相关|国家|法律|上位|行政处罚法)|法律、?法规(?:、规章)?(?:的)?(?:规定|另有规定)|依法(?:予以|给予|处理|处罚|查处|追究|办理|取得|实施|采取|强制|移送|收取|申请|申领|报|进行|应当)|"
    r"由(?:有关|相关)[^。；，]{0,10}(?:依法|处理)|《[^》]+》[^。；，]{0,10}(?:规定|条)"
)
_OTHERS = (
    r"(?:(?:公安|税务|市场监督管理|市场监管|消防救援?|人力资源(?:和|与)?社会保障|人社|教育|交通运输|自然资源|生态环境|卫生健康|卫健|住房和城乡建设|住建|应急管理|综合行政执法|财政|民政|农业农村|商务|审计|发展(?:和)?改革|经信|林业|水利|气象|海关|"
    r"金融监管|人民银行|电力|供电|供水|通信)(?:机关|部门|局|机构|主管部门|企业|公司|单位|所|分局)?|人民法院|法院|人民检察院|检察院|(?:各)?银行(?:业金融机构)?|不动产登记机构)"
)


_DUTY = re.compile(
    rf"(?:^|[，。；、由])(?:县|市|区|当地|各)?(?:级)?{_OTHERS}[^。；，]{{0,12}}(?:应当|必须|须|应|不得|要|一律|负责(?!人))[^。；]{{2,40}}"
)
_NEUTRAL = re.compile(r"职责|依法|会同|配合|协助|法定|按照?(?:各自|有关|规定)|依照|共享信息|支持|指导|宣传|联系")


def _others_duty(context: Context, sentence: Sentence) -> bool:
    """True where the sentence tells another body what it must do, and not only that it acts within its own duties."""
    text = re.sub(r"^[ \t\u3000]*第[^条]{1,6}条[ \t\u3000]*", "", sentence.text)
    match = _DUTY.search("，" + text.lstrip())
    if match is None or _NEUTRAL.search(match.group()):
        return False
    bureau = context.document.bureau
    bank = re.search(r"银行[^。；]{0,10}(?:账户|缴)", match.group()) and "冻结" not in match.group()
    return not (bureau and bureau in match.group()[:24]) and not bank


def _sets(sentence: Sentence, start: int) -> bool:
    """True where nothing before or around sends to a higher law in the clause of the match."""
    text = sentence.text
    return not _BY_LAW.search(text[max(0, start - 60) : start + 40])


@rule(
    "illegal_set_penalty",
    DocumentKind.NORMATIVE,
    "规范性文件设定行政处罚",
    question="权限",
    articles=("《行政处罚法》第十六条",),
    suggest="删去处罚，或者改为依照上位法的具体条文处理",
)
def illegal_set_penalty(context: Context) -> Iterator[Hit]:
    """A penalty ordered by the document itself."""
    pattern = re.compile(
        r"(?:处以?|并处|可以?处|给予|课以|处罚款)[^。；，]{0,30}(?:罚款|罚金)|罚款[^。；，]{0,4}[\d一二三四五六七八九十百千万]{1,24}[^。；，]{0,6}元|(?:予以|给予)(?:行政)?警告|没收[^。；，]{1,16}|"
        r"(?:责令|予以|给予)[^。；，]{0,10}(?:停业整顿|停产停业|停业|关闭|停止营业)|吊销[^。；，]{1,16}|暂扣[^。；，]{0,12}(?:证|照)|(?:予以|给予)?通报批评|降低[^。；，]{0,8}(?:资质|等级)[^。；，]{0,6}|"
        r"[一二两三四五六七八九十\d]{1,12}年内(?:不得|禁止)[^。；，]{0,16}(?:从事|经营|举办)|扣罚[^。；，]{0,12}|处[^。；，]{0,20}元[^。；，]{0,4}罚|罚[\d一二两三四五六七八九十百千万,]{1,24}元"
    )
    for sentence in context.document.sentences():
        for match in pattern.finditer(sentence.text):
            staff = re.search(r"工作人员|公职人员|处分|评审专家|受理单位资格|行政机关", sentence.text[: match.end() + 12])
            condition = re.match(r"的[，,]", sentence.text[match.end() :])
            barred = condition or re.search(
                r"不得[^。；，]{0,12}$|不(?:予|作为|设定)[^。；，]{0,10}$|禁止[^，]{0,6}$", sentence.text[: match.start()]
            )
            if not staff and not barred and not _others_duty(context, sentence) and _sets(sentence, match.start()):
                if restated(context, sentence):
                    break  # conduct that higher law punishes: conflict_with_higher_law compares the amounts
                start = sentence.text.rfind("，", 0, match.start()) + 1
                yield Hit(sentence.start + start, sentence.start + match.end(), "规范性文件不得设定行政处罚。")
                break


@rule(
    "illegal_set_license",
    DocumentKind.NORMATIVE,
    "规范性文件设定行政许可",
    question="权限",
    articles=("《行政许可法》第十七条", "《行政许可法》第十四条"),
    suggest="删去许可、审批，改为备案告知或者事后监管；有上位法依据的写明条文",
)
def illegal_set_license(context: Context) -> Iterator[Hit]:
    """A licence, approval or qualification without which one may not act, in whatever name."""
    document = r"《[^》]{2,24}(?:许可证|准入证|经营证|登记证|备案证|资格证|合格证|批准书|核准书|上岗证|标志牌|准营证)》|(?:经营|准入|从业|营业)?(?:许可证|准入证|资格证书?|合格证|上岗证|准营证)"
    patterns = (
        rf"(?:申领|申请|办理|取得|核发|领取|持有|颁发|发给|换发)[^。；]{{0,24}}(?:{document})",
        r"未(?:取得|办理|领取|持有)[^。；，]{0,20}(?:证|许可|批准|认定|登记|备案|资格)[^。；]{0,10}(?:不得|禁止|严禁)",
        r"(?:领取|申领|持有|办理)[^。；，]{0,12}牌[，、]?[^。；]{0,4}无(?:牌|证)[^。；，]{0,6}(?:不得|禁止|严禁)",
        r"(?:未经|没有经过|未获)[^。；]{0,24}(?:批准|同意|许可|审核|审批|核准|备案|认定|验收|审查)[^。；]{0,40}(?:不得|禁止|严禁|一律不)",
        r"(?:领取|申领|持有?|办理|取得)[^。；，]{0,16}(?:证|牌|照|登记)[^。；，]{0,4}[，]?(?:后)?[，]?(?:方可|方能|才能|才可|始得|上岗|从业)",
        r"(?:经|报|取得|获得|通过)[^。；]{0,30}(?:批准|审批|许可|核准|同意|审核(?:同意|通过)?|认定|验收|评审)[^。；，]{0,6}[，]?(?:后)?[，]?(?:方可|方能|才能|才可|始得|后可以)",
    )
    for sentence in context.document.sentences():
        text = sentence.text
        match = next((m for p in patterns if (m := re.search(p, text))), None)
        if not match or (
            re.search(r"补贴|资金|经费|奖励|补助|内部|本局工作人员|公职人员|采购|项目申报|专家", text) and "不得对外" not in text
        ):
            continue
        if re.search(
            r"依法(?:取得|办理|申请|领取|应当|须|需)|依照|法律、?(?:行政)?法规|国家(?:有关)?规定|按照?(?:有关)?规定|不得(?:要求|设置|增设|以)",
            text,
        ):
            continue
        if any(name in text for name in context.knowledge.licences):
            continue
        more = re.search(
            r"[，；。]\s*未(?:取得|办理|经)[^。；]{0,24}(?:不得|禁止)[^。；，]{0,12}", context.folded[sentence.start : sentence.end + 60]
        )
        start = since(text, match.start(), "，")
        end = sentence.start + max(match.end(), more.end() if more else 0)
        yield Hit(sentence.start + start, end, "规范性文件不得设定行政许可。")


@rule(
    "illegal_set_coercion",
    DocumentKind.NORMATIVE,
    "规范性文件设定行政强制",
    question="权限",
    articles=("《行政强制法》第十条", "《行政强制法》第十三条"),
    suggest="删去强制措施、强制执行，改为依照法律、法规规定实施",
)
def illegal_set_coercion(context: Context) -> Iterator[Hit]:
    """Sealing, seizing, freezing, removing by force, cutting off supplies."""
    pattern = re.compile(
        r"查封|扣押|扣留|查扣|暂扣(?!许可证|执照)|冻结|强制(?:拆除|清除|清理|关闭|带离|搬离|腾退|停业|执行|驱离|收缴|封闭|隔离|扣)|代履行|代为(?:拆除|清除|恢复|清理)|(?:停止|中断|切断)(?:供应?|提供)?(?:水|电|气|热|网络)|(?:断|停)(?:水|电|气|网)|"
        r"(?:加处|加收)[^。；，]{0,12}(?:罚款|滞纳金)|划拨|先行登记保存|予以收缴|限制人身|封存|当场拆除|强行|贴封条|(?:搬走|拖走|拉走|拖离|没入|锁闭)[^。；，]{0,8}(?:设施|设备|物品|车辆|场所|器材|工具|经营)"
    )
    for sentence in context.document.sentences():
        match = pattern.search(sentence.text)
        if not match or not _sets(sentence, match.start()) or _others_duty(context, sentence):
            continue
        if re.search(r"不得[^。；，]{0,20}$|禁止[^。；，]{0,12}$", sentence.text[: match.start()]) or re.search(
            r"强制交易|强制(?:消费|购物|搭售)|申请人民法院", sentence.text
        ):
            continue
        start = sentence.text.rfind("，", 0, match.start()) + 1
        yield Hit(sentence.start + start, sentence.end, "规范性文件不得设定行政强制措施和行政强制执行。")


@rule(
    "illegal_set_fee",
    DocumentKind.NORMATIVE,
    "规范性文件设定收费",
    question="权限",
    articles=("《旅游法》第八十四条", "《优化营商环境条例》第二十五条"),
    suggest="删去收费、保证金；有法律、法规依据的写明项目和标准",
)
def illegal_set_fee(context: Context) -> Iterator[Hit]:
    """A charge, deposit or fund levied by the document."""
    fee = r"[\u4e00-\u9fff]{1,8}(?:费(?!者)|保证金|押金|基金|调节金|诚信金|风险金)"
    patterns = (
        rf"(?:收取|征收|缴纳|交纳|缴存|预缴|上缴|缴交|交存|代收)[^。；]{{0,30}}{fee}",
        rf"{fee}[^。；，]{{0,20}}(?:标准|由)[^。；]{{0,30}}(?:收取|缴纳|交纳)",
        r"按[^。；]{0,30}(?:元|%|百分之)[^。；]{0,16}(?:收取|缴纳|交纳|征收)(?!罚款)",
    )
    for sentence in context.document.sentences():
        match = next((m for p in patterns if (m := re.search(p, sentence.text))), None)
        if match is None or re.search(
            r"不(?:得|再|予|应)?(?:向[^。；，]{0,16})?(?:收取|缴纳|收费)|免(?:收|缴|除|费)|禁止收|取消|不收|退还", sentence.text
        ):
            continue
        if not _sets(sentence, match.start()) or re.search(
            r"经营者(?:预)?收取|向(?:消费者|旅游者|游客|学员)[^。；，]{0,6}收取|预收|保险费|学费|房费|住宿费|餐费|租赁费|税费|团费",
            sentence.text,
        ):
            continue
        yield Hit(sentence.start + match.start(), sentence.start + match.end(), "规范性文件无权设定收费、保证金。")


@rule(
    "exceed_authority",
    DocumentKind.NORMATIVE,
    "越权规定其他部门的职责",
    question="权限",
    articles=("《地方各级人民代表大会和地方各级人民政府组织法》第七十九条", "《立法法》第九十一条"),
    suggest="删去对其他部门的规定，或者改由政府发文、联合发文",
)
def exceed_authority(context: Context) -> Iterator[Hit]:
    """Another body is told what it must do, and not only that it acts within its own duties."""
    if context.document.is_joint:
        return
    for sentence in context.document.sentences():
        if _others_duty(context, sentence):
            lead = re.match(r"[ \t\u3000]*第[^条]{1,6}条[ \t\u3000]*", sentence.text)
            yield Hit(sentence.start + (lead.end() if lead else 0), sentence.end, "为其他部门设定职责和程序，超越本部门职权。")
