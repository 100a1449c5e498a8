"""罚则 in spoken words: every provision here is invented."""

from __future__ import annotations

import pytest

from assistant.law.penalty.penalties import parse_penalties
from assistant.law.penalty.plain_words import act_words, names_only_an_article, tier_words, yuan
from assistant.law.statute.model import Article

LEAD = "违反本办法规定，有下列情形之一的，由县级人民政府茶楼主管部门"


def told(text: str) -> list[tuple[str, str]]:
    """(condition, spoken words) of every tier of one invented article."""
    provisions = parse_penalties(Article(9, 0, text, 9))
    return [(t.condition, tier_words(t)) for p in provisions for t in p.tiers]


@pytest.mark.parametrize(
    ("amount", "words"), [(200, "200元"), (5000, "5000元"), (10_000, "1万元"), (15_000, "1.5万元"), (300_000_000, "3亿元"), (0.5, "0.5元")]
)
def test_amounts_are_said_in_figures(amount: float, words: str) -> None:
    assert yuan(amount) == words


def test_tiers_are_said_with_their_conditions_and_amounts() -> None:
    text = "茶楼掺假的，由茶楼主管部门没收违法所得，并处违法所得2倍以上5倍以下的罚款；没有违法所得的，并处1万元以上3万元以下的罚款；情节严重的，责令停业整顿1个月至6个月。"
    assert told(text) == [
        ("", "没收违法所得，罚违法所得的2倍到5倍"),
        ("没有违法所得的", "罚1万元到3万元"),
        ("情节严重的", "停业整顿1个月到6个月"),
    ]


def test_what_may_be_is_told_from_what_must_be() -> None:
    assert told("茶楼不挂招牌的，由茶楼主管部门给予警告，可以并处5000元以下的罚款。") == [("", "给予警告，可以罚5000元以下")]


def test_acts_lose_number_lead_and_ending() -> None:
    assert act_words("（三）茶楼夜里卖酒的；") == "茶楼夜里卖酒"
    assert act_words("违反本办法规定，擅自开办茶楼的") == "擅自开办茶楼"
    assert act_words("茶楼违反本办法规定，夜里卖酒的") == "茶楼夜里卖酒"


def test_an_act_that_only_names_an_article_is_known() -> None:
    assert names_only_an_article("茶楼违反本办法第四条规定")
    assert not names_only_an_article("茶楼违反本办法第四条规定，夜里卖酒")
