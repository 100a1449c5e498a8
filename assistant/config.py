"""All settings, in one typed class; `docs/settings.md` is generated from the field descriptions.

A value comes from the environment (`ASSISTANT_` before the name), else from `assistant.toml` in
the home, else from the default here.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import BadSetting

SETTINGS_FILE = "assistant.toml"
DEFAULT_HOME = Path("var")


class Settings(BaseSettings):
    """Everything a bureau may set."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True)

    home: Path = Field(DEFAULT_HOME, description="数据目录：数据库、索引、拉取的法规库都在其中。")
    database_url: str = Field("", description="数据库地址（SQLAlchemy 写法）；留空为数据目录下的 library.db。")
    corpus_url: str = Field(
        "https://github.com/LawRefBook/Laws", description="`corpus pull` 默认拉取的公开法规库（git 地址或本地路径，LawRefBook/Laws 布局）。"
    )
    pull_timeout: int = Field(60, ge=1, description="拉取法规库最多等待的秒数；到时放弃并继续运行。")
    regions: list[str] = Field(
        ["全国", "浙江省", "金华市", "武义县"], description="本局适用的地域；其他地方的法规不进入检索和回答，除非点名。"
    )
    source_order: list[str] = Field(
        ["upload", "pull", "package"],
        description="同一版本多个来源文字不一致时，以排在前面的来源为准（upload 本局导入、pull 法规库、package 随附）。",
    )
    max_file_mb: int = Field(50, ge=1, description="单个导入文件的大小上限（MB）。")
    max_unpacked_mb: int = Field(200, ge=1, description="DOCX 解压后的大小上限（MB），防压缩炸弹。")
    max_question_chars: int = Field(2000, ge=50, description="一次提问的字数上限。")
    embedding: str = Field(
        "static",
        description="向量模型：static 为随附的静态模型；也可写 sentence-transformers 模型名或本地目录（如 BAAI/bge-small-zh-v1.5）。",
    )
    embedding_query_prefix: str = Field("", description="外部向量模型的提问前缀（如 bge 的检索指令）。")
    embedding_passage_prefix: str = Field("", description="外部向量模型的条文前缀。")
    embedding_batch: int = Field(64, ge=1, description="外部向量模型一批编码的条数。")
    exact_vector_limit: int = Field(200_000, ge=0, description="条文数不超过此值时逐条精确比对向量；超过时用 Chroma 的近似索引。")
    host: str = Field("127.0.0.1", description="网页服务监听的地址。")
    port: int = Field(7860, ge=0, le=65535, description="网页服务监听的端口。")
    bureau_name: str = Field("本局", description="本局全称，用于页面和文书。")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before the file: the file's values arrive as init values."""
        return env_settings, init_settings

    @property
    def library_url(self) -> str:
        """The database address, the default filled in."""
        return self.database_url or f"sqlite:///{self.home / 'library.db'}"

    @property
    def index_dir(self) -> Path:
        """Where the derived index lies; may be deleted at any time."""
        return self.home / "index"

    @property
    def chroma_dir(self) -> Path:
        """Chroma's own folder."""
        return self.home / "chroma"


def load_settings(home: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings for a home (argument, `ASSISTANT_HOME`, or ./var).

    Raises BadSetting, naming the file or variable, where a value cannot be used.
    """
    folder = Path(home or os.environ.get("ASSISTANT_HOME") or DEFAULT_HOME)
    path = folder / SETTINGS_FILE
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSetting(f"{path}：不是有效的 TOML 文件（{error}）") from error
    values |= {k: v for k, v in overrides.items() if v is not None}
    values["home"] = folder
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(x) for x in first["loc"])
        raise BadSetting(f"设置 {name} 无效：{first['msg']}（检查 {path} 或环境变量 ASSISTANT_{name.upper()}）") from error
    return settings.model_copy(update={"home": folder, **{k: v for k, v in overrides.items() if v is not None}})
