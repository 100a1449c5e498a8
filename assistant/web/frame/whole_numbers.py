"""A number as a form, an address or a header gives it: the one place where text from outside becomes one.

`str.isdigit` takes ² and ①, which `int` refuses; `int` takes other scripts' digits, signs, underscores and spaces, and
refuses or labours over thousands of digits. Only a few plain digits are a number here.
"""

from __future__ import annotations

#: Digits of a number that a database's columns hold.
DIGITS = 9


def whole_number(text: object, digits: int = DIGITS) -> int | None:
    """Return the number that a text of plain digits is, at most so many; None for anything else."""
    if not isinstance(text, str) or not 0 < len(text) <= digits or not text.isascii() or not text.isdigit():
        return None
    return int(text)
