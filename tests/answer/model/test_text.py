"""A model's stream cut into sentences: any piece size gives the same, headings and marks go where they belong."""

from __future__ import annotations

import pytest

from assistant.answer.model.text import Piece, SentenceReader

TEXT = "【结论】\n茶楼应当改正[1]。\n【理由】\n1. 条例规定：“茶楼不得强卖。违者受罚。”[2]。茶客可以退茶。[1]\n- 其他[1, 2]。\n【疑问】\n建议核实"


def read(text: str, size: int, *, whole: bool = True) -> list[Piece]:
    reader = SentenceReader()
    out = [p for k in range(0, len(text), size) for p in reader.feed(text[k : k + size])]
    return [*out, *reader.finish(whole=whole)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_give_the_same_sentences(size: int) -> None:
    assert read(TEXT, size) == [
        Piece("结论", "茶楼应当改正[1]。"),
        Piece("理由", "条例规定：“茶楼不得强卖。违者受罚。”[2]。"),
        Piece("理由", "茶客可以退茶。[1]"),
        Piece("理由", "其他[1][2]。"),
        Piece("疑问", "建议核实"),
    ]


def test_half_a_sentence_is_dropped_where_the_stream_may_have_been_cut() -> None:
    assert [p.text for p in read("【结论】\n茶楼应当改正[1]。没有写完的", 5, whole=False)] == ["茶楼应当改正[1]。"]


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_what_a_model_thinks_aloud_is_thrown_away(size: int) -> None:
    assert [p.text for p in read("<think>罚款十万元。[1]\n嗯。</think>\n【结论】\n改正[1]。", size)] == ["改正[1]。"]
    assert read("<think>没有想完。", size) == []


def test_other_forms_of_headings_and_bullets() -> None:
    text = "## 【结论】\n**改正**[1]。\n**理由：**\n（1）依照条例[1]。\n步骤：\n① 先核实。\n"
    assert read(text, 3) == [Piece("结论", "改正[1]。"), Piece("理由", "依照条例[1]。"), Piece("步骤", "① 先核实。")]


def test_wide_brackets_become_marks() -> None:
    assert [p.text for p in read("改正［1］【2】。", 2)] == ["改正[1][2]。"]
