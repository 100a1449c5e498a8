"""The command line: `python -m assistant COMMAND`, installed as `assistant`.

Exit 0 done, 1 refused with a message, 2 usage. A command is a function in `assistant/commands/`
and is registered there; what is heavy is imported inside it, so that `--help` stays quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer import Exit

from assistant.commands.console import Console, say
from assistant.commands.law import asking, penalty, procedure, reviewing, verifying
from assistant.commands.library import cases, corpus, questions
from assistant.commands.ops import auditing, backing_up, measuring, model, notifying, numbers, serving, settings
from assistant.commands.people import matters, messages, users
from assistant.errors import AssistantError

app = typer.Typer(
    name="assistant",
    help="法治文旅助手：查法条、答问题、核引用。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (
    serving,
    corpus,
    asking,
    penalty,
    procedure,
    questions,
    verifying,
    reviewing,
    cases,
    users,
    auditing,
    backing_up,
    messages,
    model,
    matters,
    notifying,
    numbers,
    settings,
    measuring,
):
    module.register(app)


@app.callback()
def _home(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="目录", help="数据目录（默认环境变量 ASSISTANT_HOME，再默认 ./var）。")
    ] = None,
) -> None:
    context.obj = Console(home)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    os.umask(0o077)  # what commands write is their user's alone
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = app(home_first(given), prog_name="assistant", standalone_mode=False)
    except AssistantError as error:
        say(str(error))
        return 1
    except Exit as error:
        return int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        say("已中断；已完成的部分已经保存，再次运行会接着做。")
        return 130
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except typer.TyperException as error:
        return _usage(error)
    return result if isinstance(result, int) else 0


def home_first(arguments: list[str]) -> list[str]:
    """Return the arguments with `--home DIR` moved to the front: it is understood after the command, too."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    front, rest, index = [], [], 0
    while index < end:
        word = arguments[index]
        if word == "--home" and index + 1 < end:
            front += arguments[index : index + 2]
            index += 1
        elif word.startswith("--home="):
            front.append(word)
        else:
            rest.append(word)
        index += 1
    return front + rest + arguments[end:]


def _usage(error: typer.TyperException) -> int:
    """Say what is wrong with the arguments and where the usage is told."""
    context = getattr(error, "ctx", None)
    kind = type(error).__name__
    message = error.format_message()
    if kind == "NoArgsIsHelpError":
        say(message)
        return 2
    if kind == "MissingParameter":
        parameter = getattr(error, "param", None)
        message = f"缺少 {getattr(parameter, 'metavar', None) or getattr(parameter, 'name', '')}"
    elif kind == "NoSuchOption":
        message = f"没有选项 {getattr(error, 'option_name', message)}"
    say(f"用法有误：{message}")
    say(f"查看用法：{context.command_path if context else 'assistant'} --help")
    return 2


if __name__ == "__main__":
    sys.exit(main())
