"""A DOCX template the bureau may put in the place of a packaged one: the one way a paper is written from a template.

A template is a program. It is read into Jinja's sandbox, in which nothing can be called and no name exists but those
documented for the paper; on top of that its syntax is held to a short list of what a form letter needs, so that what
it writes is bounded by its own size and that of the words given. What is not on the list is refused, whatever it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.errors import BadSetting
from assistant.review.report.docx_parts import DocxRefused, check_parts

#: The most one part of a paper may come to, in characters.
MOST_WRITTEN = 4_000_000
_MOST_NODES, _DEEPEST, _CONST_CHARS, _LARGEST_NUMBER = 20_000, 20, 1000, 1000
#: What a template may do with a word beside showing it.
_FILTERS = ("count", "d", "default", "e", "escape", "first", "join", "last", "length", "lower", "trim", "upper")
_TESTS = ("defined", "undefined", "none", "odd", "even")
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
#: What is most often tried, in the words of the refusal.
_KINDS = {
    "Call": "调用（函数名后加括号）",
    "Getattr": "取内部属性的写法",
    "Getitem": "取内部属性的写法",
    "Assign": "赋值（set）",
    "AssignBlock": "赋值（set）",
    "With": "赋值（with）",
    "Include": "引入别的文件（include）",
    "Import": "引入别的文件（import）",
    "FromImport": "引入别的文件（import）",
    "Extends": "引入别的文件（extends）",
    "Macro": "宏（macro）",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

#: A word is text, a list of texts, or a list of entries each with the same fields; a sample shows which.
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper: the setting that names the bureau's template, its Chinese name, the packaged template, sample words."""

    setting: str
    name: str
    packaged: Path
    sample: Words


class TemplateRefused(BadSetting):
    """A template of the bureau's own that cannot be used; the packaged one can."""

    def __init__(self, paper: Paper, path: Path, reason: str) -> None:
        super().__init__(
            f"{paper.name} {path} 不能使用：{reason}。请管理员改好这个文件，或者去掉设置 {paper.setting}（改用随附模板）；"
            f"在此之前可以用随附模板导出"
        )


class _Refused(Exception):
    """Why a template is refused, in Chinese, with what it names where it names something."""


def fill(paper: Paper, own: Path | str | None, words: Words) -> bytes:
    """Return the paper as DOCX, from the bureau's own template where there is one; raises TemplateRefused."""
    from docxtpl import DocxTemplate

    path = Path(own) if own else paper.packaged
    out = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(check_parts(path)))
        document.render(_cleaned(words), _Sandbox(paper.sample), autoescape=True)
        document.save(out)
    except (DocxRefused, _Refused) as refused:
        raise TemplateRefused(paper, path, str(refused)) from refused
    except TemplateSyntaxError as error:
        near = _near(error)
        raise TemplateRefused(
            paper, path, f"标记写得不对（如 {{{{ }}}}、{{% %}} 没有配对）{f'，在“{near}”附近' if near else ''}"
        ) from error
    except Exception as error:  # docxtpl, jinja2, lxml and python-docx raise many kinds for a template that is none
        raise TemplateRefused(paper, path, f"不是可用的 DOCX 模板（{type(error).__name__}）") from error
    return out.getvalue()


def check(paper: Paper, own: Path | str | None) -> None:
    """Fill a template in with sample words, through everything a paper goes through; raises TemplateRefused."""
    fill(paper, own, paper.sample)


