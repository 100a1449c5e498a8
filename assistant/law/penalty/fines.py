"""罚款 in one clause of a provision: its amounts, base, unit, and whether it may or must be imposed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.law.penalty.amounts import Amount, FineRange, find_amounts, read_base

_FINE = re.compile(r"罚款")
#: What may stand between an amount and the 罚款 it belongs to.
_BRIDGE = re.compile(
    r"^(?:\s|的|金额|标准|范围内|幅度内|幅度|数额|计算|进行|人民币|（[^）]{0,30}）|[，,]?处以?|予以|给予|并处|等值|等额|以下|计处|"
    r"对[^，；。]{1,36}?(?:处以?|予以|给予)|按[^，；。]{1,10}|由[^，；。]{1,30}?(?:处以?|给予))*$"
)
_AFTER = re.compile(
    r"^[，,（(]?(?:罚款)?(?:的)?(?:数额|金额|额度|最高额|最高限额|标准|幅度|额|总额)?(?:可以)?(?:为|按|是|分别为|：)?(?:违法所得|人民币)?(?=最高|不超过|不得超过|[零一二三四五六七八九十百千万两\d])"
)
#: `罚款额为违法所得的…`: the base stands between.
_SUM_IS = re.compile(r"(?:额|数额|金额|幅度|标准)(?:为|按照?)")
_ORDER = re.compile(
    r"(?:处以?|予以|给予|课以|并处|单处|实行|科以?|、|或者|和|并可以?|可以?|以及|依法|直至|并|可并?处|酌情|加以|双倍|适当|的标准|拘留)$"
)
_VERB = re.compile(r"(?:并)?(?:可以|可)?(?:单处或者并处|并处以?|单处|处以?|予以|给予|课以|按照|按每|对)")
_NOT_ORDER = re.compile(
    r"^(?:决定|数额|金额|以上|收缴|票据|总额|限额|的?(?:行政)?处罚(?:决定|的|，)?|单据|收据|收入|额|、没收(?:的|款)|和没收|通知|必须|应当|全部|一律|统一|与|"
    r"的(?:决定|，|缴|人|设定|数|行|、)|的$|总|权|，?上缴|处罚由|由|或者没收财物|、罚金|标准|不得|后|、拘留(?:须|的|应)|措施)"
)
_PAST = re.compile(
    r"(?:被|受到|受过|收缴的|加处的?|缴纳|处以的|规定的|收取的|予以的|设定|实施|作出|自|超过|交|不服|减免|免除|不予|不得[^，；。]*|本条|除|执行|本法|所处|上述|按|征收的|受|接受)$"
)
_MAY = re.compile(r"可以|可(?=处|并|单|给|责|没|吊|按|酌|予|根)|视情节|酌情")
_OR = re.compile(r"或者|直至|或(?!者)")


@dataclass(frozen=True, slots=True)
class ClauseFines:
    """The fines of a clause, the spans of amounts used by them, and 罚款 that nothing could be made of."""

    fines: tuple[FineRange, ...]
    used: tuple[tuple[int, int], ...]
    unread: tuple[tuple[int, int], ...]


def find_fines(clause: str, implied: bool = False) -> ClauseFines:
    """Return the fines `clause` imposes; offsets are those of `clause`.

    With `implied` an amount counts although the clause itself does not say 罚款, as in the items
    beneath 依照下列规定处以罚款.
    """
    amounts = find_amounts(clause)
    fines: list[FineRange] = []
    used: list[tuple[int, int]] = []
    unread: list[tuple[int, int]] = []
    done = 0
    for match in _FINE.finditer(clause):
        group = _before(clause, amounts, done, match.start()) or _after(clause, amounts, match)
        if group:
            fines += _ranges(clause, group, match.end() if group[0].start > match.end() else done, max(match.end(), group[-1].end))
            used += [(a.start, a.end) for a in group]
            done = max(match.end(), group[-1].end)
        elif _is_order(clause, match) and match.start() >= done:
            fines.append(_open_fine(clause, done, match))
            done = match.end()
        elif match.start() >= done and not _is_mention(clause, match):
            unread.append(match.span())
    cap = next(
        (a for a in amounts if a.capped and not a.ratio and a.start >= done and re.fullmatch(r"[，,]但?(?:罚款)?", clause[done : a.start])),
        None,
    )
    if cap and fines:
        fines[-1] = replace(fines[-1], cap=cap.ceiling)
        used.append((cap.start, cap.end))
    if implied and not fines and amounts and not _FINE.search(clause):
        fines = _ranges(clause, list(amounts), 0, amounts[-1].end)
        used = [(a.start, a.end) for a in amounts]
    return ClauseFines(tuple(fines), tuple(used), tuple(unread))


def _before(clause: str, amounts: tuple[Amount, ...], done: int, at: int) -> list[Amount]:
    """The amounts that run up to the 罚款 at `at`, the last of them touching it."""
    group = [a for a in amounts if done <= a.start and a.end <= at]
    if not group or not _BRIDGE.match(clause[group[-1].end : at]):
        return []
    return group


def _after(clause: str, amounts: tuple[Amount, ...], match: re.Match[str]) -> list[Amount]:
    """The amount that follows: `罚款，数额为…`, `罚款五十元`."""
    rest = clause[match.end() : match.end() + 60]
    lead = _AFTER.match(rest)
    if lead:
        start = match.end() + lead.end()
        # 单位罚款数额百分之五: there the earlier fine is the base of another.
        return [a for a in amounts if a.start == start and not a.ratio]
    if _SUM_IS.match(rest):
        return [a for a in amounts if a.start > match.end()][:1]
    return []


def _is_order(clause: str, match: re.Match[str]) -> bool:
    before, after = _beside(clause, match)
    return bool(_ORDER.search(before)) and not _NOT_ORDER.match(after) and not _PAST.search(before) and not after.startswith("的")


def _beside(clause: str, match: re.Match[str]) -> tuple[str, str]:
    """The words before and after a 罚款, as far as any that order it can stand from it."""
    return clause[max(0, match.start() - 200) : match.start()], clause[match.end() : match.end() + 40]


def _is_mention(clause: str, match: re.Match[str]) -> bool:
    """True where 罚款 is only spoken of: decisions, collection, past fines."""
    before, after = _beside(clause, match)
    return bool(_NOT_ORDER.match(after) or _PAST.search(before) or not before.strip() or clause.rstrip().endswith("的"))


def _ranges(clause: str, group: list[Amount], done: int, end: int) -> list[FineRange]:
    """One `FineRange` an amount; 最高不超过… limits the one before it."""
    out: list[FineRange] = []
    last = done
    for amount in group:
        if amount.capped and out and not amount.ratio:
            out[-1] = replace(out[-1], cap=amount.ceiling)
            last = amount.end
            continue
        before = clause[last : amount.start]
        base, per = read_base(before)
        base = base or (out[-1].base if out and amount.ratio else "")
        start = _verb_start(clause, last, amount.start)
        fine = FineRange(
            text=clause[start:end],
            start=start,
            end=end,
            base=base if amount.ratio else "",
            per=per,
            optional=bool(_MAY.search(_own_words(clause, done, amount.start))),
            alternative=bool(_OR.search(clause[last : amount.start])) and (last > 0 or start > 0),
        )
        out.append(_with_amount(fine, amount))
        last = amount.end
    return out


def _with_amount(fine: FineRange, amount: Amount) -> FineRange:
    if amount.ratio:
        return replace(fine, times_floor=amount.floor, times_ceiling=amount.ceiling, cap=amount.money_ceiling)
    return replace(fine, floor=amount.floor, ceiling=amount.ceiling)


def _open_fine(clause: str, done: int, match: re.Match[str]) -> FineRange:
    start = _verb_start(clause, done, match.start())
    before = clause[done : match.start()]
    return FineRange(
        text=clause[start : match.end()],
        start=start,
        end=match.end(),
        optional=bool(_MAY.search(_own_words(clause, done, match.start()))),
        alternative=bool(re.search(r"或者.{0,6}$", before)),
    )


def _own_words(clause: str, done: int, at: int) -> str:
    """What governs the amount at `at`: the words since the last fine; 可以 before another penalty governs that."""
    words = clause[done:at]
    comma = max(words.rfind("，"), words.rfind("："))
    return words[comma + 1 :]


def _verb_start(clause: str, last: int, at: int) -> int:
    """Offset at which the words of the fine begin (可以并处…), at or after `last`."""
    verbs = list(_VERB.finditer(clause[last:at]))
    return last + verbs[-1].start() if verbs else max(last, at)
