"""Names in a text, and what the thesaurus makes of one."""

from __future__ import annotations

from assistant.search.words.names import Names
from assistant.search.words.thesaurus import Entry, Thesaurus


def test_every_name_in_the_text_is_found_in_the_order_of_its_place() -> None:
    names = Names(["茶馆", "茶馆管理", "茶水", "馆"])
    assert names.within("虚构茶馆管理办法") == ["茶馆", "茶馆管理"]
    assert names.within("水") == [] and names.within("") == []


def test_a_longer_word_hides_the_shorter_one_in_it() -> None:
    thesaurus = Thesaurus((Entry(("茶馆",), ("饮品店",)), Entry(("小茶馆", "茶馆子"), ("小型饮品店",)), Entry(("遛鸟",), ("携带禽类",))))
    assert thesaurus.expand("小茶馆里遛鸟") == {"小茶馆": ("小型饮品店",), "遛鸟": ("携带禽类",)}
    assert thesaurus.expand("小茶馆旁边的茶馆") == {"小茶馆": ("小型饮品店",), "茶馆": ("饮品店",)}
