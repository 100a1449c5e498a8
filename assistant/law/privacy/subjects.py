"""Names of persons that stand as a sentence's subject or agent, with nothing beside them that says so: 王小明经营…, 由李芳代签."""

from __future__ import annotations

import re

_DOES = (
    r"经营|开设|开办|开了|开的|擅自|未经|涉嫌|承包|租赁|租用|出租|出售|销售|贩卖|倒卖|兜售|组织|举办|伪造|冒充|冒用|持有|携带|携|名下|家住|住在|酒后|醉酒|多次|再次|屡次|曾因|曾经|拒不|拒绝|雇佣|雇用"
    r"|聘用|容留|招用|购买|报名|参团|受伤|死亡|摔伤|溺水|投诉|举报|起诉|上访|申请|申辩|辩称|供述|承认|否认|签订|签署|签字|代签|签收|缴纳|交纳|退还|索要|辱骂|殴打|阻碍|逃跑|失联"
    r"|系[^\u4e00-\u9fff]|系(?:该|本|我|当事|经营|店|公司)|等[一二两三四五六七八九十\d]+(?:人|名)|(?:本人|一人|夫妇|父子|母子|父女|母女|兄弟|姐妹)"
    r"|的(?:店|网吧|酒吧|公司|商铺|铺子|身份证|手机|电话|微信|住址|住处|家|父亲|母亲|丈夫|妻子|儿子|女儿|车|摊)"
)
_FIRST = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙段雷钱汤尹黎武乔贺赖龚文庞樊兰殷施陶洪翟颜倪严温季俞章鲁葛韦毕聂邢骆岳庄左祁耿詹裘楼郦童虞柯缪卓屠娄"
_OPENS = r"(?:^|(?<=[，。；：、“”\n？！?!（(「 \u3000由向对与和经被给让把将及请问那]))"
_SUBJECT = re.compile(rf"{_OPENS}(?P<name>[{_FIRST}][\u4e00-\u9fff]{{1,2}}?)(?={_DOES})", re.MULTILINE)
#: What begins like a name and is none; 韩先生 hides the name already.
_NONE = re.compile(r"^(?:许诺|严密|周密|周期|左转)|(?:先生|女士|小姐|老师|同志)$")


def subject_names(text: str) -> list[str]:
    """Return what stands where a subject stands and begins with a surname; the caller drops what is a common word."""
    return [match["name"] for match in _SUBJECT.finditer(text) if not _NONE.search(match["name"])]
