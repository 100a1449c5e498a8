"""The graph of the law: which articles an article's own words point to.

`违反本条例第二十一条` ties a penalty provision to the duty it enforces; `依照本法第三十条` and
`《…》第十条` are plain references. Both ends are found from either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.text.numerals import NUMERAL_CHARS, to_int
from assistant.law.text.titles import title_key

_NUMBER = rf"第([{NUMERAL_CHARS}]{{1,9}})条(?:之([一二三四五六七八九十]{{1,2}}))?"
_OWN = r"本(?:法|条例|规定|办法|规则|细则|解释|决定|章程)"
_TITLE = r"《([^《》]{2,60}(?:《[^《》]{2,40}》[^《》]{0,20})?)》"
_REFERENCE = re.compile(rf"(?P<own>{_OWN})|{_TITLE}|{_NUMBER}")
_VIOLATES = re.compile(r"(?:违反|不履行|未履行|未按照?|不按照?)[^。；]{0,12}$")
_GAP_LIMIT = 24


@dataclass(frozen=True, slots=True)
class Reference:
    """One article another article points to; `title` is empty for an article of the same statute."""

    title: str
    number: int
    suffix: int
    violated: bool


def references(text: str, own_number: int = 0) -> tuple[Reference, ...]:
    """Return the articles that `text` names, in order, without repeats and without itself.

    A list (第二十一条、第二十二条) belongs to the title before it. `violated` is true where the
    words before say that the article was broken, which makes this one its penalty provision.
    """
    found: dict[tuple[str, int, int], Reference] = {}
    title: str | None = None
    violated, last_end = False, -_GAP_LIMIT
    for match in _REFERENCE.finditer(text):
        if match.group("own"):
            title, violated, last_end = "", bool(_VIOLATES.search(text, max(0, match.start() - _GAP_LIMIT), match.start())), match.end()
        elif match.group(2):
            title, violated, last_end = (
                title_key(match.group(2)),
                bool(_VIOLATES.search(text, max(0, match.start() - _GAP_LIMIT), match.start())),
                match.end(),
            )
        elif title is not None and match.start() - last_end <= _GAP_LIMIT:
            number, suffix = to_int(match.group(3)), to_int(match.group(4) or "") or 0
            last_end = match.end()
            if number and not (title == "" and number == own_number and not suffix):
                found.setdefault((title, number, suffix), Reference(title, number, suffix, violated))
    return tuple(found.values())
