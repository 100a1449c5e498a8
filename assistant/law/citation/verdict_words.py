"""The Chinese words in which a verdict on a citation is explained."""

from __future__ import annotations

from datetime import date

from assistant.law.statute.model import Status
from assistant.law.statute.shelf import Repeal, ShelfVersion
from assistant.law.text.dates import chinese_date
from assistant.law.text.diff import Marks
from assistant.law.text.numerals import to_chinese
from assistant.law.text.titles import short_title


def repeal_detail(title: str, repeal: Repeal) -> str:
    """Return the sentence that says which provision ended a statute, and since when."""
    day = f"自{chinese_date(repeal.effective)}起" if repeal.effective else ""
    return f"《{short_title(title)}》{day}已由《{short_title(repeal.by_title)}》{repeal.article}废止。"


def version_name(version: ShelfVersion) -> str:
    """Return what a version is called in a sentence: …年…月…日文本."""
    day = version.version_date or version.effective_from
    return f"{chinese_date(day)}文本" if day else "收录的文本"


def status_words(version: ShelfVersion, as_of: date) -> str:
    """Return 现行有效, or for a version since superseded that it was good on the day."""
    superseded = version.status in (Status.AMENDED, Status.REPEALED)
    return f"在{chinese_date(as_of)}有效" if superseded else "现行有效"


def differences(diff: Marks) -> str:
    """The first difference in words; how many more there are."""
    gone = [p for op, p in diff if op == "delete"]
    lacking = [p for op, p in diff if op == "insert"]
    parts = []
    if gone:
        parts.append("文中“" + "”“".join(gone[:3]) + "”")
    if lacking:
        parts.append("原文“" + "”“".join(lacking[:3]) + "”")
    places = max(len(gone), len(lacking))
    return "，".join(parts) + (f"等{to_chinese(places)}处" if places > 3 else "")
