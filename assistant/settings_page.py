"""`docs/settings.md` from the settings themselves: python -m assistant.settings_page > docs/settings.md"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from assistant.config import SETTINGS_FILE, Settings
from assistant.setting_words import bounds_text

_HEAD = f"""# 设置

每项设置都可以写在数据目录的 `{SETTINGS_FILE}` 里，也可以用环境变量给出；两处都有时，环境变量优先。环境变量的名称是
`ASSISTANT_` 加大写的设置名；列表写作 JSON，例如 `ASSISTANT_REGIONS='["全国", "浙江省"]'`。数据目录本身用
`--home` 或者 `ASSISTANT_HOME` 指定。

| 设置 | 环境变量 | 默认值 | 说明 |
| --- | --- | --- | --- |
"""
_FOOT = """
本页由 `python -m assistant.settings_page > docs/settings.md` 生成，不要直接修改。
"""


def settings_page() -> str:
    """Return the page: one row a setting, with its default and its Chinese description."""
    rows = []
    for name, field in Settings.model_fields.items():
        rows.append(
            f"| `{name}` | `ASSISTANT_{name.upper()}` | {_shown(field.get_default(call_default_factory=True))} | {field.description}{_range(field)} |"
        )
    return _HEAD + "\n".join(rows) + "\n" + _FOOT


def _range(field: FieldInfo) -> str:
    shown = bounds_text(field)
    return f"范围 {shown}。" if shown else ""


def _shown(value: Any) -> str:
    if value is PydanticUndefined or value in ("", None):
        return "（空）"
    text = str(value) if isinstance(value, str | Path) else json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text}`"


if __name__ == "__main__":
    print(settings_page(), end="")
