"""All settings, in one typed class; `docs/settings.md` is generated from the field descriptions.

A value comes from the environment (`ASSISTANT_` before the name), else from `assistant.toml` in
the home, else from the default here.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, NonNegativeInt, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import BadSetting, RefusedAddress
from assistant.outgoing.addresses import check_host, check_url

SETTINGS_FILE = "assistant.toml"
DEFAULT_HOME = Path("var")
#: What statutes call the offices whose powers a county bureau of culture, radio-TV, tourism, sport and heritage has.
BUREAU_AUTHORITIES = [
    "文化和旅游主管部门",
    "文化旅游主管部门",
    "文化主管部门",
    "文化行政部门",
    "文物主管部门",
    "文物行政部门",
    "广播电视主管部门",
    "广播电影电视行政部门",
    "广播影视行政部门",
    "新闻出版主管部门",
    "出版主管部门",
    "电影主管部门",
    "版权主管部门",
    "著作权主管部门",
    "体育主管部门",
    "旅游主管部门",
    "文化市场综合执法机构",
    "文化市场综合行政执法机构",
    "文化综合执法机构",
]


#: Settings that may change while the program runs: they are read anew wherever they are used, and the settings page changes them.
#: None of them is an address, a path, a command, a secret or a bound of safety: those are the file's and the environment's alone.
LIVE_SETTINGS = frozenset(
    {
        "audit_keep_days",
        "bureau_name",
        "hearing_confiscation_citizen",
        "hearing_confiscation_organisation",
        "hearing_fine_citizen",
        "hearing_fine_organisation",
        "hearing_fine_sole_trader",
        "hearing_source",
        "lockout_failures",
        "lockout_minutes",
        "max_question_chars",
        "procurement_limit",
        "review_number",
        "session_hours",
        "session_idle_minutes",
    }
)


def is_secret(field: FieldInfo) -> bool:
    """True for a setting that is never shown."""
    return field.repr is False


class Settings(BaseSettings):
    """Everything a bureau may set."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True)

    home: Path = Field(DEFAULT_HOME, description="数据目录：数据库、索引、拉取的法规库都在其中。")
    database_url: str = Field(
        "",
        description="数据库地址，如 postgresql+psycopg://用户:密码@主机/库名（需要 postgres 组件，多台服务器共用时用）；留空为数据目录下的 library.db。",
    )
    corpus_url: str = Field(
        "https://github.com/LawRefBook/Laws", description="`corpus pull` 默认拉取的公开法规库（git 地址或本地路径，LawRefBook/Laws 布局）。"
    )
    pull_timeout: int = Field(60, ge=1, description="拉取法规库最多等待的秒数；到时放弃并继续运行。")
    pull_protocols: list[Literal["https", "http", "ssh"]] = Field(
        ["https"], description="拉取法规库允许的协议（https、http、ssh）；本地路径总是可以。默认只用 https。"
    )
    pull_max_mb: int = Field(1024, ge=1, description="拉取的法规库的大小上限（MB）：传来的和取出的文件都不得超过。")
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
    chroma_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="Chroma 服务的地址（`chroma run` 启动，如 http://127.0.0.1:8000），多个进程或者多台服务器共用时设；留空用数据目录里的。",
    )
    host: str = Field("127.0.0.1", description="网页服务监听的地址。")
    port: int = Field(7860, ge=0, le=65535, description="网页服务监听的端口。")
    trusted_proxies: list[str] = Field(
        [], description="本机前面的反向代理地址；只有来自这些地址的 X-Forwarded-For、X-Forwarded-Proto 才采信。"
    )
    session_idle_minutes: int = Field(60, ge=1, description="登录后多少分钟没有操作就要重新登录。")
    session_hours: int = Field(12, ge=1, description="一次登录最长有效的小时数。")
    lockout_failures: int = Field(5, ge=1, description="连续输错密码多少次后锁定账号。")
    lockout_minutes: int = Field(15, ge=1, description="锁定账号的分钟数。")
    oidc_issuer: str = Field("", description="统一认证（OIDC）的签发地址；留空不启用。需要 oidc 组件。")
    oidc_client_id: str = Field("", description="在统一认证登记的客户端编号。")
    oidc_client_secret: str = Field("", description="在统一认证登记的客户端密钥；宜用环境变量给出。", repr=False)
    oidc_hosts: list[str] = Field(
        [], description="统一认证的令牌、公钥地址在别的主机上时，写那些主机的网址（如 https://keys.example.gov.cn）；其他主机一律不访问。"
    )
    oidc_name: str = Field("统一认证", description="登录页上统一认证按钮的名称。")
    procurement_limit: float | None = Field(None, ge=0, description="本地采购限额标准（元）；未设时合同审查按参照线提请核对。")
    opinion_template: str = Field("", description="合法性审查意见书模板（DOCX，docxtpl 写法）；留空用随附模板。")
    review_number: str = Field(
        "法审〔{year}〕{serial}号",
        description="合法性审查意见书的编号样式：{year} 为年份，{serial} 为当年序号（补零写作 {serial:03d}）；作出结论时按年连续编号。",
    )
    matter_number: str = Field(
        "SX{year}-{serial:04d}", description="提交律师的事项的编号式样；{year} 为年份，{serial} 为当年顺序号（{serial:04d} 补足四位）。"
    )
    opinion_number: str = Field("法意〔{year}〕{serial}号", description="法律意见书的编号式样，写法同上。")
    legal_opinion_template: str = Field("", description="法律意见书模板（DOCX，docxtpl 写法）；留空用随附模板。")
    attachment_max_mb: int = Field(20, ge=1, description="事项的单个附件的大小上限（MB）。")
    attachment_max_count: int = Field(10, ge=1, description="一次提交的附件个数上限。")
    matter_max_mb: int = Field(200, ge=1, description="一个事项全部附件合计的大小上限（MB）。")
    bureau_name: str = Field("本局", description="本局全称，用于页面和文书。")
    bureau_authorities: list[str] = Field(
        BUREAU_AUTHORITIES,
        description="法律、法规、规章里本局的称谓；按领域比对，“文化主管部门”与“县级人民政府文化行政部门”算同一个。"
        "罚则写明的机关在其中且为县级的，属本局权限，否则提示移送。",
    )
    tables_dir: Path | None = Field(
        None,
        description="本局自有表格所在的文件夹，留空为数据目录下的 tables。其中“职权划转”“节假日”两张表（.xlsx、.csv 或 .docx）放进去即生效，"
        "样式见 corpus/templates。",
    )
    hearing_fine_citizen: float | None = Field(
        None,
        ge=0,
        description="对公民罚款“较大数额”的起点（元，含本数），达到的告知听证；答复和合法性审查都按它，不设的注明以本地标准为准。",
    )
    hearing_fine_organisation: float | None = Field(
        None, ge=0, description="对法人、其他组织罚款“较大数额”的起点（元，含本数）；默认不设。"
    )
    hearing_fine_sole_trader: float | None = Field(
        None, ge=0, description="对个体工商户罚款“较大数额”的起点（元，含本数）；不设时按公民的起点。"
    )
    hearing_confiscation_citizen: float | None = Field(
        None, ge=0, description="没收公民违法所得“较大数额”、非法财物“较大价值”的起点（元，含本数）；默认不设。"
    )
    hearing_confiscation_organisation: float | None = Field(
        None, ge=0, description="没收法人、其他组织违法所得、非法财物的听证起点（元，含本数）；默认不设。"
    )
    hearing_source: str = Field(
        "", validate_default=True, description="听证起点的依据（文件名称和文号）；设了任何一个起点就必须写明，答复里一并显示。"
    )

    audit_keep_days: int = Field(0, ge=0, description="审计记录的内容保存多少天，到期由 `assistant audit prune` 清除；0 为长期保存。")
    audit_keep_days_by_action: dict[str, NonNegativeInt] = Field(
        {}, description='个别种类另定的天数，如 {"提问" = 365, "登录" = 180}；0 为长期保存，没有列出的按 audit_keep_days。'
    )
    public_url: str = Field(
        "", description="群众手机能打开的本系统地址（如 https://wenlv.example.gov.cn），卡片的二维码指向它；留空用打开页面的地址。"
    )
    public_asks_per_minute: int = Field(12, ge=1, description="公众咨询：同一地址每分钟最多提问的次数。")
    public_asks_total: int = Field(240, ge=1, description="公众咨询：所有人每分钟合计最多提问的次数。")
    public_question_chars: int = Field(300, ge=20, description="公众咨询：一次提问的字数上限。")
    left_question_chars: int = Field(1000, ge=50, description="公众留言的字数上限。")
    left_questions_per_day: int = Field(10, ge=1, description="同一地址一天最多留言的次数。")
    left_question_keep_days: int = Field(180, ge=1, description="公众留言的联系方式保存的天数，到期自动删除；改动只影响以后的留言。")
    service_line: str = Field("", description="服务电话，显示在公众咨询页和卡片上。")
    service_window: str = Field("", description="办事窗口的地址，显示在公众咨询页。")
    service_hours: str = Field("", description="窗口和服务电话的工作时间，显示在公众咨询页。")
    base_url: str = Field(
        "", description="本系统对外的网址，用于通知里的链接，如 https://fz.example.gov.cn；留空用 public_url，再空用监听的地址和端口。"
    )
    smtp_host: str = Field("", description="发通知邮件的服务器；留空不发邮件。")
    smtp_port: int = Field(25, ge=1, le=65535, description="邮件服务器的端口。")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="邮件服务器的加密：none 不加密，starttls，tls（多为 465 端口）。"
    )
    smtp_user: str = Field("", description="邮件服务器的用户名；不需要登录的留空。")
    smtp_password: str = Field("", description="邮件服务器的密码或授权码；宜用环境变量给出。", repr=False)
    smtp_from: str = Field("", description="通知邮件的发件地址；留空用 smtp_user。")
    dingtalk_url: str = Field("", description="钉钉（浙政钉）群机器人的 Webhook 地址；留空不发。", repr=False)
    dingtalk_secret: str = Field("", description="钉钉群机器人的加签密钥；宜用环境变量给出。", repr=False)
    wecom_url: str = Field("", description="企业微信群机器人的 Webhook 地址；留空不发。", repr=False)
    webhook_url: str = Field("", description="其他系统接收通知的地址（POST JSON，带签名）；留空不发。")
    webhook_secret: str = Field("", description="签名用的密钥，接收方据以核对；宜用环境变量给出。", repr=False)
    notify_timeout: float = Field(10, gt=0, le=120, description="发一条通知最多等待的秒数。")
    notify_attempts: int = Field(8, ge=1, description="一条通知最多尝试几次；间隔逐次加倍，仍发不出的告诉管理员。")

    @field_validator("review_number", "matter_number", "opinion_number")
    @classmethod
    def _numbers_differ(cls, pattern: str) -> str:
        """Two papers of a year, or of one serial in two years, never bear the same number."""
        try:
            numbers = {pattern.format(year=y, serial=s) for y in (2025, 2026) for s in (1, 2)}
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise PydanticCustomError("number_pattern", "编号样式只能用 {year} 和 {serial}") from error
        if len(numbers) < 4 or max(map(len, numbers)) > 60:
            raise PydanticCustomError("number_pattern", "编号样式要同时有 {year} 和 {serial}，最多 60 字")
        return pattern

    model_url: str = Field(
        "", description="语言模型的地址（OpenAI 兼容接口，如 http://127.0.0.1:11434/v1）；留空不使用模型，答复由条文引文组成。"
    )
    model_name: str = Field("", description="语言模型的名称，如 qwen2.5:14b；与 model_url 都写了才启用。")
    model_key: str = Field("", description="语言模型的密钥，只能用环境变量给出，不能写在文件里。", repr=False)
    model_timeout: float = Field(60.0, gt=0, le=600, description="写一份答复（含改写）最多等待的秒数；到时保留不使用模型的答复。")
    model_context: int = Field(8192, ge=1024, description="语言模型的上下文长度（词元）；放不下的条文从排在后面的起不给模型。")
    model_reply_tokens: int = Field(1200, ge=64, description="语言模型一次答复的长度上限（词元）。")
    model_temperature: float = Field(0.1, ge=0, le=2, description="语言模型的温度；越低越照条文写。")
    model_concurrency: int = Field(2, ge=1, le=64, description="同时使用语言模型的人数上限；超出的排队，时限内排不上的保留原答复。")
    model_struck_share: float = Field(
        0.34, ge=0, le=1, description="模型写的答复里没有通过核对而删去的句子超过这一比例时，整份不采用，保留不使用模型的答复。"
    )

    @field_validator("model_url", "chroma_url", "oidc_issuer", "dingtalk_url", "wecom_url", "webhook_url", "oidc_hosts")
    @classmethod
    def _urls_may_be_called(cls, given: str | list[str]) -> str | list[str]:
        """An address that would never be called is refused when the program starts, not when it calls."""
        for url in [given] if isinstance(given, str) else given:
            if url:
                _told(check_url, url)
        return given

    @field_validator("smtp_host", "database_url")
    @classmethod
    def _hosts_may_be_called(cls, given: str) -> str:
        """As for the addresses: a host's name, or a database's address with a host in it."""
        host = (urlsplit(given).hostname or "") if "://" in given else given
        if host:
            _told(check_host, host)
        return given

    @field_validator("hearing_source")
    @classmethod
    def _threshold_has_a_source(cls, source: str, info: ValidationInfo) -> str:
        """A local line is shown with the document that sets it, never without."""
        if not source.strip() and any(v is not None for k, v in info.data.items() if k.startswith("hearing_")):
            raise PydanticCustomError("threshold_source", "设了听证起点，须写明依据的文件")
        return source.strip()

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

    def take(self, other: Settings, name: str) -> None:
        """Take over one live value from settings that were checked as a whole: the only change these ever see."""
        assert name in LIVE_SETTINGS
        self.__dict__[name] = getattr(other, name)

    @property
    def library_url(self) -> str:
        """The database address, the default filled in."""
        return self.database_url or f"sqlite:///{self.home / 'library.db'}"

    @property
    def site_url(self) -> str:
        """The address of this site as others reach it, without a slash at the end."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return (self.base_url or self.public_url).rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def own_tables(self) -> Path:
        """Where the bureau's own tables lie; may be missing."""
        return self.tables_dir or self.home / "tables"

    @property
    def index_dir(self) -> Path:
        """Where the derived index lies; may be deleted at any time."""
        return self.home / "index"

    @property
    def chroma_place(self) -> Path | str:
        """Where the vectors are kept: a server's address, else Chroma's own folder."""
        return self.chroma_url or self.chroma_dir

    @property
    def chroma_dir(self) -> Path:
        """Chroma's own folder."""
        return self.home / "chroma"


def _told(check: Callable[[str], None], address: str) -> None:
    try:
        check(address)
    except RefusedAddress as error:
        raise PydanticCustomError("address", "{why}", {"why": str(error)}) from error


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
    if "model_key" in values:
        raise BadSetting(f"{path}：model_key 是密钥，不能写在文件里，请改用环境变量 ASSISTANT_MODEL_KEY")
    values |= {k: v for k, v in overrides.items() if v is not None}
    values["home"] = folder
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(x) for x in first["loc"])
        raise BadSetting(f"设置 {name} 无效：{first['msg']}（检查 {path} 或环境变量 ASSISTANT_{name.upper()}）") from error
    return settings.model_copy(update={"home": folder, **{k: v for k, v in overrides.items() if v is not None}})
