"""What every command shares: its settings, its two streams, and the forms of its arguments."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import AssistantError
from assistant.law.text.dates import find_dates

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.config import Settings


class Desk(StrEnum):
    """For whom a question is answered; the public desk never sees internal text."""

    STAFF = "staff"
    PUBLIC = "public"


@dataclass
class Console:
    """The home a command works in; kept on the Typer context."""

    home: Path | None = None
    _settings: Settings | None = field(default=None, repr=False)

    @property
    def settings(self) -> Settings:
        """The settings of the home, read once; raises BadSetting."""
        if self._settings is None:
            from assistant.config import load_settings

            self._settings = load_settings(self.home)
        return self._settings

    def open_library(self) -> Engine:
        """Return an engine on the library of the home, made where missing; raises AssistantError."""
        from sqlalchemy import make_url
        from sqlalchemy.exc import DBAPIError

        from assistant.desk.ops.privacy import begin
        from assistant.store.engine import open_engine

        try:
            for line in begin(self.settings):
                say(line)
            return open_engine(self.settings.library_url)
        except OSError as error:
            raise AssistantError(f"数据目录 {self.settings.home} 不能写入（{error.strerror or error}），请检查权限和磁盘空间") from error
        except DBAPIError as error:
            shown = make_url(self.settings.library_url).render_as_string(hide_password=True)
            raise AssistantError(f"数据库 {shown} 打不开（{error.orig}），请检查路径、权限和磁盘空间") from error


def console(context: typer.Context) -> Console:
    """The console of a command's context."""
    found = context.find_object(Console)
    assert found is not None
    return found


def say(line: str) -> None:
    """Print progress and remarks: always on stderr, so that stdout holds results only."""
    print(line, file=sys.stderr, flush=True)


def show(line: str = "") -> None:
    """Print a line of the result."""
    print(line, flush=True)


def show_json(document: Any, *, one_line: bool = False) -> None:
    """Print one JSON document; `one_line` for the lines of a batch."""
    print(json.dumps(document, ensure_ascii=False, indent=None if one_line else 2), flush=True)


def read_day(text: str) -> date:
    """Return the day an argument names (2021-06-01, 2021年6月1日); a usage error where it names none."""
    days = find_dates(text)
    if len(days) != 1:
        raise typer.BadParameter(f"“{text}”不是日期，请写作 2021-06-01")
    return days[0]


def day_text(day: date | None) -> str:
    """A version's day as the command line shows it."""
    return day.isoformat() if day else "未注明日期"


AsOf = Annotated[date | None, typer.Option("--as-of", parser=read_day, metavar="日期", help="按哪一天的法律（默认今天），如 2021-06-01。")]
AsJson = Annotated[bool, typer.Option("--json", help="标准输出只打印一个 JSON 文档。")]
ForDesk = Annotated[Desk, typer.Option("--desk", help="为谁作答：staff 本局人员，public 公众（不含内部文件）。")]


def paced(seconds: float = 2.0) -> Callable[[str], None]:
    """A `say` for progress: of lines that count (500/24000) only one every `seconds` and the last is printed."""
    last = monotonic()

    def line(text: str) -> None:
        nonlocal last
        counted = re.search(r"(\d+)/(\d+)", text)
        if counted and counted.group(1) != counted.group(2) and monotonic() - last < seconds:
            return
        last = monotonic()
        say(text)

    return line
