"""Whether the configured model answers, how fast, and whether it keeps to the form: one short trial on an invented rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import monotonic

from assistant.answer.model.client import ModelClient
from assistant.answer.model.writing import Draft, Writer
from assistant.answer.parts import Answer, Citation, Section
from assistant.config import Settings
from assistant.errors import BadSetting

# Invented: no word of it is law.
_RULE = (
    "虚构茶楼违反本条例第三条规定，强行兜售茶点的，由虚构茶叶主管部门责令改正，处二百元以上八百元以下罚款；情节严重的，吊销虚构茶楼许可证。"
)
_QUESTION = "虚构茶楼强行兜售茶点怎么处罚？"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the trial showed: seconds to the first proved sentence and in all, sentences proved and refused, and in words."""

    model: str
    reached: bool
    seconds: float
    first_seconds: float | None
    proved: int
    refused: int
    usable: bool
    line: str


def check_model(settings: Settings, client: ModelClient) -> Checked:
    """Return what a trial shows; raises BadSetting where no model is configured."""
    if not client.configured:
        raise BadSetting(
            "没有设置语言模型：写好 model_url 和 model_name（密钥用环境变量 ASSISTANT_MODEL_KEY）后再试；不设置时一切照常，答复不使用模型"
        )
    began = monotonic()
    *_, last = Writer(settings, client, purpose="试用模型").write(trial())
    usable = last.answer is not None
    reached = bool(last.sentences) or usable or "没有按格式" in last.line
    return Checked(
        settings.model_name, reached, monotonic() - began, last.first_seconds, len(last.passed), last.refused, usable, _said(last, reached)
    )


def trial() -> Answer:
    """The answer the model is tried on: one invented article."""
    citation = Citation(1, "trial", "虚构茶楼条例", "第七条", "2020-01-01", "现行有效", "", _RULE)
    return Answer(_QUESTION, date.today(), (Section("结论", f"{_RULE}[1]"),), (citation,))


def _said(draft: Draft, reached: bool) -> str:
    if draft.answer is not None:
        return "可以撰写答复：按格式作答，写的句子通过了核对。"
    if reached:
        return f"连得上，但写的内容没有通过核对，答复仍以条文引文为准（{draft.line}）。"
    return draft.line