def _cleaned(value: Any) -> Any:
    """The words without the control characters that XML refuses."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, Mapping):
        return {name: _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value


def _near(error: TemplateSyntaxError) -> str:
    """The words of the template around a fault, as docxtpl notes them."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    return next((line[:40] for line in lines if "{" in line), "")


class _Bounded(Template):
    """A template that stops once it has written too much."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return what it writes; raises _Refused past the bound."""
        out, size = [], 0
        for piece in self.generate(*args, **kwargs):
            size += len(piece)
            if size > MOST_WRITTEN:
                raise _Refused("写出来的内容太长")
            out.append(piece)
        return "".join(out)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with the documented words and nothing else; a template is checked before it becomes code."""

    template_class = _Bounded

    def __init__(self, sample: Words) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._sample = sample
        self.globals = {}
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in (*_TESTS, "eq", "ne", "lt", "le", "gt", "ge") if name in self.tests}

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> CodeType:  # type: ignore[override]
        """Check the template, then make it code."""
        _Syntax(self._sample).check(self.parse(source))
        return super().compile(source, *args, **kwargs)  # type: ignore[no-any-return]


class _Syntax:
    """Holds a template's syntax tree to the list: text, documented words, conditions, and loops over documented lists."""

    def __init__(self, sample: Words) -> None:
        self._sample = sample
        self._fields: dict[str, frozenset[str]] = {}  # of the entries that the loops around a place go over
        self._count = 0

    def check(self, tree: nodes.Template) -> None:
        """Raise _Refused for the first thing that is not on the list."""
        self._all(tree.body, 0)

    def _all(self, found: list[Any], depth: int) -> None:
        for node in found:
            self._one(node, depth + 1)

    def _one(self, node: Any, depth: int) -> None:
        self._count += 1
        if self._count > _MOST_NODES or depth > _DEEPEST:
            raise _Refused("标记太多或者嵌套太深")
        match node:
            case nodes.TemplateData():
                return
            case nodes.Const(value=value):
                self._const(value)
            case nodes.Output(nodes=inner):
                self._all(inner, depth)
            case nodes.Name(name=name):
                if name not in self._sample and name not in self._fields:
                    raise _Refused(f"用了没有的内容“{_shown(name)}”，可以用的是：{'、'.join(self._sample)}")
            case (
                nodes.Getattr(node=nodes.Name(name=name), attr=str(field))
                | nodes.Getitem(node=nodes.Name(name=name), arg=nodes.Const(value=str(field)))
            ):
                self._field(name, field)
            case nodes.If(test=test, body=body, elif_=others, else_=rest):
                self._all([test, *body, *others, *rest], depth)
            case nodes.CondExpr(test=test, expr1=first, expr2=second):
                self._all([test, first, *([second] if second is not None else [])], depth)
            case nodes.Compare(expr=left, ops=ops):
                self._all([left, *(op.expr for op in ops)], depth)
            case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right) | nodes.Mul(left=left, right=right):
                if isinstance(node, nodes.Mul):
                    self._product(left, right)
                self._all([left, right], depth)
            case nodes.Not(node=inner):
                self._one(inner, depth + 1)
            case nodes.Filter() | nodes.Test():
                self._filter(node, depth)
            case nodes.For():
                self._loop(node, depth)
            case _:
                kind = _KINDS.get(type(node).__name__, "算式或者别的写法")
                raise _Refused(f"用了模板里不允许的{kind}；只能用内容、条件（if）和循环（for）")

    def _const(self, value: Any) -> None:
        fits = len(value) <= _CONST_CHARS if isinstance(value, str) else value is None or abs(value) <= _LARGEST_NUMBER
        if not fits:
            raise _Refused("标记里的文字或者数字太大")

    def _field(self, name: str, field: str) -> None:
        if field not in self._fields.get(name, frozenset()):
            known = "、".join(sorted(self._fields.get(name, frozenset()))) or "（没有）"
            raise _Refused(f"“{_shown(name)}”没有“{_shown(field)}”这一项，可以用的是：{known}")

    def _product(self, *sides: Any) -> None:
        """A column's width times the loop's length is what docxtpl writes for merged cells; nothing else is multiplied."""
        for side in sides:
            number = isinstance(side, nodes.Const) and isinstance(side.value, int)
            length = isinstance(side, nodes.Getattr) and isinstance(side.node, nodes.Name) and side.node.name == "loop"
            if not (number or (length and "loop" in self._fields)):
                raise _Refused("模板里不能做乘法")

    def _filter(self, node: Any, depth: int) -> None:
        kind, known = ("过滤器", _FILTERS) if isinstance(node, nodes.Filter) else ("判断", _TESTS)
        plain = all(isinstance(argument, nodes.Const) for argument in node.args)
        if node.name not in known or not plain or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
            raise _Refused(f"不能用{kind}“{_shown(node.name)}”，可以用的是：{'、'.join(known)}")
        self._all([node.node, *node.args], depth)

    def _loop(self, node: nodes.For, depth: int) -> None:
        if self._fields:
            raise _Refused("循环里不能再套循环")
        if not isinstance(node.iter, nodes.Name) or not isinstance(node.target, nodes.Name) or node.recursive:
            raise _Refused("循环只能写成 {% for x in 内容 %}")
        name, listed = node.target.name, self._sample.get(node.iter.name)
        if not isinstance(listed, list):
            lists = "、".join(n for n, v in self._sample.items() if isinstance(v, list))
            raise _Refused(f"“{_shown(node.iter.name)}”不能循环，可以循环的是：{lists}")
        if name in self._sample or name == "loop":
            raise _Refused(f"循环里的名称不能叫“{_shown(name)}”，请换一个")
        entry = listed[0]
        self._fields = {name: frozenset(entry) if isinstance(entry, Mapping) else frozenset(), "loop": _LOOP}
        self._all([*node.body, *([node.test] if node.test else [])], depth)
        self._fields = {}
        self._all(node.else_, depth)


def _shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"
