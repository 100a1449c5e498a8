"""All settings, in one typed class; `docs/settings.md` is generated from the field descriptions.

A value comes from the environment (`ASSISTANT_` before the name), else from `assistant.toml` in
the home, else from the default here.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from assistant.errors import BadSetting, RefusedAddress
from assistant.law.text.number_pattern import check_pattern
from assistant.outgoing.addresses import check_host, check_url
from assistant.setting_words import LEAST_KEPT_DAYS, Ignored, check_text, ignorable, reason

log = logging.getLogger(__name__)

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


class Settings(BaseSettings):
    """Everything a bureau may set."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True, allow_inf_nan=False)

    home: Path = Field(DEFAULT_HOME, description="数据目录：数据库、索引、拉取的法规库都在其中。")
    database_url: str = Field(
        "",
        description="数据库地址，如 postgresql+psycopg://用户:密码@主机/库名（需要 postgres 组件，多台服务器共用时用）；留空为数据目录下的 library.db。",
        repr=False,
    )
    corpus_url: str = Field(
        "https://github.com/LawRefBook/Laws", description="`corpus pull` 默认拉取的公开法规库（git 地址或本地路径，LawRefBook/Laws 布局）。"
    )
    pull_timeout: int = Field(60, ge=1, le=3600, description="拉取法规库最多等待的秒数；到时放弃并继续运行。")
    pull_protocols: list[Literal["https", "http", "ssh"]] = Field(
        ["https"], description="拉取法规库允许的协议（https、http、ssh）；本地路径总是可以。默认只用 https。"
    )
    pull_max_mb: int = Field(1024, ge=1, le=16_384, description="拉取的法规库的大小上限（MB）：传来的和取出的文件都不得超过。")
    regions: list[str] = Field(
        ["全国", "浙江省", "金华市", "武义县"], description="本局适用的地域；其他地方的法规不进入检索和回答，除非点名。"
    )
    source_order: list[str] = Field(
        ["upload", "pull", "package"],
        description="同一版本多个来源文字不一致时，以排在前面的来源为准（upload 本局导入、pull 法规库、package 随附）。",
    )
    workers: int = Field(2, ge=1, le=8, description="同时处理上传文件（读取、核验、审查）的进程数；网页服务不受它们影响。")
    worker_seconds: int = Field(
        180, ge=1, le=3600, description="处理一份文件（读取、核验、审查）最多用的秒数；到时停止并告诉上传的人。扫描件页数多的可调大。"
    )
    worker_memory_mb: int = Field(
        1024, ge=256, le=65536, description="处理文件的每个进程最多用的内存（MB）；超过时停止这一份文件，不影响其他。"
    )
    max_file_mb: int = Field(50, ge=1, le=2000, description="单个导入文件的大小上限（MB）。")
    max_unpacked_mb: int = Field(200, ge=1, le=4000, description="DOCX 解压后的大小上限（MB），防压缩炸弹。")
    max_question_chars: int = Field(2000, ge=50, le=20_000, description="一次提问的字数上限。")
    embedding: str = Field(
        "static",
        description="向量模型：static 为随附的静态模型；也可写 sentence-transformers 模型名或本地目录（如 BAAI/bge-small-zh-v1.5）。",
    )
    embedding_query_prefix: str = Field("", description="外部向量模型的提问前缀（如 bge 的检索指令）。")
    embedding_passage_prefix: str = Field("", description="外部向量模型的条文前缀。")
    embedding_batch: int = Field(64, ge=1, le=4096, description="外部向量模型一批编码的条数。")
    exact_vector_limit: int = Field(
        200_000, ge=0, le=5_000_000, description="条文数不超过此值时逐条精确比对向量；超过时用 Chroma 的近似索引。"
    )
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
    connections_total: int = Field(800, ge=10, le=20000, description="同时打开的网络连接总数上限；超出时关闭空等最久的连接。")
    connections_per_address: int = Field(
        200,
        ge=4,
        le=20000,
        description="同一地址（IPv6 为同一 /64 网段）同时打开的网络连接上限，超出时关闭其中空等最久的；trusted_proxies 里的地址不受此限。",
    )
    request_head_seconds: float = Field(10, ge=0.2, le=120, description="连接打开后多少秒内要发完请求的开头，否则关闭。")
    request_stalled_seconds: float = Field(30, ge=0.5, le=600, description="上传停滞（不足每秒 2 KB）或者不接收回应多少秒后关闭连接。")
    lockout_failures: int = Field(5, ge=1, le=20, description="同一地址对同一登录名连续输错密码多少次后开始等待；别处的登录不受影响。")
    lockout_minutes: int = Field(60, ge=1, le=1440, description="输错密码后最长等待的分钟数；从 1 分钟起逐次加倍。")
    sign_ins_per_minute: int = Field(60, ge=1, le=100_000, description="同一地址每分钟最多尝试登录的次数。")
    sign_ins_total: int = Field(240, ge=1, le=100_000, description="所有人每分钟合计最多尝试登录的次数；近期有人登录成功过的地址不受此限。")
    session_idle_minutes: int = Field(60, ge=1, le=1440, description="登录后多少分钟没有操作就要重新登录。")
    session_hours: int = Field(12, ge=1, le=168, description="一次登录最长有效的小时数。")
    oidc_issuer: str = Field("", description="统一认证（OIDC）的签发地址；留空不启用。需要 oidc 组件。")
    oidc_client_id: str = Field("", description="在统一认证登记的客户端编号。")
    oidc_client_secret: str = Field("", description="在统一认证登记的客户端密钥；宜用环境变量给出。", repr=False)
    oidc_hosts: list[str] = Field(
        [], description="统一认证的令牌、公钥地址在别的主机上时，写那些主机的网址（如 https://keys.example.gov.cn）；其他主机一律不访问。"
    )
    oidc_name: str = Field("统一认证", description="登录页上统一认证按钮的名称。")
    procurement_limit: float | None = Field(None, ge=0, le=1e10, description="本地采购限额标准（元）；未设时合同审查按参照线提请核对。")
    opinion_template: Path | None = Field(
        None,
        description="合法性审查意见书模板（DOCX，docxtpl 写法，只能写内容、条件和循环）；留空用随附模板。启动时检查，不能用的说明原因。",
    )
    review_number: str = Field(
        "法审〔{year}〕{serial}号",
        description="合法性审查意见书的编号样式：{year} 为年份，{serial} 为当年序号（补零写作 {serial:03d}）；作出结论时按年连续编号。",
    )
    matter_number: str = Field(
        "SX{year}-{serial:04d}", description="提交律师的事项的编号式样；{year} 为年份，{serial} 为当年顺序号（{serial:04d} 补足四位）。"
    )
    opinion_number: str = Field("法意〔{year}〕{serial}号", description="法律意见书的编号式样，写法同上。")
    legal_opinion_template: Path | None = Field(None, description="法律意见书模板（DOCX，写法同上）；留空用随附模板。")
    attachment_max_mb: int = Field(20, ge=1, le=500, description="事项的单个附件的大小上限（MB）。")
    attachment_max_count: int = Field(10, ge=1, le=100, description="一次提交的附件个数上限。")
    matter_max_mb: int = Field(200, ge=1, le=5000, description="一个事项全部附件合计的大小上限（MB）。")
    waiting_person_mb: int = Field(
        400, ge=1, le=5000, description="一个人已上传、还没有随表单提交的附件合计上限（MB）；7 天没有提交的自动清除。"
    )
    waiting_total_mb: int = Field(4000, ge=1, le=100_000, description="所有人已上传、还没有随表单提交的附件合计上限（MB）。")
    bureau_name: str = Field("本局", min_length=1, max_length=60, description="本局全称，用于页面和文书。")
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
        le=1e9,
        description="对公民罚款“较大数额”的起点（元，含本数），达到的告知听证；答复和合法性审查都按它，不设的注明以本地标准为准。",
    )
    hearing_fine_organisation: float | None = Field(
        None, ge=0, le=1e9, description="对法人、其他组织罚款“较大数额”的起点（元，含本数）；默认不设。"
    )
    hearing_fine_sole_trader: float | None = Field(
        None, ge=0, le=1e9, description="对个体工商户罚款“较大数额”的起点（元，含本数）；不设时按公民的起点。"
    )
    hearing_confiscation_citizen: float | None = Field(
        None, ge=0, le=1e9, description="没收公民违法所得“较大数额”、非法财物“较大价值”的起点（元，含本数）；默认不设。"
    )
    hearing_confiscation_organisation: float | None = Field(
        None, ge=0, le=1e9, description="没收法人、其他组织违法所得、非法财物的听证起点（元，含本数）；默认不设。"
    )
    hearing_source: str = Field(
        "",
        validate_default=True,
        max_length=200,
        description="听证起点的依据（文件名称和文号）；设了任何一个起点就必须写明，答复里一并显示。",
    )

    audit_keep_days: int = Field(
        0, ge=0, le=36_500, description="审计记录的内容保存多少天，到期由 `assistant audit prune` 清除；0 为长期保存，否则至少 180 天。"
    )
    audit_keep_days_by_action: dict[str, Annotated[int, Field(ge=0, le=36_500)]] = Field(
        {}, description='个别种类另定的天数，如 {"提问" = 365, "登录" = 180}；0 为长期保存，否则至少 180 天；没有列出的按 audit_keep_days。'
    )
    audit_key: str = Field(
        "",
        pattern=r"^([0-9a-f]{64})?$",
        repr=False,
        description="签署审计清理记录的密钥（64 位十六进制），多台服务器共用一个数据库时用环境变量给出同一把；留空用数据目录里的 audit.key。",
    )
    audit_head_file: Path | None = Field(
        None, description="审计封签另外写到的文件，放在另一块磁盘或者另一台机器的共享文件夹上；留空只写数据目录里的 audit.seals。"
    )
    audit_head_to: list[Literal["邮件", "钉钉", "企业微信", "接口推送"]] = Field(
        [], description="审计封签每天另外发到的通知渠道；邮件发给有邮箱的管理员。"
    )
    audit_head_every: int = Field(1000, ge=10, le=100_000, description="新增多少条审计记录就封签一次；有新记录的，每天至少一次。")
    public_url: str = Field(
        "", description="群众手机能打开的本系统地址（如 https://wenlv.example.gov.cn），卡片的二维码指向它；留空用打开页面的地址。"
    )
    public_asks_per_minute: int = Field(12, ge=1, le=600, description="公众咨询：同一地址每分钟最多提问的次数。")
    public_asks_total: int = Field(240, ge=1, le=10_000, description="公众咨询：所有人每分钟合计最多提问的次数。")
    public_question_chars: int = Field(300, ge=20, le=2000, description="公众咨询：一次提问的字数上限。")
    left_question_chars: int = Field(1000, ge=50, le=10_000, description="公众留言的字数上限。")
    left_questions_per_day: int = Field(10, ge=1, le=1000, description="同一地址一天最多留言的次数。")
    left_question_keep_days: int = Field(
        180, ge=1, le=3650, description="公众留言的联系方式保存的天数，到期自动删除；改动只影响以后的留言。"
    )
    service_line: str = Field("", description="服务电话，显示在公众咨询页和卡片上。")
    service_window: str = Field("", description="办事窗口的地址，显示在公众咨询页。")
    service_hours: str = Field("", description="窗口和服务电话的工作时间，显示在公众咨询页。")
    base_url: str = Field(
        "",
        description="本系统对外的网址，用于通知里的链接，如 https://fz.example.gov.cn；留空用 public_url，再空用监听的地址和端口。"
        "以 https 开头的，登录只在 https 下保持，不能再用 http 打开工作台。",
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
    webhook_url: str = Field("", description="其他系统接收通知的地址（POST JSON，带签名）；留空不发。", repr=False)
    webhook_secret: str = Field("", description="签名用的密钥，接收方据以核对；宜用环境变量给出。", repr=False)
    notify_timeout: float = Field(10, gt=0, le=120, description="发一条通知最多等待的秒数。")
    notify_attempts: int = Field(8, ge=1, le=50, description="一条通知最多尝试几次；间隔逐次加倍，仍发不出的告诉管理员。")

    @field_validator("review_number", "matter_number", "opinion_number")
    @classmethod
    def _numbers_differ(cls, pattern: str) -> str:
        """Two papers of a year, or of one serial in two years, never bear the same number."""
        try:
            check_pattern(pattern)
        except ValueError as error:
            raise PydanticCustomError("number_pattern", "{words}", {"words": str(error)}) from error
        return pattern

    @field_validator("audit_keep_days", "audit_keep_days_by_action")
    @classmethod
    def _trail_is_kept(cls, given: int | dict[str, int]) -> int | dict[str, int]:
        """However it is set: what was done stays long enough to be looked for."""
        for days in given.values() if isinstance(given, dict) else [given]:
            if 0 < days < LEAST_KEPT_DAYS:
                raise PydanticCustomError("kept_days", "应为 0（长期保存）或者至少 {least} 天", {"least": LEAST_KEPT_DAYS})
        return given

    @field_validator("*")
    @classmethod
    def _texts_are_plain(cls, value: Any) -> Any:
        return check_text(value)

    @field_validator("tables_dir", "opinion_template", "legal_opinion_template", "audit_head_file", mode="before")
    @classmethod
    def _empty_is_no_path(cls, value: Any) -> Any:
        """An empty text means none, not the folder the program happens to run in."""
        return value or None

    model_url: str = Field(
        "", description="语言模型的地址（OpenAI 兼容接口，如 http://127.0.0.1:11434/v1）；留空不使用模型，答复由条文引文组成。"
    )
    model_name: str = Field("", description="语言模型的名称，如 qwen2.5:14b；与 model_url 都写了才启用。")
    model_key: str = Field("", description="语言模型的密钥，只能用环境变量给出，不能写在文件里。", repr=False)
    model_timeout: float = Field(60.0, gt=0, le=600, description="写一份答复（含改写）最多等待的秒数；到时保留不使用模型的答复。")
    model_context: int = Field(
        8192, ge=1024, le=2_000_000, description="语言模型的上下文长度（词元）；放不下的条文从排在后面的起不给模型。"
    )
    model_reply_tokens: int = Field(1200, ge=64, le=32_768, description="语言模型一次答复的长度上限（词元）。")
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

    _ignored: tuple[Ignored, ...] = PrivateAttr(())

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """The values of the file that could not be used, and why."""
        return self._ignored

    def take(self, other: Settings, name: str) -> None:
        """Take over one live value from settings that were checked as a whole: the only change these ever see."""
        assert name in LIVE_SETTINGS
        self.__dict__[name] = getattr(other, name)
        self._ignored = tuple(one for one in self._ignored if one.name != name)

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

    A number of the file that is out of bounds, or a setting that may be changed on the web and cannot be used, is ignored
    with a warning (`Settings.ignored`), so that no stored value keeps the site from starting. Raises BadSetting, naming
    the file or variable, where any other value cannot be used.
    """
    folder = Path(home or os.environ.get("ASSISTANT_HOME") or DEFAULT_HOME)
    settings = settings_from(read_settings_file(folder), folder, **overrides)
    for one in settings.ignored:
        log.warning(
            "%s：%s 无效（%s），已改用默认值；可运行 assistant settings reset %s", folder / SETTINGS_FILE, one.name, one.reason, one.name
        )
    return settings


def read_settings_file(folder: Path) -> dict[str, Any]:
    """Return what a home's `assistant.toml` says, nothing where there is none; raises BadSetting."""
    path = folder / SETTINGS_FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}：不是有效的 TOML 文件（{error}）") from error


