"""What is said of a setting: its bounds, its value, and what is wrong with one, all in Chinese; and what a text may hold."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

#: The longest text, unless a setting has a bound of its own, and the most entries of a list or table.
TEXT_CHARS, MOST_ENTRIES = 1000, 300
#: Days the content of the audit trail is kept at least, where it is not kept for good.
LEAST_KEPT_DAYS: Final = 180
_UNSEEN = ("Cc", "Cs", "Zl", "Zp", "Co", "Cn")
#: Direction marks turn what is read on a page round.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_REASONS: Mapping[str, str] = {
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "须小于 {lt}",
    "finite_number": "应为有限的数",
    "string_type": "应为文字",
    "string_too_long": "最多 {max_length} 字",
    "string_pattern_mismatch": "格式不对",
    "extra_forbidden": "没有这项设置",
    "list_type": "应为列表，一行一个",
    "dict_type": "应为对照表",
    "bool_parsing": "应为 true 或 false",
    "path_type": "应为文件或文件夹的路径",
}

#: Ports name a place: one that is wrong is not replaced by another, it stops the start.
_PLACES: Final = frozenset({"port", "smtp_port"})
_BOUNDS: Final = frozenset({"greater_than_equal", "greater_than", "less_than_equal", "less_than", "finite_number", "kept_days"})


@dataclass(frozen=True, slots=True)
class Ignored:
    """A value in `assistant.toml` that cannot be used: the default stands in its place."""

    name: str
    reason: str


def check_text(value: Any) -> Any:
    """Return a setting's value whose texts are of a sensible length and hold nothing that is not seen; raises a validation error."""
    if isinstance(value, str | Path):
        text = str(value)
        if len(text) > TEXT_CHARS:
            raise PydanticCustomError("text_chars", "太长了，最多 {most} 字", {"most": TEXT_CHARS})
        if any(c in _TURNING or unicodedata.category(c) in _UNSEEN for c in text):
            raise PydanticCustomError("text_control", "里面有换行或者看不见的控制字符")
    elif isinstance(value, list | dict):
        if len(value) > MOST_ENTRIES:
            raise PydanticCustomError("text_entries", "太多了，最多 {most} 项", {"most": MOST_ENTRIES})
        for entry in value:
            check_text(entry)
    return value


def is_secret(field: FieldInfo) -> bool:
    """True for a setting that is never shown."""
    return field.repr is False


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """Return the least and the greatest number a setting may be, None where there is no such bound."""
    low = next((getattr(m, key) for m in field.metadata for key in ("ge", "gt") if hasattr(m, key)), None)
    high = next((getattr(m, key) for m in field.metadata for key in ("le", "lt") if hasattr(m, key)), None)
    return low, high


def bounds_text(field: FieldInfo) -> str:
    """Return the bounds as they are shown beside a setting, empty where it is no number."""
    low, high = bounds(field)
    return "" if low is None or high is None else f"{low:g}–{high:.12g}"


def value_text(field: FieldInfo, value: Any) -> str:
    """Return a value as it is shown (a list one entry a line), of a secret only that it is set; passwords in addresses are hidden."""
    if is_secret(field):
        return "（已设置）" if value else ""
    if value is None:
        return ""
    text = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return _CREDENTIALS.sub("…", text)


def reason(error: ErrorDetails) -> str:
    """Return what is wrong with a value, in Chinese."""
    kind, context, message = error["type"], error.get("ctx", {}), error["msg"]
    if kind == "literal_error":
        return f"只能是 {str(context.get('expected', '')).replace(' or ', '、')}"
    if kind in _REASONS:
        return _REASONS[kind].format_map(context)
    if kind.startswith(("int_", "float_")):
        return "应为整数" if kind.startswith("int_") else "应为数"
    return message if re.search(r"[\u4e00-\u9fff]", message) else "填写的内容不对"


def ignorable(errors: Sequence[ErrorDetails], stored: Set[str], live: Set[str], before: Sequence[Ignored]) -> list[Ignored]:
    """Return which stored values may be left out so that the rest can be used; none where anything else is wrong, too.

    A number out of bounds may, and whatever can be changed on the web: no click there keeps the site from starting.
    """
    out: dict[str, Ignored] = {}
    for error in errors:
        names = [str(error["loc"][0])] if error["loc"] else []
        if error["type"] == "threshold_source":  # the source itself was left out: thresholds are not shown without one
            names = [n for n in stored if n.startswith("hearing_")] if any(i.name == "hearing_source" for i in before) else []
        own = [n for n in names if n in stored and f"ASSISTANT_{n.upper()}" not in os.environ]
        if not own or not all(n in live or (error["type"] in _BOUNDS and n not in _PLACES) for n in own):
            return []
        out |= {name: Ignored(name, reason(error)) for name in own}
    return list(out.values())
