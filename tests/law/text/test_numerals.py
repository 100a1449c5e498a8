"""Numerals as they are written, and as they are said."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from assistant.law.text.numerals import NUMERAL_CHARS, to_chinese, to_number
from assistant.library.sources.packaged import packaged_documents

SAID = {
    "一万五": 15_000, "1万5": 15_000, "１万５": 15_000, "两千五": 2_500, "三百五": 350, "一百八": 180, "三十万五": 305_000, "一亿二": 120_000_000,
    "贰仟伍": 2_500, "一万五千": 15_000, "一万零五": 10_005, "三百零五": 305, "三百五十": 350, "1万5000": 15_000, "1万500": 10_500, "1.5万": 15_000,
    "1,000": 1_000, "1，000": 1_000, "廿": 20, "廿五": 25, "卅": 30, "二十五": 25, "十五": 15, "二〇二一": 2021, "二百万": 2_000_000,
    "一千五百万": 15_000_000, "壹仟伍佰": 1_500, "两万": 20_000, "0": 0,
}  # fmt: skip


@pytest.mark.parametrize(("numeral", "value"), SAID.items())
def test_a_numeral_is_read_as_it_is_said(numeral: str, value: int) -> None:
    assert to_number(numeral) == value


@pytest.mark.parametrize("word", ["", "五卅", "元", "几百", "一点五", "三-五"])
def test_what_is_no_numeral_is_none(word: str) -> None:
    assert to_number(word) is None


def test_what_is_written_is_read_back() -> None:
    for value in [*range(1, 12_000), *range(12_000, 1_000_000, 997), 99_999_999]:
        assert to_number(to_chinese(value)) == value


def test_no_numeral_of_the_statutes_is_said_short() -> None:
    """Statutes write numerals out, so that reading the short way changes none of them."""
    short = re.compile("[百千万亿][一二两三四五六七八九](?![十百千万亿])")
    found: Counter[str] = Counter()
    for document, _ in packaged_documents():
        for article in document.articles:
            found.update(re.findall(f"[{NUMERAL_CHARS}]{{2,}}", article.label))
    assert len(found) > 500 and not [n for n in found if short.search(n)]
