"""裁量情节: the circumstances of 行政处罚法 第三十至三十三条, all of them, those known of a case, those a question's words tell.

What a case shows is for `limitation.factors`; here is the list an officer checks and the reading of words. No number is picked.
"""

from __future__ import annotations

import re

from assistant.law.procedure.limitation import PENALTY_LAW, Effect, Factor
from assistant.law.text.numerals import to_int
from assistant.law.time.deadlines import cite

_EDUCATE = "对当事人进行教育（第三十三条第三款）"


def _factor(effect: Effect, reason: str, number: int, paragraph: int = 0, item: int = 0, duty: str = "") -> Factor:
    return Factor(effect, reason, cite(PENALTY_LAW, number, paragraph, item), duty)


UNDER_14 = _factor(Effect.EXEMPT, "当事人不满十四周岁", 30, duty="责令监护人管教")
MINOR = _factor(Effect.LESSEN, "当事人已满十四周岁不满十八周岁", 30)
INCAPABLE = _factor(Effect.EXEMPT, "当事人行为时不能辨认或者不能控制自己行为", 31, duty="责令监护人严加看管和治疗")
DIMINISHED = _factor(Effect.MAY_LESSEN, "当事人尚未完全丧失辨认或者控制能力", 31)
REMEDIED = _factor(Effect.LESSEN, "主动消除或者减轻危害后果", 32, 1, 1)
COERCED = _factor(Effect.LESSEN, "受胁迫或者诱骗", 32, 1, 2)
CONFESSED = _factor(Effect.LESSEN, "主动供述尚未掌握的违法行为", 32, 1, 3)
MERIT = _factor(Effect.LESSEN, "配合查处有立功表现", 32, 1, 4)
OTHER = _factor(Effect.LESSEN, "法律、法规、规章规定的其他情形", 32, 1, 5)
SLIGHT = _factor(Effect.EXEMPT, "违法轻微并及时改正，没有危害后果", 33, 1, duty=_EDUCATE)
FIRST = _factor(Effect.MAY_EXEMPT, "初次违法、危害后果轻微并及时改正", 33, 1, duty=_EDUCATE)
NO_FAULT = _factor(Effect.EXEMPT, "当事人有证据足以证明没有主观过错", 33, 2, duty=_EDUCATE)

#: Every circumstance of the four articles, in their order.
ALL_FACTORS = (UNDER_14, MINOR, INCAPABLE, DIMINISHED, REMEDIED, COERCED, CONFESSED, MERIT, OTHER, SLIGHT, FIRST, NO_FAULT)

#: Who is a minor must be the party: a minor who is let in, sold to or employed is the one protected.
_PARTY_MINOR = re.compile(
    r"(?:当事人|违法行为人|违法人|行为人|经营者|摊主|店主|老板|卖家)[^，。；？?]{0,6}(?:未成年|未满|不满|才?[一二三四五六七八九十\d]{1,3}岁)|"
    r"未成年(?:人)?(?:违法|实施|自己|作为当事人|当事人|卖|摆摊|开店|经营|破坏|刻画|涂污)|"
    r"(?:处罚|罚)(?:一个|这个)?未成年"
)
_AGE = re.compile(
    r"(?:当事人|违法行为人|行为人|经营者|摊主|店主|老板)[^，。；？?]{0,8}?(?P<under>不满|未满)?(?P<age>[一二三四五六七八九十]{1,3}|\d{1,2})(?:周)?岁"
)
_WORDS: tuple[tuple[Factor, re.Pattern[str]], ...] = (
    (INCAPABLE, re.compile(r"精神病|精神障碍|智力残疾|不能辨认")),
    (REMEDIED, re.compile(r"主动(?:消除|减轻|改正|整改|纠正|退款|退还|赔偿|召回|停业|下架|补救)|自行(?:改正|整改|纠正)")),
    (COERCED, re.compile(r"(?:被|受(?:人)?)(?:胁迫|逼迫|威胁|诱骗|欺骗|哄骗)|被骗")),
    (CONFESSED, re.compile(r"主动(?:供述|交代|投案|报告|承认|说明|坦白)|自首|自己(?:报告|交代|来说)")),
    (MERIT, re.compile(r"立功|检举|揭发|配合(?:查处|调查|执法|检查)")),
    (SLIGHT, re.compile(r"(?:违法|情节)(?:行为)?(?:显著|很|比较|较)?轻微|没有(?:造成)?(?:任何)?(?:危害)?后果|未造成(?:危害)?后果")),
    (
        FIRST,
        re.compile(
            r"首次|初次|首违|头一回|头一次|第一[次回](?:违法|被查|被抓|犯|这样|查|发现)|(?:是|属)第一[次回]|初犯|以前没(?:有)?(?:违法|被查|罚)"
        ),
    ),
    (
        NO_FAULT,
        re.compile(r"没有(?:主观)?过错|无主观过错|不是故意|不知情|(?:并)?不知道(?:是|对方|其|违法)|被蒙在鼓里|尽到了?(?:查验|审核|注意)"),
    ),
)


def named_factors(question: str) -> tuple[Factor, ...]:
    """Return the circumstances a question's words tell of, in the order of the articles.

    Words tell less than facts: 首次 alone does not meet 第三十三条, whose other conditions stand in the reason.
    """
    found = {factor for factor, pattern in _WORDS if pattern.search(question)}
    found |= _of_age(question)
    return tuple(f for f in ALL_FACTORS if f in found)


def _of_age(question: str) -> set[Factor]:
    match = _AGE.search(question)
    age = to_int(match["age"]) if match else None
    if match and match["under"]:
        return {UNDER_14} if age == 14 else {UNDER_14, MINOR}
    if age is not None:
        return {UNDER_14} if age < 14 else ({MINOR} if age < 18 else set())
    return {UNDER_14, MINOR} if _PARTY_MINOR.search(question) else set()
