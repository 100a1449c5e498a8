"""主管部门: which authority a statute puts in charge, for penalties that name none (行政处罚法 第十七条, 第二十三条)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.law.statute.model import Article
from assistant.law.text.numerals import fold_width

_IN_CHARGE = re.compile(
    r"(?:^|[，。；\n])(?P<who>[^，。；：\n]{0,30}?(?:县级以上|县级|县)[^，。；：\n]{0,30}?(?:部门|机构))(?=[^，。；：\n]{0,12}?(?:负责|主管))"
)
_WORK_OF = re.compile(r"(?:主管|管理|负责)(?P<field>[^，。；的]{2,12}?)(?:工作|管理|监督){0,4}的(?:行政)?(?:部门|机构)$")
#: Who is in charge stands at the beginning of a statute.
_FIRST_ARTICLES = 12


def in_charge(articles: Iterable[Article]) -> tuple[Article, str] | None:
    """Return the article that puts a county authority in charge of a statute, and the authority's name; None where none does."""
    for article in articles:
        if article.number > _FIRST_ARTICLES:
            return None
        match = _IN_CHARGE.search(fold_width(article.text))
        if match:
            return article, match["who"].removeprefix("由")
    return None


def plain_office(name: str) -> str:
    """Return an office named by its work in the usual form: 主管体育工作的部门 → 体育主管部门; others as they are."""
    return _WORK_OF.sub(lambda m: f"{m['field']}主管部门", name)
