"""A follow-up question → one that stands alone: by rule, or by a model whose wording is gated.

`那罚多少？` after `网吧接纳未成年人怎么处理` means the fine for that; the earlier question is put before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPENS = re.compile(
    r"^(?:那|那么|那要|如果|要是|假如|万一|还有|另外|这个|这种|这样|这些|它|他|她|他们|对方|上面|刚才|前面|第[一二三四五]次|再次|又|再|同样|换成|改成|除此|其中)"
)
_BARE = re.compile(
    r"^(?:怎么罚|罚多少|罚款多少|最多罚|最少罚|谁来?罚|谁管|归谁管|哪条|依据(?:是什么)?|法律依据|多久|几天|多长时间|要听证吗|能听证吗|需要听证|程序|怎么走|"
    r"什么程序|可以从轻|能减轻|能不罚|有案例|为什么|然后呢|还要|需要什么材料|要什么材料|不服怎么办|初犯|首次|拒不改正)"
)
_LONG = 40


def standalone(question: str, history: Sequence[str]) -> str:
    """Return the question with what came before it where it cannot stand alone.

    `history` are the earlier questions of the conversation as asked, oldest first.
    """
    question = question.strip()
    parts = [question]
    for earlier in reversed(history):
        if len(parts[-1]) > _LONG or "《" in parts[-1] or not (_OPENS.match(parts[-1]) or _BARE.match(parts[-1])):
            break
        parts.append(earlier.strip())
    return "，".join([*(p.rstrip("？?。！! ") for p in reversed(parts[1:])), question])


#: What a rewritten question may add of its own.
_JOINS = frozenset("的了吗呢在对是会要能被由和与或及因后前时把给为该这那上下中多少怎么如何什么哪谁几处理罚款规定情况问题，？?。、“”")
_NUMERAL = re.compile(r"[零一二三四五六七八九十百千万亿两\d]+")
_LONGEST_REWRITTEN = 100


def gated(rewritten: str, question: str, history: Sequence[str]) -> str | None:
    """Return a question a model has rewritten where it only joins what was asked; None where it adds anything.

    It may not name a statute, an article or a number that was not there, nor leave the numbers of the question out;
    every pair of characters must come from the conversation, or join.
    """
    text = re.sub(r"^(?:改写后的?问句|问句|改写|问题)\s*[:：]\s*", "", rewritten.strip()).strip("“”\"' ")
    said = "".join((*history, question))
    if (
        not text
        or "\n" in text
        or len(text) > _LONGEST_REWRITTEN
        or (any(c in text for c in "<>{}[]《》") and not _titles(text) <= _titles(said))
    ):
        return None
    numbers = set(_NUMERAL.findall(said))
    if not set(_NUMERAL.findall(text)) <= numbers or not set(_NUMERAL.findall(question)) <= set(_NUMERAL.findall(text)):
        return None
    plain = re.sub(r"[^\w]", "", text)
    known = {said[k : k + 2] for k in range(len(said) - 1)}
    fresh = 0
    for k, char in enumerate(plain):
        near = (plain[k - 1 : k + 1] if k else "", plain[k : k + 2])
        if char not in _JOINS and not any(pair in known for pair in near if len(pair) == 2):
            fresh += 1
    return text if not fresh else None


def _titles(text: str) -> set[str]:
    return set(re.findall(r"《[^》]*》?", text))
