"""The facts of a draft document as the reviewer reads them beside the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.rules.context import Context
from assistant.review.text.model import Fact, Span
from assistant.review.text.passages import split_sentences

_EFFECT = re.compile(
    r"(?:自|从)[^。；;，,\n]{2,30}起(?:施行|实施|执行|生效|试行)|(?:施行|实施|执行|生效)(?:日期|时间)\s*[：:为][^。；;\n]{2,20}"
)
_TERM = re.compile(r"有效期[^。；;，,\n]{0,24}|有效至[^。；;，,\n]{0,24}|试行[一二三两\d]+年")
_SAYS_WHEN = re.compile(r"[\d一二三四五六七八九十两]|长期|印发|公布|发布")
#: Name of the fact, what its sentence says, what it must not say.
_SETS = (
    ("设定的处罚", re.compile(r"罚款|没收|吊销|责令停业|停产停业|给予警告|处以?[^。]{0,12}元"), re.compile(r"依照|按照有关|依法处理")),
    ("设定的许可和审批", re.compile(r"许可证|经[^。；，]{0,16}(?:批准|许可|同意|审核)|审批|核准|准入|备案"), None),
    ("设定的强制和收费", re.compile(r"查封|扣押|强制|缴纳|收取[^。]{0,8}费"), re.compile(r"不收取|不得收取")),
    ("设定的义务", re.compile(r"应当|必须|不得|禁止|严禁|须(?!知)"), None),
    ("规定的权利", re.compile(r"有权|可以|享有|鼓励|支持"), None),
)


def document_facts(context: Context) -> Iterator[Fact]:
    """Title, issuing body, basis, what it sets, effective date and term; the articles last."""
    document = context.document
    own = document.as_facts()
    yield from (f for f in own if f.name == "标题")
    if document.bureau:
        at = context.folded.find(document.bureau)
        yield Fact("制定机关", document.bureau, Span(at, at + len(document.bureau)) if at >= 0 else None)
    yield from _basis(context)
    for sentence in split_sentences(document.provisions, 0, "。；;\n"):
        for name, says, unless in _SETS:
            if says.search(sentence.text) and not (unless and unless.search(sentence.text)):
                yield Fact(name, sentence.text.strip()[:160], context.span(sentence.start, sentence.end))
                break
    for name, pattern in (("施行日期", _EFFECT), ("有效期", _TERM)):
        for match in pattern.finditer(document.provisions):
            if not _SAYS_WHEN.search(match.group()):
                continue
            yield Fact(name, match.group().strip(), Span(match.start(), match.end()))
    yield from (f for f in own if f.name == "条款")


def _basis(context: Context) -> Iterator[Fact]:
    """Every statute and article the document names, the first time it does."""
    told: set[str] = set()
    for cited in context.citations:
        if not cited.title or cited.title_source == "own":
            continue
        shown = f"《{cited.title}》{cited.label}"
        if shown not in told:
            told.add(shown)
            opening = re.search(r"根据|依据|按照", context.folded[max(0, cited.start - 30) : cited.start])
            yield Fact("制定依据", shown, Span(cited.start, cited.end), "", "" if opening else "文中引用")
