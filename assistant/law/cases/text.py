"""A published case's text cut into its parts, by the headings such cases have.

Courts and ministries head them 基本案情 / 裁判结果 / 裁判理由 / 典型意义, arbitration 处理结果 / 案例分析,
newspapers 案情回顾 / 法官解读; all mean the same four parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTS: tuple[tuple[str, str], ...] = (
    ("correction", r"如何改正|怎样改正|整改情况|改正要求"),
    ("lesson", r"典型意义|指导意义|案件启示|案例启示|启示|提示|提醒|警示|法官提醒|普法提示|一句话|三句话|记住"),
    (
        "findings",
        r"理由$|裁判理由|裁判要点|裁判要旨|处理理由|法律适用|案例分析|案件分析|案例评析|评析|解析|法官解读|法官说法|律师说法|以案说法|以案释法|法理分析|定性|为什么|争议焦点",
    ),
    (
        "decision",
        r"裁判结果|处理结果|处罚结果|处理情况|处罚情况|调解结果|审理结果|复议结果|判决结果|裁决结果|法院裁判|处理决定|怎么处理|处理$",
    ),
    ("facts", r"基本案情|简要案情|案情简介|案情回顾|案情介绍|主要案情|案件事实|案情|事实|发生了什么|诉讼请求|申请人请求|投诉内容"),
)
_DROPPED = re.compile(r"关键词|相关法条|法条链接|法律链接|相关链接|相关规定|索引")
_MARKS = re.compile(
    r"^\s*(?:#{1,6}|\*\*|【|\[|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．])*\s*"
)
_ENDS = re.compile(r"(?<![】\]*：:\s])[】\]*：:\s]*+$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LONGEST_HEADING = 14
_DECIDES = re.compile(
    r"(?:判决|判令|裁定|裁决|决定)(?:如下|：|:|被告|原告|某|撤销|驳回|维持|支持|确认|罚款|给予)|(?:法院|委员会|局)[^。]{0,30}(?:判决|裁定|裁决|决定)"
)
_CASE_TITLE = re.compile(r"案$|案件$|纠纷$|案例$")


@dataclass(frozen=True, slots=True)
class CaseParts:
    """The parts of a case; each is plain lines, empty where the text has none. `lead` stood before the first heading."""

    title: str
    lead: str = ""
    facts: str = ""
    findings: str = ""
    decision: str = ""
    correction: str = ""
    lesson: str = ""


def cut_case(text: str, name: str = "") -> CaseParts:
    """Return the parts of a case's text; `name` is its title where the text has none."""
    lines = [line.rstrip() for line in _COMMENT.sub("", text).splitlines()]
    titles: list[str] = []
    found: dict[str, list[str]] = {}
    part = "lead"
    for line in lines:
        heading = _heading(line)
        named = _part(heading) if heading else None
        if named is not None:
            part = named
        elif heading and part == "lead" and (line.lstrip().startswith("#") or not titles):
            titles.append(heading)
        elif line.strip():
            found.setdefault(part, []).append(line.strip())
    body = {k: "\n".join(v) for k, v in found.items() if k != "dropped"}
    if "facts" not in body and "lead" in body:
        body["facts"] = body.pop("lead")
    if "decision" not in body and "facts" in body:
        body["facts"], body["decision"] = _decision_within(body["facts"])
    return CaseParts(title=_title(titles, name), **body)


def _decision_within(facts: str) -> tuple[str, str]:
    """The facts, and what was decided where they tell it at their end: from the last paragraph that says so."""
    lines = facts.split("\n")
    at = next((i for i in range(len(lines) - 1, 0, -1) if _DECIDES.search(lines[i])), None)
    return (facts, "") if at is None else ("\n".join(lines[:at]), "\n".join(lines[at:]))


def _heading(line: str) -> str:
    """The words of a line that may be a heading; empty for a line of text."""
    words = _ENDS.sub("", _MARKS.sub("", line))
    marked = line.lstrip().startswith("#")
    return words if words and (marked or (len(words) <= _LONGEST_HEADING and not re.search(r"[，。；！？,]", words))) else ""


def _part(heading: str) -> str | None:
    if len(heading) > _LONGEST_HEADING:
        return None
    if _DROPPED.search(heading):
        return "dropped"
    return next((part for part, words in _PARTS if re.search(words, heading)), None)


def _title(titles: list[str], name: str) -> str:
    """The name of the case among the titles (…纠纷案), else the first of them, else the file's name."""
    return next((t for t in titles if _CASE_TITLE.search(t)), titles[0] if titles else name)
