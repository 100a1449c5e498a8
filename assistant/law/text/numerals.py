"""Chinese and Arabic numerals as statutes write them: article numbers, counts, amounts of money.

Pure functions; nothing here knows about statutes.
"""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿", strict=True)) | {"貳": "二", "參": "三"}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
#: Tens in one character, as dates and market talk have them.
_TENS = {"廿": 20, "卅": 30, "卌": 40}
#: What one digit said right after a unit counts: 一万五 is 一万五千. After 十 it counts as itself.
_SAID = frozenset("一二两三四五六七八九123456789")
_TAIL = {"百": 10, "千": 100, "万": 1_000, "亿": 10_000_000}
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_TOKENS = re.compile(r"\d+(?:\.\d+)?|.")
_WIDTHS = {code: code - 0xFEE0 for span in ("０９", "ＡＺ", "ａｚ") for code in range(ord(span[0]), ord(span[1]) + 1)}
_WIDTHS |= {0x3000: ord(" "), ord("．"): ord(".")}
_NAMES = "零一二三四五六七八九"

#: Characters that may stand in a numeral; for use inside a regular-expression class.
NUMERAL_CHARS = "零〇○一二两三四五六七八九十百千万亿廿卅0-9０-９"


def fold_width(text: str) -> str:
    """Return `text` with full-width letters, digits and the ideographic space made half-width.

    Chinese punctuation is left alone: statutes are compared and quoted with it.
    """
    return text.translate(_WIDTHS)


def to_int(numeral: str) -> int | None:
    """Return the whole number a numeral stands for, or None where it is not one.

    >>> to_int("一百二十三"), to_int("35"), to_int("二〇二一")
    (123, 35, 2021)
    """
    value = to_number(numeral)
    if value is None or value != int(value):
        return None
    return int(value)


def to_number(numeral: str) -> float | None:
    """Return the value of a Chinese, Arabic or mixed numeral (`1.5万`, `一万五千`, `一万五`, `廿五`), or None.

    A single digit right after 百, 千, 万 or 亿 is said of the unit below: 三百五 is 350, 三百零五 is 305. Formal digits (壹贰叁 …) count as their plain ones. An empty string is None.
    """
    text = "".join(_FORMAL.get(c, c) for c in fold_width(numeral)).replace(",", "").replace("，", "").strip()
    if not text:
        return None
    if all(c in _DIGITS for c in text) and len(text) > 1:
        return float("".join(str(_DIGITS[c]) for c in text))
    return _scaled(text)


def _scaled(text: str) -> float | None:
    """Value of a numeral made of digits and the units 十百千万亿."""
    total = section = 0.0
    pending: float | None = None
    tokens = _TOKENS.findall(text)
    if len(tokens) > 2 and tokens[-2] in _TAIL and tokens[-1] in _SAID:
        whole, tail = _scaled(text[:-1]), _scaled(tokens[-1])
        return None if whole is None or tail is None else whole + tail * _TAIL[tokens[-2]]
    for token in tokens:
        if token in _TENS and pending is None:
            section += _TENS[token]
        elif token in _DIGITS:
            pending = float(_DIGITS[token])
        elif token in _SMALL_UNITS:
            section += (1.0 if pending is None else pending) * _SMALL_UNITS[token]
            pending = None
        elif token == "万":
            total += (section + (pending or 0.0)) * 10_000
            section, pending = 0.0, None
        elif token == "亿":
            total = (total + section + (pending or 0.0)) * 100_000_000
            section, pending = 0.0, None
        elif _DECIMAL.fullmatch(token):
            pending = float(token)
        else:
            return None
    return total + section + (pending or 0.0)


def to_chinese(value: int) -> str:
    """Return a non-negative integer below one 亿 in Chinese numerals (`102` → `一百零二`).

    Raises ValueError for numbers outside that range.
    """
    if not 0 <= value < 100_000_000:
        raise ValueError(f"cannot write {value} in Chinese numerals")
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return to_chinese(high) + "万" + (gap + _below_ten_thousand(low) if low else "")
    text = _below_ten_thousand(value)
    return text[1:] if text.startswith("一十") else text


def to_formal_money(yuan: float) -> str:
    """Return an amount below one 万亿 yuan in the formal words of papers (`20000` → `贰万元整`, `0.5` → `伍角`).

    Raises ValueError for amounts outside that range.
    """
    cents = round(yuan * 100)
    if not 0 <= cents < 100_000_000_000_000:
        raise ValueError(f"cannot write {yuan} in formal words")
    whole, rest = divmod(cents, 100)
    high, low = divmod(whole, 100_000_000)
    words = (to_chinese(high) + "亿" if high else "") + ("零" if high and 0 < low < 10_000_000 else "")
    words += to_chinese(low) if low or not high else ""
    words = ("一" + words if words.startswith("十") else words).translate(_TO_FORMAL)
    jiao, fen = divmod(rest, 10)
    small = (f"{_NAMES[jiao]}角" if jiao else "零" if fen and whole else "") + (f"{_NAMES[fen]}分" if fen else "")
    return (f"{words}元" if whole or not rest else "") + (small.translate(_TO_FORMAL) or "整")


_TO_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def _below_ten_thousand(value: int) -> str:
    if value == 0:
        return "零"
    out, zero = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            out += ("零" if zero else "") + _NAMES[digit] + unit
            zero = False
        elif out and value:
            zero = True
    return out
