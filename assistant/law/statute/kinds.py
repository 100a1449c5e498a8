"""What an article does, and what a question asks for: penalty, duty, licence, procedure, definition, right.

Told by the words statutes use for each; the ranking prefers an article that does what is asked.
"""

from __future__ import annotations

import re
from enum import IntFlag


class Kind(IntFlag):
    """Bits, since one article may punish and set a time limit."""

    PENALTY = 1
    DUTY = 2
    LICENCE = 4
    PROCEDURE = 8
    DEFINITION = 16
    RIGHT = 32
    LIABILITY = 64
    COMMENCEMENT = 128


_ARTICLE = {
    Kind.PENALTY: re.compile(r"罚款|给予警告|予以警告|处以?警告|没收违法|吊销|拘留|责令停[业产]|责令关闭|有期徒刑|依法给予处分"),
    Kind.DUTY: re.compile(r"应当|不得|禁止|严禁|必须|有义务"),
    Kind.LICENCE: re.compile(r"许可|审批|批准|备案|申请.{0,30}(?:条件|材料|文件)|具备下列条件|资质"),
    Kind.PROCEDURE: re.compile(r"\d日内|[一二三四五六七八九十](?:个工作)?日内|受理|送达|听证|期限|程序|告知"),
    Kind.DEFINITION: re.compile(r"所称|是指|指的是|下列用语|含义"),
    Kind.RIGHT: re.compile(r"有权|可以(?:依法)?(?:申请|提起|要求|请求)|享有|权利"),
    Kind.LIABILITY: re.compile(r"赔偿|民事责任|承担.{0,8}责任|违约|返还"),
    Kind.COMMENCEMENT: re.compile(r"起施行|同时废止|负责解释|制定本(?:法|条例|规定|办法)"),
}
_QUESTION = {
    Kind.PENALTY: re.compile(r"罚|处理|处置|定性|查处|违法吗|犯法|犯罪|判几年|判多|坐牢|后果|吊销|拘留|没收|责任是|怎么办他|咋处|咋罚"),
    Kind.DUTY: re.compile(r"能不能|可不可以|可以.{0,12}吗|允许|必须|应当|要不要|需要.{0,10}吗|合不合法|合法吗|违规|不准|让不让|有义务"),
    Kind.LICENCE: re.compile(r"办证|许可|执照|审批|备案|资质|申请|条件|手续|材料|想开|要开|开一家|开个|开办|设立|申办|报批|办理"),
    Kind.PROCEDURE: re.compile(r"几天|多少天|多久|多长时间|期限|时限|程序|流程|步骤|听证|送达|告知|立案|受理|什么时候|几日|复议|起诉|时效"),
    Kind.DEFINITION: re.compile(r"是什么意思|什么是|是指|定义|算不算|算是|属于|含义|何为|叫什么|包括哪些|范围"),
    Kind.RIGHT: re.compile(r"有权|权利|能退|退款|退钱|维权|投诉|举报|找谁|怎么办|咋办|讨|要回|有没有权|起诉|申诉"),
    Kind.LIABILITY: re.compile(r"赔|责任|违约|退还|返还|承担|损失|补偿|谁负"),
}


def article_kinds(text: str) -> Kind:
    """Return every kind whose words occur in an article."""
    return _match(_ARTICLE, text)


def question_kinds(question: str) -> Kind:
    """Return every kind a question asks for; none where its words do not tell."""
    return _match(_QUESTION, question)


def _match(patterns: dict[Kind, re.Pattern[str]], text: str) -> Kind:
    found = Kind(0)
    for kind, pattern in patterns.items():
        if pattern.search(text):
            found |= kind
    return found
