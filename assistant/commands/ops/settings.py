"""`settings`: shown, set, brought back to the default, undone; also where they keep the site from being of use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, Console, console, say, show, show_json
from assistant.errors import AssistantError, BadSetting, RefusedInput

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.desk.people.settings_file import Change

Name = Annotated[str, typer.Argument(metavar="设置", help="设置的名称，见 docs/settings.md。")]


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="设置：查看、修改、恢复默认、撤销；网页打不开时也能用。", no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show_settings)
    group.command("set")(set_one)
    group.command("reset")(reset)
    group.command("undo")(undo)
    app.add_typer(group, name="settings")


def show_settings(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[设置]", help="只看这一项。")] = "",
    as_json: AsJson = False,
) -> None:
    """列出设置的现值、来源、范围；文件里不能用的值也列出原因。密钥只显示是否已设置。"""
    from assistant.config import Settings, read_settings_file, settings_from
    from assistant.setting_words import bounds_text, value_text

    home = home_of(console(context))
    stored = read_settings_file(home)
    if name and name not in Settings.model_fields and name not in stored:
        raise RefusedInput(name, "没有这项设置")
    settings, broken = _read(stored, home, settings_from)
    rows = []
    for key in dict.fromkeys((*Settings.model_fields, *stored)):
        field = Settings.model_fields.get(key)
        wrong = next((i.reason for i in settings.ignored if i.name == key), "") if settings else ""
        value = value_text(field, getattr(settings, key)) if field and settings else _as_written(key, stored)
        bounds = bounds_text(field) if field else ""
        rows.append({"name": key, "value": value, "source": _source(key, stored, wrong), "bounds": bounds, "wrong": wrong})
    rows = [row for row in rows if not name or row["name"] == name]
    if as_json:
        show_json({"settings": rows, "problem": broken})
        return
    for row in rows:
        extra = [f"范围 {row['bounds']}"] if row["bounds"] else []
        extra += [f"文件里的值不能用：{row['wrong']}"] if row["wrong"] else []
        value = row["value"].replace("\n", "、")
        show("\t".join([row["name"], value or "（空）", row["source"], *extra]))
    if broken:
        say(f"{broken}\n请用 assistant settings set 或 reset 改好。")


def set_one(
    context: typer.Context, name: Name, value: Annotated[str, typer.Argument(metavar="值", help="新的值；列表和对照表写作 JSON。")]
) -> None:
    """修改一项设置，先整体检查，不能用的不写；改前改后的值记入审计。正在运行的服务重启后生效。"""
    from assistant.desk.people import settings_file

    here = console(context)
    if not value.strip():
        raise RefusedInput(name, "没有写值；要恢复默认请运行 assistant settings reset")
    _check_template(name, value.strip())
    settings_file.put(home_of(here), name, value, _actor(), _told(here))
    show(f"{name} 已改好；正在运行的服务重启后生效。")


def reset(context: typer.Context, name: Name) -> None:
    """把一项设置恢复默认（从 assistant.toml 里去掉），原来的值不能用时也行。"""
    from assistant.config import Settings, read_settings_file
    from assistant.desk.people import settings_file

    here = console(context)
    home = home_of(here)
    if name not in read_settings_file(home):
        if name not in Settings.model_fields:
            raise RefusedInput(name, "没有这项设置")
        show(f"{name} 没有写在 assistant.toml 里，已经是默认值。")
        return
    settings_file.put(home, name, "", _actor(), _told(here))
    show(f"{name} 已恢复默认；正在运行的服务重启后生效。")


def undo(context: typer.Context) -> None:
    """撤销上一次在网页或者命令行作的改动；再运行就再往前撤销一次。"""
    from assistant.desk.people import settings_file
    from assistant.desk.people.settings_trail import shown_change

    here = console(context)
    back = settings_file.undo(home_of(here), _actor(), _told(here))
    before, after = shown_change(back)
    show(f"{back.name} 已由“{before}”改回“{after}”；正在运行的服务重启后生效。")


def home_of(here: Console) -> Path:
    """Return the home of the command, found without reading its settings: they may be what is wrong."""
    from assistant.config import DEFAULT_HOME

    return Path(here.home or os.environ.get("ASSISTANT_HOME") or DEFAULT_HOME)


def _read(stored: dict[str, Any], home: Path, load: Any) -> tuple[Settings | None, str]:
    try:
        return load(stored, home), ""
    except BadSetting as error:
        return None, str(error)


def _source(name: str, stored: dict[str, Any], wrong: str) -> str:
    if f"ASSISTANT_{name.upper()}" in os.environ:
        return "环境变量"
    return "默认" if wrong or name not in stored else "assistant.toml"


def _as_written(name: str, stored: dict[str, Any]) -> str:
    """What the file says, where the settings as a whole cannot be read."""
    from assistant.config import Settings
    from assistant.setting_words import is_secret

    if name in Settings.model_fields and is_secret(Settings.model_fields[name]):
        return "（已设置）" if stored.get(name) else ""
    return str(stored.get(name, ""))


def _check_template(name: str, value: str) -> None:
    from assistant.desk.reviews.papers import PAPERS
    from assistant.review.report.docx_template import check

    for paper in PAPERS:
        if paper.setting == name:
            check(paper, value)


def _actor() -> str:
    from assistant.desk.audit.trail import console_actor

    return console_actor()


def _told(here: Console) -> Any:
    """Record a change in the trail where the database can be opened; where it cannot, the next start tells of it."""
    from assistant.desk.people.settings_trail import change_recorded

    def told(change: Change, loaded: Settings | None) -> None:
        try:
            engine = here.open_library()
            try:
                change_recorded(engine, _actor(), change, loaded, "命令行")
            finally:
                engine.dispose()
        except AssistantError as error:  # the way back must be open whatever is wrong
            say(f"这次改动没有记入审计（{error}）；服务下次启动时会记下前后的值。")

    return told
