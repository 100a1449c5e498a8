"""A verified text in segments: joined it is the text again, and every finding has its place."""

from __future__ import annotations

from assistant.law.citation.marked_up import segments
from assistant.law.citation.read import Citation
from assistant.law.citation.verify import Judged, Verdict

TEXT = "依据《虚构办法》第三、四条和第九条：“虚构的话”，决定。"


def judged(raw: str, verdict: Verdict, number: int, quote: str | None = None) -> Judged:
    start = TEXT.index(raw)
    at = TEXT.index(quote) if quote else None
    cited = Citation(
        raw, start, start + len(raw), "虚构办法", "bracketed", number, quote=quote, quote_start=at, quote_end=at and at + len(quote or "")
    )
    diff = [("delete", "虚构"), ("insert", "真实"), ("equal", "的话")] if quote else []
    return Judged(cited, verdict, "虚构的说明。", diff=diff)


FOUND = [
    judged("《虚构办法》第三、四条", Verdict.VALID, 3),
    judged("《虚构办法》第三、四条", Verdict.NO_SUCH_ARTICLE, 4),
    judged("第九条", Verdict.WRONG_TEXT, 9, "虚构的话"),
]


def test_segments_join_to_the_text() -> None:
    cut = segments(TEXT, FOUND)
    assert "".join(s.text for s in cut) == TEXT
    assert all(TEXT[s.start : s.end] == s.text for s in cut)


def test_the_gravest_verdict_shows_and_only_what_is_wrong_is_noted() -> None:
    cut = [s for s in segments(TEXT, FOUND) if s.judged]
    assert [(s.text, s.verdict, s.is_quote) for s in cut] == [
        ("《虚构办法》第三、四条", Verdict.NO_SUCH_ARTICLE, False),
        ("第九条", Verdict.WRONG_TEXT, False),
        ("虚构的话", Verdict.WRONG_TEXT, True),
    ]
    assert cut[0].notes == ("第四条　条文不存在：虚构的说明。",)
    assert "〔删：虚构〕〔增：真实〕的话" in cut[2].notes[0]


def test_overlapping_findings_are_not_lost() -> None:
    inner = judged("第三、四条", Verdict.REPEALED, 3)
    cut = segments(TEXT, [FOUND[0], inner])
    assert "".join(s.text for s in cut) == TEXT and len([s for s in cut if s.judged]) == 1
    assert any("已废止" in n for s in cut for n in s.notes)


def test_nothing_found_is_one_piece() -> None:
    assert [s.text for s in segments("虚构", [])] == ["虚构"] and segments("", []) == ()
