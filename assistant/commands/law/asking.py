"""`search` and `ask`, one question or a file of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, AsOf, Desk, ForDesk, console, day_text, say, show, show_json
from assistant.errors import BadSetting, RefusedInput

if TYPE_CHECKING:
    from assistant.answer.parts import Answer
    from assistant.answer.service import Assistant
    from assistant.search.searcher import Hit

Batch = Annotated[
    Path | None, typer.Option("--batch", metavar="文件.jsonl", help='成批提问：每行 {"id","question"}，按序每行输出一个 JSON。')
]
Question = Annotated[str | None, typer.Argument(metavar="问题", help="要问的话。")]
#: How much of an article a list of hits shows.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of a batch file."""

    id: Any
    question: str


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("search")(search)
    app.command("ask")(ask)


def search(
    context: typer.Context,
    question: Question = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="返回几条。")] = 10,
    as_of: AsOf = None,
    desk: ForDesk = Desk.STAFF,
    batch: Batch = None,
    explain: Annotated[bool, typer.Option("--explain", help="说明每条为何排在这里。")] = False,
    as_json: AsJson = False,
) -> None:
    """检索条文。"""

    def hits(assistant: Assistant, text: str) -> dict[str, Any]:
        found = assistant.search(text, k=k, as_of=as_of, desk=desk.value, explain=explain)
        return {"hits": [_hit(hit) for hit in found]}

    _run(context, question, batch, as_json, hits, _print_hits)


def ask(
    context: typer.Context,
    question: Question = None,
    as_of: AsOf = None,
    desk: ForDesk = Desk.STAFF,
    batch: Batch = None,
    with_model: Annotated[
        bool, typer.Option("--with-model", help="由设置的语言模型撰写，逐句核对；没有通过的用不使用模型的答复。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """回答问题，逐条注明依据；没有依据就说明，不编造。"""

    def answer(assistant: Assistant, text: str) -> dict[str, Any]:
        given = assistant.ask(text, as_of=as_of, desk=desk.value)
        if with_model and desk is Desk.STAFF:
            given = _written(assistant, given)
        body: dict[str, Any] = given.as_json()
        return body

    _run(context, question, batch, as_json, answer, lambda body: show(body["answer"]))


def _written(assistant: Assistant, given: Answer) -> Answer:
    """The written answer where there is one that passed; else the one given, and why on stderr."""
    if not assistant.writes:
        raise BadSetting("没有设置语言模型（model_url、model_name），去掉 --with-model 再问")
    *_, last = assistant.write(given)
    if last.line:
        say(last.line)
    return last.answer or given


def _run(
    context: typer.Context,
    question: str | None,
    batch: Path | None,
    as_json: bool,
    reply: Callable[[Assistant, str], dict[str, Any]],
    render: Callable[[dict[str, Any]], None],
) -> None:
    if (question is None) == (batch is None):
        raise typer.BadParameter("请给出一个问题，或者用 --batch 给出一个文件（二者取一）")
    lines = read_batch(batch) if batch else []
    from assistant.answer.service import Assistant

    here = console(context)
    assistant = Assistant(here.settings, here.open_library())
    try:
        if batch:
            if not _run_batch(assistant, lines, reply):
                raise typer.Exit(1)
        else:
            body = reply(assistant, question or "")
            if as_json:
                show_json(body)
            else:
                render(body)
    finally:
        assistant.close()


def _run_batch(assistant: Assistant, lines: list[BatchLine], reply: Callable[[Assistant, str], dict[str, Any]]) -> bool:
    """Answer the lines in order; a question that is refused gets its reason as its line. True unless all were."""
    refused = 0
    for line in lines:
        try:
            body = reply(assistant, line.question)
        except RefusedInput as error:
            refused += 1
            say(str(error))
            body = {"error": str(error)}
        show_json({"id": line.id, **body}, one_line=True)
    return not lines or refused < len(lines)


def read_batch(path: Path) -> list[BatchLine]:
    """Return the lines of a batch file, other keys ignored; raises RefusedInput, naming the line that is no question."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(str(path), f"读不了这个文件（{getattr(error, 'strerror', None) or '不是 UTF-8 文本'}）") from error
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            out.append(BatchLine(row["id"], str(row["question"])))
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise RefusedInput(f"{path} 第 {number} 行", "不是带 id 和 question 的 JSON") from error
    return out


def _hit(hit: Hit) -> dict[str, Any]:
    found = hit.article
    body = {
        "law": found.statute.title,
        "article": found.article.label,
        "version": day_text(found.version.version_date),
        "status": hit.status,
        "score": round(float(hit.score), 6),
        "text": found.article.text,
    }
    return body if hit.why is None else body | {"explain": {name: round(value, 4) for name, value in hit.why.items()}}


def _print_hits(body: dict[str, Any]) -> None:
    from assistant.search.ranking.features import FEATURES

    if not body["hits"]:
        show("没有找到条文。")
    for number, hit in enumerate(body["hits"], 1):
        show(f"{number}. 《{hit['law']}》{hit['article']}（{hit['version']}，{hit['status']}）{hit['score']:.3f}")
        text = hit["text"].replace("\n", " ")
        show(f"   {text[:_SHOWN]}{'……' if len(text) > _SHOWN else ''}")
        for name, value in hit.get("explain", {}).items():
            show(f"   · {FEATURES.get(name, name)}：{value}")
