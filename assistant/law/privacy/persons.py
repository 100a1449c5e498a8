"""Names of persons in running text, known by what stands before or after them.

A name is taken only in a place where a name belongs (法定代表人：…, …先生, …，男，…); it is then
found wherever else the text has it. What is found is a proposal: a person confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.privacy.kinds import PersonalKind, Stretch, every_place
from assistant.law.privacy.subjects import subject_names

#: Every surname of one character that is taken for one after a label (执法人员：…).
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封芮储靳邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利蔚越夔隆师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关蒯相查荆红游竺权盖益桓公肖付闫佟覃岳帅尧"
#: The surnames most people bear, less those that are words of every sentence (于, 方, 时 …).
_COMMON = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂柳邢骆岳齐沿梅莫庄辛祝左涂祁耿詹裘楼郦童虞金石高马毛柯茅缪卓温凌屠娄"
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|夏侯|轩辕|端木|南宫"

#: Two-character words that begin like a name; a run that opens with one is no name.
_WORDS = frozenset(
    """
    安全 安排 安装 安静 包括 包厢 包含 白天 常年 常务 常见 常规 成立 成年 成员 陈列 陈述 程序 程度 程某 单位 单独 高度 高于 高级 高新 高中 高等 管理 管辖 广播 广告 广场 顾客 何时 何种 何人 黄色
    黄金 计算 计入 季度 季节 简称 简易 江苏 江西 江南 金额 金华 金融 景区 景点 连续 雷同 路边 毛利 马上 马路 明确 明知 明显 莫名 宁波 平台 平时 平均 齐全 钱款 强制 强行 全部 全体 权利 任何 任意
    任命 任职 容留 石材 施工 施行 时间 宋体 孙某 谈话 汤某 唐突 田地 田径 童装 童工 万元 文化 文书 文物 文件 文旅 文字 文明 文本 温度 温州 武术 武器 夏季 夏天 向上 项目 相关 谢绝 辛苦 徐州 许可
    许多 宣布 严重 严格 严禁 严厉 杨某 姚某 叶某 应当 应急 应予 尤其 于是 余额 余款 游客 游戏 游泳 元旦 岳父 张贴 章程 郑重 郑州 支付 支持 终止 钟点 周边 周围 周年 周一 周二 周三 周四 周五 周六
    周日 周末 朱某 祝贺 庄严 庄重 卓越 左右 左侧 申请 申辩 申诉 申报 史料 史实 武装 龙头 龙游 段落 方式 方法 方面 易燃 易爆 易于 管委 胡乱 牛奶 范围 范本 韩国 鲁迅 洪水 丁某 马某 石某 经理 经营
    经办 负责 公司 公安 公告 公开 通过 通知 费用 水上 曾经 曾在 曾出 任免 陆居 曾因 何某 常住 孔子 孟子 孟某 董事 董某 梁某 罗列 罗某 苏州 苏某 林业 林地 林场 林木 黎明 江河 江湖 金钱 金属 高考
    高峰 高温 高空 高危 高额 高价 高速 毛巾 童年 温馨 温泉 凌晨 凌某 管制 管控 管护
    """.split()  # noqa: SIM905
)
_LABEL = (
    r"当事人|被处罚人|受处罚人|违法行为人|法定代表人(?:（负责人）|\(负责人\))?|法人代表|代表人|投资人|经营者|(?<!企)(?<!事)(?<!产)业主|实际控制人|实际经营者|负责人|现场负责人|安全管理人员|管理员"
    r"|被询问人|询问人|记录人|执法人员|检查人员|检查人|调查人员|勘验人|办案人员|承办人|经办人|审核人|审批人|复核人|主持人|听证员|书记员|见证人|证人|在场人|翻译人员?"
    r"|姓名|联系人|联络人|收件人|寄件人|受送达人|送达人|签收人|代收人|收款人|户名|委托代理人|委托人|代理人|授权代表|监护人|父亲|母亲|家长"
    r"|投诉人|被投诉人|举报人|申请人|被申请人|原告|被告|第三人|上诉人|被上诉人|申诉人|受害人|伤者|死者|消费者|旅游者|游客|导游(?:员)?|领队|司机|驾驶员|店长|店员|收银员|前台|吧台|服务员|网管|教练(?:员)?|演员"
    r"|审判长|审判员|人民陪审员|法官助理|律师|局长|副局长|队长|科长|主任|总经理|副总经理|经理|值班经理"
)
_CJK = r"[\u4e00-\u9fff]"
_AFTER = r"(?=[，,。；;：:、（(）)\[\]【】“”\"/\s]|$|和|与|及|等|签|持|出示|对|在|于|的|称|将|向|为|系|未|因|经|到|已|曾|说|答|问|陈述|表示|承认|提供|提出|作为|以|被|通过|购买|报名|收到|男|女)"
_FULL = rf"(?:(?:{_COMPOUND}){_CJK}{{1,2}}?|[{SURNAMES}][ \u3000]?{_CJK}{{1,2}}?|{_CJK}{{2,5}}·{_CJK}{{2,6}})"
_SURE = rf"(?:(?:{_COMPOUND}){_CJK}{{1,2}}?|[{_COMMON}]{_CJK}{{1,2}}?|{_CJK}{{2,5}}·{_CJK}{{2,6}})"
_AFTER_COLON = re.compile(rf"(?:{_LABEL})(?:姓名|（姓名）|（签名）|\(签名\)|签名|签字|（签字）)?\s*[：:]\s*(?P<name>{_FULL}){_AFTER}")
_AFTER_BLANK = re.compile(rf"(?:姓名|联系人|户名|收款人)[ \t\u3000|]+(?P<name>{_SURE}){_AFTER}")
_AFTER_LABEL = re.compile(rf"(?:{_LABEL})(?:为|是|系|（姓名）)?(?P<name>{_SURE}){_AFTER}")
_NEXT = re.compile(rf"(?:[（(][^（）()\n]{{0,40}}[)）])?\s*[、,，和与及]\s*(?P<name>{_SURE})(?=[（(、，,。；;\n]|$)")
_BEFORE_SIGN = re.compile(
    rf"(?=(?P<name>(?:(?:{_COMPOUND}){_CJK}|[{_COMMON}]{_CJK})?{_CJK}{{1,2}}?)"
    rf"(?P<sign>[（(，,、]\s*(?:男|女)[，,、；;。）)\s]|先生|女士|小姐|同志|同学|老师|(?:的)?(?:居民)?身份证|(?:的)?身份号码|(?:的)?手机号|身份证号))"
)
_TITLE = r"(?:经理|局长|副局长|科长|主任|队长|律师|法官|导游|教练|老板|店长|校长|馆长|院长|书记|县长|镇长)"
_BEFORE_TITLE = re.compile(rf"(?:^|(?<=[，。；：、“\n（由向对与和经被找请问]))(?P<name>[{_COMMON}]{_CJK}{{1,2}}){_TITLE}")
_HIDDEN = re.compile(r"某|[×xX*＊]")


def name_stretches(text: str) -> Iterator[Stretch]:
    """Yield every place of the names `text` gives in a place where a name belongs; overlaps are left to the caller."""
    yield from every_place(text, names_in(text), PersonalKind.NAME)


def names_in(text: str) -> frozenset[str]:
    """The names the text gives; 张某 and the like hide a name already and are not among them."""
    found = []
    for pattern in (_AFTER_COLON, _AFTER_BLANK, _AFTER_LABEL):
        for match in pattern.finditer(text):
            found.append(match["name"])
            found += _listed(text, match)
    found += [name for m in _BEFORE_SIGN.finditer(text) if (name := _ending(m["name"]))]
    found += [m["name"] for m in _BEFORE_TITLE.finditer(text)]
    found += subject_names(text)
    names = {name for name in found if _is_name(name)}
    # 张某从本店购买: a name and the word after it, where the name stands alone elsewhere.
    return frozenset(n for n in names if not (len(n) == 3 and n[:2] in names and n[2] in _NEXT_WORD))


def surname(name: str) -> str:
    """The surname of a Chinese name; of a name with a ·, its first character."""
    compound = re.match(_COMPOUND, name)
    return compound.group() if compound and len(name) > 2 else name[:1]


def _listed(text: str, first: re.Match[str]) -> list[str]:
    """The names joined to the first by 、 or 和 (执法人员：甲（证号…）、乙)."""
    out: list[str] = []
    at = first.end("name")
    while following := _NEXT.match(text, at):
        out.append(following["name"])
        at = following.end("name")
    return out


def _ending(run: str) -> str:
    """The name a run of characters ends with: the longest that opens with a common surname; empty where none does."""
    for length in (4, 3, 2):
        tail = run[-length:]
        if len(tail) == length and (tail[0] in _COMMON if length < 4 else re.match(_COMPOUND, tail)):
            return tail
    return ""


def _is_name(name: str) -> bool:
    bare = name.replace(" ", "").replace("\u3000", "")
    return (
        len(bare) >= 2 and bare[:2] not in _WORDS and bare[-2:] not in _WORDS and not _HIDDEN.search(bare) and bare[-1] not in _NEVER_LAST
    )


#: Characters a sentence goes on with after a name, that a given name may end with, too.
_NEXT_WORD = frozenset("到因为说问答有又也便遂以由")
#: Characters no given name ends with, in words that follow a label (当事人王家的).
_NEVER_LAST = frozenset("的了在是不和与及或被将已未对等们个这那从向于称即后")
