"""A sentence or an article as the tokens a proof aligns: characters, quantities, numbers, and the words that turn a rule.

应当, 可以, 不得, 未, 或者, 并处 and the like are tokens of their own: dropping, adding or trading one
changes what is said, so none of them passes as a mere word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from assistant.law.proof.quantities import Quantity, read_quantities
from assistant.law.text.folding import squeeze
from assistant.law.text.numerals import to_number


class Kind(Enum):
    """What a token is; all but CHAR and BREAK turn the meaning of a rule."""

    CHAR = "字"
    QUANTITY = "数量"
    NUMBER = "数字"
    MUST = "应当"
    MAY = "可以"
    BAR = "不得"
    NOT = "否定"
    OR = "或者"
    ALSO = "并处"
    ROLE = "对、向、由"
    BREAK = "标点"


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where the squeezed text has it. `value` is compared; a quantity compares by `quantity`."""

    kind: Kind
    value: str
    start: int
    end: int
    quantity: Quantity | None = None

    def stands_for(self, given: Token) -> bool:
        """True where this token of a sentence may stand on `given` of an article."""
        if self.kind is not given.kind:
            return False
        if self.quantity and given.quantity:
            return self.quantity.stands_for(given.quantity)
        return self.value == given.value

    @property
    def turns(self) -> bool:
        """True for a token that counts alone, without a neighbour that matches as well."""
        return self.kind not in (Kind.CHAR, Kind.BREAK)


_NUM = "零〇○一二两三四五六七八九十百千万亿0-9"
_NUMBER = re.compile(rf"[{_NUM}]+(?:\.\d+)?")
#: Words with a numeral that counts nothing.
_IDIOM = re.compile(
    r"统一|同一|一律|一般|一定|一并|之一|另一|万一|一些|一切|进一步|一致|唯一|一旦|一时|一次性|第三方|第三人|一方|双方|一经|一贯|一系列|千方百计|百姓|万无一失|四至|三包|五保"
)
_TURNS: tuple[tuple[Kind, str], ...] = (
    (Kind.BAR, r"不得|禁止|严禁|不准|不许|不允许|不可以|不应当?(?!有)|不能|不可(?!抗|撤|分)"),
    (Kind.ALSO, r"并处以?|并科|同时处以?"),
    (Kind.MAY, r"可以|(?<![许认])可(?![能疑行靠见燃逆])"),
    (Kind.MUST, r"应当|应该|必须|(?<![相适反响供对感效])应(?=[予由在向于依按])|须(?!知)|需要|需(?=[要经在向])"),
    (Kind.OR, r"或者|或(?!者)"),
    (Kind.NOT, r"拒不|没有|未|不(?!动产)|无(?!线|人机)|非(?!物质)|免予|免除|免(?=[于费税])|除(?=[^，；。：]{1,40}?(?:以外|之外|外))|除外"),
    (Kind.ROLE, r"(?<![^，；。：])对|对(?=[^，；。应外比]{2})|向|由|被|(?<![^，；。：])经(?!营|济)|自(?![然己主]|行(?!政))"),
)
_TURN = re.compile("|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _TURNS))
_BREAKS = "，；。：？！,;:?!\n"
_DROPPED = re.compile(r"[“”‘’「」『』\"'、（）()《》〈〉【】\[\]*_`#>\-—–~·…]")
_ITEM_MARK = re.compile(r"(?:(?<=[，；。：\n])|^)[（(][一二三四五六七八九十]{1,3}[）)]")
_OWN_LAW = re.compile(r"(?:本法|本条例|本办法|本规定|本规则|本细则|本决定)")


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, in order; offsets are those of `squeeze(text).text`."""
    plain = squeeze(text).text
    spans: dict[int, Token] = {q.start: Token(Kind.QUANTITY, "", q.start, q.end, q) for q in read_quantities(plain)}
    for match in _ITEM_MARK.finditer(plain):
        spans[match.start()] = Token(Kind.BREAK, "，", match.start(), match.end())
    idioms = {m.start(): m.end() for m in _IDIOM.finditer(plain)}
    own = {m.start(): m.end() for m in _OWN_LAW.finditer(plain)}
    turns = {m.start(): m for m in _TURN.finditer(plain)}
    out: list[Token] = []
    at = 0
    while at < len(plain):
        token = spans.get(at) or _next(plain, at, idioms, own, turns)
        if isinstance(token, Token):
            out.append(token)
            at = token.end
        elif token:
            out.extend(Token(Kind.CHAR, plain[k], k, k + 1) for k in range(at, token))
            at = token
        else:
            at += 1
    return out


def _next(plain: str, at: int, idioms: dict[int, int], own: dict[int, int], turns: dict[int, re.Match[str]]) -> Token | int:
    """The token at `at`; or the end of a run of plain characters, or 0 for a sign that says nothing."""
    if at in idioms:
        return idioms[at]
    if at in own:
        return Token(Kind.CHAR, "本法", at, own[at])
    char = plain[at]
    if char in _BREAKS:
        return Token(Kind.BREAK, "，" if char in ",，" else char, at, at + 1)
    if _DROPPED.match(char):
        return 0
    number = _NUMBER.match(plain, at)
    if number:
        value = to_number(number.group())
        return Token(Kind.NUMBER, number.group() if value is None else f"{value:g}", at, number.end())
    turn = turns.get(at)
    if turn:
        kind = Kind[turn.lastgroup or ""]
        return Token(kind, turn.group() if kind is Kind.ROLE else kind.value, at, turn.end())
    return at + 1