def settings_from(stored: Mapping[str, Any], folder: Path, **overrides: Any) -> Settings:
    """Return the settings of a home whose file says this; raises BadSetting."""
    path = folder / SETTINGS_FILE
    if "model_key" in stored:
        raise BadSetting(f"{path}：model_key 是密钥，不能写在文件里，请改用环境变量 ASSISTANT_MODEL_KEY")
    given = {k: v for k, v in overrides.items() if v is not None}
    kept, ignored = dict(stored), list[Ignored]()
    while True:
        try:
            settings = Settings(**kept | given | {"home": folder})
        except SettingsError as error:  # a list or table in the environment that is no JSON
            raise BadSetting(
                "环境变量里的列表和对照表要写作 JSON，如 ASSISTANT_REGIONS='[\"全国\"]'；请检查各个 ASSISTANT_ 变量"
            ) from error
        except ValidationError as error:
            dropped = ignorable(error.errors(), {n for n in kept if n not in given}, LIVE_SETTINGS, ignored)
            if not dropped:
                first = error.errors()[0]
                name = ".".join(str(x) for x in first["loc"])
                raise BadSetting(f"设置 {name} 无效：{reason(first)}（检查 {path} 或环境变量 ASSISTANT_{name.upper()}）") from error
            ignored += dropped
            for one in dropped:
                kept.pop(one.name)
            continue
        made = settings.model_copy(update={"home": folder, **given})
        made._ignored = tuple(ignored)
        return made
