"""`eval` and `bench`: the figures, on labelled files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import AsJson, console, paced, show, show_json
from assistant.errors import BadSetting

Files = Annotated[list[Path], typer.Argument(metavar="文件.jsonl…", exists=True, dir_okay=False, help="带标注的问题。")]


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("eval")(evaluate)
    app.command("bench")(bench)
    app.command("bench-desks")(bench_desks)


def evaluate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件.jsonl", exists=True, dir_okay=False, help="带标注的问题。")],
    with_model: Annotated[
        bool, typer.Option("--with-model", help="改为测量语言模型撰写的答复：must_say、cited_recall、没有通过的句子、误放、第一句用时。")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="只用前几题。")] = None,
    as_json: AsJson = False,
) -> None:
    """按带标注的问题计算检索和回答的指标。"""
    from assistant.answer.service import Assistant
    from assistant.lab.evaluate_answers import answer_figures, read_labelled, search_figures
    from assistant.lab.evaluate_written import written_figures

    assistant = Assistant(console(context).settings)
    questions = read_labelled(file)[:limit]
    if with_model:
        if not assistant.writes:
            raise BadSetting("没有设置语言模型（model_url、model_name），不能测量撰写的答复")
        _show_figures(written_figures(questions, assistant.ask, assistant.write), as_json)
        return
    figures = search_figures(questions, lambda q: [(h.article.statute.title, h.article.article.label) for h in assistant.search(q, k=100)])
    if any(q.kind for q in questions):
        figures |= {k: v for k, v in answer_figures(questions, lambda q: assistant.ask(q).as_json()).items() if k != "n"}
    _show_figures(figures, as_json)


def _show_figures(values: Mapping[str, float], as_json: bool) -> None:
    figures = {name: round(value, 4) for name, value in values.items()}
    if as_json:
        show_json(figures)
    else:
        for name, value in figures.items():
            show(f"{name}\t{value}")


def bench(
    context: typer.Context,
    files: Files,
    baselines: Annotated[bool, typer.Option(help="同时测量各基线。")] = True,
    limit: Annotated[int | None, typer.Option(min=1, help="每个文件只用前几题。")] = None,
    synthetic: Annotated[
        list[int] | None,
        typer.Option(min=1, help="只测规模：由现有条文造出这么多条，从空建索引再检索；可多次。一百万条要一小时左右、约 20 GB 空间。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """在同一次运行里测量本系统与各基线的检索质量和用时。"""
    if synthetic:
        _grow(context, files, synthetic, limit, as_json)
        return
    from assistant.answer.service import Assistant
    from assistant.lab.bench import run_bench

    report = run_bench(Assistant(console(context).settings), files, baselines=baselines, limit=limit, say=paced())
    if as_json:
        show_json(report)
        return
    names = ["hit@5", "recall@10", "mrr@10", "recall@100", "p50_ms", "p95_ms"]
    show(f"{report['machine']['cpu']}，{report['machine']['cores']} 核；{report['articles']} 条")
    show("\t".join(["系统", "文件", *names]))
    for row in report["table"]:
        show("\t".join([row["system"], row["file"], *(str(row[n]) for n in names)]))
    for system, reason in report["skipped"].items():
        show(f"{system}\t未能运行：{reason}")
    show(
        f"ask p50 {report['ask_ms']['p50']} ms，p95 {report['ask_ms']['p95']} ms；编码一问 {report['encode_ms']} ms；内存峰值 {report['peak_memory_mb']} MB"
    )


_GROWTH = {
    "articles": "条数",
    "build_s": "从空建索引秒",
    "build_cpu_s": "建索引处理器秒",
    "build_memory_mb": "建索引内存峰值 MB",
    "change_s": "改一条后更新索引秒",
    "disk_mb": "索引和 Chroma MB",
    "search_memory_mb": "检索进程内存峰值 MB",
    "first_ms": "第一问毫秒",
    "p50_ms": "p50 毫秒",
    "p95_ms": "p95 毫秒",
    "cpu_p50_ms": "p50 处理器毫秒",
    "cpu_p95_ms": "p95 处理器毫秒",
}


def _grow(context: typer.Context, files: list[Path], sizes: list[int], limit: int | None, as_json: bool) -> None:
    """The table of `--synthetic`: one line a figure, one column a shelf."""
    from assistant.lab.bench import machine
    from assistant.lab.evaluate_answers import read_labelled
    from assistant.lab.synthetic import growth

    questions = [q.question for path in files for q in read_labelled(path)[:limit]]
    rows = [row.as_json() for row in growth(console(context).settings, questions, sizes, paced())]
    if as_json:
        show_json({"machine": machine(), "questions": len(questions), "growth": rows})
        return
    show(f"{machine()['cpu']}，{machine()['cores']} 核；{len(questions)} 题")
    for name, label in _GROWTH.items():
        show("\t".join([label, *(str(row[name]) for row in rows)]))


def bench_desks(
    context: typer.Context,
    people: Annotated[int, typer.Option(min=1, help="同时使用的人数。")] = 50,
    seconds: Annotated[int, typer.Option(min=1, help="使用多少秒。")] = 120,
    attacked: Annotated[bool, typer.Option("--attacked", help="同时有人从另一个地址攻击，其中一人有经办账号。")] = False,
    as_json: AsJson = False,
) -> None:
    """在数据目录的副本上测量许多人同时提问、办理事项：用时、出错、丢失和重复。"""
    from assistant.lab.bench import machine
    from assistant.lab.load_test import measure_crowd

    report = {"machine": machine(), **measure_crowd(console(context).settings, people, seconds, paced(), attacked=attacked)}
    if as_json:
        show_json(report)
        return
    show(f"{report['machine']['cpu']}，{report['machine']['cores']} 核；{people} 人 {seconds} 秒")
    for name, row in report["actions"].items():
        show(f"{name}\t{row['n']} 次\tp50 {row['p50_ms']} ms\tp95 {row['p95_ms']} ms\t最长 {row['max_ms']} ms")
    for name, row in report["kept"].items():
        show(f"{name}\t确认 {row['acknowledged']}，丢失 {row['lost']}，重复 {row['doubled']}")
    show(f"被告知别人已先操作 {report['told']} 次；出错 {report['failed']} 次")
    for error in report["errors"]:
        show(f"  {error}")
    for kind, count in sorted(report["hostile"].items()):
        show(f"攻击 {kind}\t{count} 次")
