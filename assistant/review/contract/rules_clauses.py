"""缺失条款: what a contract of its type should have, and repealed statutes it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.citation.verify import Verdict
from assistant.law.text.titles import title_key
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import split_sentences

_WORKS = re.compile(
    r"拍摄|摄制|制作|设计|策划|创作|编写|编撰|编纂|编制|课题|研究|开发|短视频|宣传片|纪录片|影片|动画|文创|(?:标识|视觉|形象|LOGO|logo)|出版|丛书|教材|剧本|剧目|排演|曲目|软件|小程序|平台建设|数字化|直播|推广|音乐节|展陈|展览|翻译|调研报告|规划|测绘"
)
_OWNS = re.compile(
    r"知识产权|著作(?:财产|人身)?权|版权|专利(?:权|申请)|权利归属|成果(?:的)?(?:归属|所有权|权属)|"
    r"(?:成果|作品|成片|源代码|设计稿?|素材|资料|模型|图纸|影像|数据|文案)[^。；]{0,30}(?:归|属于?|由)[^。；]{0,10}(?:所有|享有|持有)"
)
_DATA = re.compile(
    r"大数据|数据(?:库|平台|采集|处理|中心|对接|治理|共享|资源|分析|普查)|信息(?:系统|化)|(?:系统|软件|平台)(?:的)?(?:开发|建设|运维|维护|集成|升级)|未公开|内部资料|涉密|文物|馆藏|考古|测绘|档案|普查|监控|勘探|勘察|鉴定|修复"
)
_SECRET = re.compile(r"保密|秘密(?!级)|不得(?:向[^。；]{0,10})?(?:泄露|披露|泄漏|对外(?:提供|公开|披露))|泄露")
_PERSONAL = re.compile(
    r"手机号|身份证|证件号|联系方式|电话号码|人脸|生物识别|行踪|行程记录|健康(?:信息|状况|档案)|病历|住址|姓名|实名|会员信息|用户信息|游客信息|观众信息|学员信息|读者信息|报名信息|预约信息|个人资料|个人数据|住宿登记|家庭住址"
)
_HANDLES = re.compile(
    r"收集|采集|归集|登记|录入|存储|处理|查询|分析|画像|报名|预约|注册|对接|上传|导入|统计|建档|核验|用户|游客|学员|会员|观众|读者|居民|参赛|运动员|未成年人"
)
#: Measures by which personal information is protected, or by which it is not handled at all.
_MEASURES = re.compile(
    r"保护|保密|删除|销毁|返还|交还|加密|脱敏|匿名|安全措施|权限|泄露|最小|必要原则|(?:取得|征得)[^。；，]{0,10}同意|单独同意|告知同意|仅(?:限于?|用于|为)|合法、?正当|"
    r"不得[^。；，]{0,14}(?:提供|使用|出售|处理|复制|留存|外泄|买卖)|不(?:再|得)?(?:接触|采集|收集|留存|涉及|处理|获取|存储)"
)
_ABOUT_PERSONS = re.compile(
    r"个人信息|隐私|(?:会员|学员|读者|游客|旅客|观众|参赛者|选手|用户|客户|居民|当事人|未成年人|报名|预约|实名)[^。；，]{0,6}(?:信息|资料|数据)|手机号|身份证|人脸|姓名"
)
_GOODS = re.compile(r"采购|购置|购销|买卖|供货|供应|设备|器材|货物|物资|图书|家具|服装")
_BUILDS = re.compile(r"工程|施工|装修|修缮|改造|安装|建设|维修(?!服务)|加固|亮化|绿化|软件|系统|平台|小程序|APP|网站|信息化")
_NOT_GOODS = re.compile(
    r"租赁|租用|演出|培训|推广|拍摄|运营|保洁|保安|物业|咨询|审计|策划|承办|运维|合作|劳务|印刷服务|讲解|宣传|课题|研究|评估|监理"
)
_WARRANTS = re.compile(
    r"质保|质量保证期|保修|保质期|质量保修|缺陷责任期|售后服务|免费(?:维修|维护|运维|更换|修正|保养)|三包|维保|质量保证(?:责任|金)|包修|保证期"
)
_EFFECT = re.compile(
    r"(?:自|经|于|待|在)[^。；\n]{0,60}?(?:发生效力|生效)(?!后|之后|之日)|(?:签字|盖章|签章|签署|签订)[^。；\n]{0,24}(?:发生效力|生效)(?!之日)|生效(?:条件|时间)|"
    r"有效期[^。；\n]{0,30}自[^。；\n]{0,20}(?:签订|签署|生效|盖章)之日起"
)


def _subject_matter(context: Context) -> str:
    """The words that tell what the contract is about: its title, and its first clauses or those on content."""
    contract = context.contract
    told = [c.text for c in contract.clauses_on(r"内容|标的|概况|事项|范围|项目|货物|服务|制作|工作|任务|委托|平台|工程")][:3]
    return contract.title + "\n" + "\n".join(told or [c.text for c in contract.clauses[:2]])


@rule(
    "missing_ip_clause",
    DocumentKind.CONTRACT,
    "缺少知识产权归属条款",
    question="条款",
    articles=("《著作权法》第十九条",),
    suggest="增加成果、作品著作权归属、使用范围和侵权责任的约定",
)
def missing_ip_clause(context: Context) -> Iterator[Hit]:
    """Works are made to order and nothing is said of the rights in them."""
    contract = context.contract
    title = bool(_WORKS.search(contract.title))
    made = len(set(_WORKS.findall(_subject_matter(context))))
    leased = re.search(r"租赁|买卖|购销|采购安装|委托运营|施工|工程", contract.title)
    if (title or made >= 2) and not leased and not _OWNS.search(contract.text):
        yield Hit(None, None, "合同涉及成果、作品的创作，没有约定知识产权归属，依法著作权属于受托人。")


@rule(
    "missing_confidentiality_clause",
    DocumentKind.CONTRACT,
    "缺少保密条款",
    question="条款",
    articles=("《民法典》第五百零九条", "《民法典》第五百零一条"),
    suggest="增加保密范围、期限、人员管理和违约责任的约定",
)
def missing_confidentiality_clause(context: Context) -> Iterator[Hit]:
    """Data, systems, records or relics that are not public are handled and nothing is said of secrecy."""
    contract = context.contract
    subject = _subject_matter(context)
    if (_DATA.search(contract.title) or len({m.group() for m in _DATA.finditer(subject)}) >= 2) and not _SECRET.search(contract.text):
        yield Hit(None, None, "合同涉及未公开的数据、资料，没有约定保密义务。")


@rule(
    "missing_pi_clause",
    DocumentKind.CONTRACT,
    "缺少个人信息保护条款",
    question="条款",
    articles=("《个人信息保护法》第二十一条",),
    suggest="约定委托处理的目的、期限、方式、种类、保护措施和双方权利义务，以及终止后的返还或者删除",
)
def missing_pi_clause(context: Context) -> Iterator[Hit]:
    """Personal information of many is handled and nothing is said of its protection."""
    contract = context.contract
    if _guarded(context):
        return
    if _DATA.search(contract.title) or re.search(r"平台|系统|软件|小程序|运维", contract.title):
        users = re.search(
            r"(?:预约|预订|报名|会员|用户|游客|志愿者|读者)[^。；]{0,16}(?:系统|平台|小程序|数据|管理|信息)", _subject_matter(context)
        )
        if users:
            yield Hit(None, None, f"合同涉及个人信息处理（{users.group()}），没有约定个人信息保护。")
            return
    for sentence in contract.sentences():
        kinds = set(_PERSONAL.findall(sentence.text))
        strong = kinds - {"姓名", "联系方式", "住址"} or ({"个人信息"} if "个人信息" in sentence.text else set())
        handled = _HANDLES.search(sentence.text)
        own = re.search(
            r"(?:法定代表人|联系人|授权代表|项目经理|驾驶员|司机|演员|工作人员)[^。；]{0,12}(?:身份证|手机号|电话)|现场负责人",
            sentence.text,
        )
        if handled and (strong or len(kinds) >= 2) and not own:
            yield Hit(None, None, f"合同涉及个人信息处理（{sentence.text.strip()[:30]}…），没有约定个人信息保护。")
            return


def _guarded(context: Context) -> bool:
    """True where a sentence on personal information, or the clause under such a title, says how it is protected or left alone."""
    contract = context.contract
    for clause in contract.clauses:
        if _ABOUT_PERSONS.search(clause.title) and _MEASURES.search(clause.text):
            return True
    bare = re.sub(r"《[^》\n]{2,40}》", "", contract.text)
    return any(_ABOUT_PERSONS.search(s.text) and _MEASURES.search(s.text) for s in split_sentences(bare))


@rule(
    "warranty_missing",
    DocumentKind.CONTRACT,
    "缺少质量保证（保修）期",
    question="条款",
    articles=("《民法典》第六百二十一条", "《民法典》第六百一十五条"),
    suggest="增加质量保证期、保修范围、响应时间和费用承担的约定",
)
def warranty_missing(context: Context) -> Iterator[Hit]:
    """Goods, works or systems are delivered and nothing is said of a warranty."""
    contract = context.contract
    title = contract.title
    service = _NOT_GOODS.search(title) or ("服务" in title and not re.search(r"安装|设备|器材|货物|施工", title))
    kind = (_GOODS.search(title) or _BUILDS.search(title)) and not service
    body = re.search(r"(?:^|\n)[^\n]{0,8}(?:货物|产品|设备|供货)(?:名称|清单|及|规格|的)?", contract.body) and not service
    if (kind or body) and not _WARRANTS.search(contract.text):
        yield Hit(None, None, "合同没有约定质量保证期（保修期）和售后责任。")


@rule(
    "effect_clause_missing",
    DocumentKind.CONTRACT,
    "缺少生效条款",
    question="条款",
    articles=("《民法典》第五百零二条",),
    severity=Severity.HINT,
    suggest="增加生效条件和生效时间的约定",
)
def effect_clause_missing(context: Context) -> Iterator[Hit]:
    """When the contract takes effect is said somewhere."""
    if not _EFFECT.search(context.folded):
        yield Hit(None, None, "合同没有约定生效条件、生效时间。")


@rule(
    "repealed_law_cited",
    DocumentKind.CONTRACT,
    "引用已废止的法律",
    question="适用依据",
    articles=("《民法典》第一千二百六十条",),
    severity=Severity.NORMAL,
    suggest="改引现行有效的法律",
)
def repealed_law_cited(context: Context) -> Iterator[Hit]:
    """By the repeals on the shelf and the table of repeals."""
    told: set[str] = set()
    for start, end, ended in context.knowledge.mentions(context.folded):
        told.add(title_key(ended.title))
        where = f"（{ended.successor}）" if ended.successor else ""
        articles = (f"《{ended.by}》{ended.article}",) if ended.article else ()
        why = f"《{ended.title}》已废止，由《{ended.by}》{where}取代。"
        yield Hit(start, end, why, articles=articles, suggest=f"改引《{ended.by}》{where}")
    for judged in context.verified:
        cited = judged.citation
        key = title_key(cited.title or "")
        if cited.title and key not in told and judged.verdict is Verdict.REPEALED:
            told.add(key)
            yield Hit(cited.start, cited.end, judged.detail, suggest=f"改引{judged.correct}" if judged.correct else "")
