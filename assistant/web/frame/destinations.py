"""Where a person may be sent after signing in: the pages of this site that people open, and nothing else.

The list is of pages, not of what an address must not look like. An address is taken only where every character of it is one
that our own addresses have: no second slash, backslash, dot, percent sign or control character can be in the path at all.
"""

from __future__ import annotations

import re
from typing import Final

_ID = "[0-9A-Za-z_-]{1,64}"
#: Every page, with its parameters as the routes name them; a test compares the two.
PAGES: Final = (
    "/",
    "/account/password",
    "/staff",
    "/staff/",
    "/staff/matters",
    "/staff/matters/new",
    "/staff/matters/{matter_id}",
    "/staff/matters/{matter_id}/edit",
    "/staff/matters/{matter_id}/publish",
    "/staff/reviews",
    "/staff/reviews/new",
    "/staff/reviews/{review_id}",
    "/staff/cases",
    "/staff/cases/new",
    "/staff/cases/new/{draft_id}",
    "/staff/cases/{number}",
    "/staff/documents",
    "/staff/documents/changes/{number}",
    "/staff/documents/import/{batch}",
    "/staff/verify",
    "/staff/verify/{number}",
    "/staff/work/{job_id}",
    "/staff/consultations",
    "/staff/consultations/{left_id}",
    "/staff/notifications",
    "/staff/notifications/{number:int}",
    "/onsite",
    "/onsite/fields/{field}",
    "/onsite/cards/{address}",
    "/counsel",
    "/counsel/matters/{matter_id}",
    "/counsel/matters/{matter_id}/opinion",
    "/counsel/work/{job_id}",
    "/counsel/notifications",
    "/counsel/notifications/{number:int}",
    "/admin",
    "/admin/documents",
    "/admin/documents/statute",
    "/admin/documents/changes",
    "/admin/documents/waiting",
    "/admin/documents/waiting/{number}",
    "/admin/words",
    "/admin/numbers",
    "/admin/people",
    "/admin/settings",
    "/admin/trail",
    "/admin/notifications",
)
#: Parameters that name an id; a field of business is a Chinese word.
_KINDS: Final = {"field": r"[\u4e00-\u9fffA-Za-z0-9]{1,30}", "number:int": "[0-9]{1,9}"}
#: Names and values as our own links and search boxes write them.
_QUERY: Final = r"(?:\?[a-z_]{1,20}=[\w%+.~-]{0,600}(?:&[a-z_]{1,20}=[\w%+.~-]{0,600}){0,9})?"
_LONGEST: Final = 2000


def _pattern(page: str) -> str:
    parts = re.split(r"\{([^}]+)\}", page)
    return "".join(_KINDS.get(part, _ID) if n % 2 else re.escape(part) for n, part in enumerate(parts))


_KNOWN: Final = re.compile(f"(?:{'|'.join(map(_pattern, PAGES))}){_QUERY}")


def known_page(wanted: str) -> str:
    """Return an address where it is a page of this site that people are sent to, else nothing."""
    return wanted if len(wanted) <= _LONGEST and _KNOWN.fullmatch(wanted) else ""
