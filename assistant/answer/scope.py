"""What the assistant does not do: break its rules, help anyone evade, hand out personal data.

Told by the words of the question alone, by rule and by a small model (`wish`). A question about someone else who does these things is
an enforcement question and is answered; only the asker's own wish is declined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer.intent import read_wish

#: From this share on the trained model's reading counts; about one lookalike question in fifty reaches it.
_CERTAIN = 0.4
_ASKS_FOR_SELF = r"(?:教[我咱]|帮[我咱]|我想|我要|我们想|我怎么|我该怎么|我怎样|怎么才能|怎样才能|如何才能|有什么(?:办法|招|法子|窍门)|有没有(?:办法|招|法子|门路)|支个招|出个主意|怎么能|怎么让|怎样让|如何让|能不能帮|指点)"
_EVADE = (
    r"(?:逃避|躲避|规避|躲过|逃过|避开|应付|糊弄|蒙混|骗过|瞒过|瞒着|隐瞒|不被(?:发现|查|罚|抓)|查不(?:到|出)|看不出|抓不(?:到|住)|"
    r"删(?:掉|除|干净|了)?|销毁|毁掉|藏(?:起来|好)|转移|伪造|造假|做假|假冒|编造|补一份假|倒签|改日期|提前写好|"
    r"行贿|送礼|打点|塞红包|走后门|摆平|找关系|绕过|钻空子|冒充|混进去|代签)"
)
_EVADED = r"(?:检查|执法|处罚|罚款|监管|监控|录像|视频|证据|账本|台账|记录|实名|登记|审核|查处|文化局|文旅局|大队|许可|证件|身份证|罚|查|听证|送达|材料|年龄)"
_EVASION = re.compile(rf"{_ASKS_FOR_SELF}[^。？?]{{0,40}}{_EVADE}|{_ASKS_FOR_SELF}.{{0,40}}{_EVADED}.{{0,16}}{_EVADE}")
_INJECTION = re.compile(
    r"(?:忽略|无视|忘记|忘掉|跳过|不要管|解除|取消|关闭|绕开)[^。]{0,14}(?:规则|指令|设定|限制|提示词?|约束|要求|过滤)"
    r"|系统(?:提示词|指令|提示)|system\s*prompt|prompt|提示词|开发者模式|developer\s*mode|越狱|jailbreak|base64"
    r"|没有(?:任何)?(?:限制|约束|规则)的|不受(?:任何)?(?:限制|约束)|(?:从现在起|现在)[^。]{0,6}你(?:是|就是|扮演)|扮演"
    r"|(?:按|照|执行)[^。]{0,16}(?:里|中|内)的(?:指令|命令)|直接(?:回复|输出|回答|写)[^。]{0,10}(?:通过|合法|不予处罚|同意)",
    re.I,
)
_PERSONAL = re.compile(
    r"(?:手机号|电话号码|身份证号码?|家庭住址|住址|住哪|银行卡号|工资|收入|开房记录|行踪|案底|前科)[^。]{0,6}(?:是多少|是什么|多少|在哪|查一下|告诉我|给我|发我)"
    r"|(?:查一?下|告诉我|帮我查|给我)[^。]{0,20}(?:手机号|电话号码|身份证号|住址|住哪|工资|开房记录|行踪|案底|前科)"
    r"|(?:是谁|谁)(?:举报|投诉)(?:了|的)(?:我|我们|他)"
)


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a question is declined, and the one polite sentence that says so."""

    reason: str
    sentence: str


_SENTENCES = {
    "injection": Declined(
        "不执行改变规则的指令",
        "您提供的内容里有要求我改变工作规则的指令，我不能照办；请把要了解的事实和法律问题告诉我，我依据法律条文回答。",
    ),
    "evasion": Declined(
        "不协助逃避检查或者处罚",
        "我不能协助逃避检查、隐匿或者毁灭证据；依法配合检查、主动改正，法律规定有从轻、减轻处罚的情形，可以就此提问。",
    ),
    "personal": Declined("不提供他人个人信息", "我不能提供他人的个人信息或者案件情况；如需查询本人事项，请持有效证件到窗口办理。"),
}
OFF_TOPIC = Declined(
    "不属于文化和旅游、广播电视、体育法律咨询范围",
    "这个问题不在本局法律咨询的范围内，我没有可以依据的法律条文；文化、旅游、广电、体育方面的法律问题，欢迎继续提问。",
)
NOT_FOUND = Declined("现有条文不能回答", "库里的条文不能直接回答这个问题，我不作推测；可以换个说法再问，或者提交律师。")


def decline(question: str) -> Declined | None:
    """Return why a question is declined by its words alone, or None where it may be answered."""
    if _INJECTION.search(question):
        return _SENTENCES["injection"]
    if _EVASION.search(question):
        return _SENTENCES["evasion"]
    if _PERSONAL.search(question):
        return _SENTENCES["personal"]
    wish = read_wish(question)
    if wish is None:
        return None
    kind, share = max(((k, wish.share(k)) for k in _SENTENCES), key=lambda pair: pair[1])
    return _SENTENCES[kind] if share > _CERTAIN else None
