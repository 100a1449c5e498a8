"""The key that signs what is cleared from the audit trail: kept outside the database, so that whoever can write there cannot sign."""

from __future__ import annotations

import hmac
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from assistant.config import Settings
from assistant.errors import AssistantError

KEY_FILE = "audit.key"
_KEY = re.compile(r"[0-9a-f]{64}")


class NoAuditKey(AssistantError):
    """There is no key, or none that can be used: nothing can be signed, and no signature checked."""


@dataclass(frozen=True, slots=True)
class AuditKey:
    """A key and what it is known by."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What the key is known by; tells nothing of the key."""
        return sha256(b"audit key:" + self.secret).hexdigest()[:16]

    def sign(self, words: str) -> str:
        """Return the signature of a text."""
        return hmac.digest(self.secret, words.encode(), "sha256").hex()

    def signed(self, words: str, signature: object) -> bool:
        """True where the signature is this key's, of this text."""
        return isinstance(signature, str) and hmac.compare_digest(self.sign(words).encode(), signature.encode())


def key_of(settings: Settings) -> AuditKey | None:
    """Return the key of the environment, else that of the home; None where there is none. Raises NoAuditKey for a damaged file."""
    if settings.audit_key:
        return AuditKey(bytes.fromhex(settings.audit_key))
    path = _path(settings)
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NoAuditKey(f"审计密钥 {path} 读不了，请检查权限，或者从备份找回") from error
    if not _KEY.fullmatch(text):
        raise NoAuditKey(f"审计密钥 {path} 已损坏，请从备份找回")
    return AuditKey(bytes.fromhex(text))


def make_key(settings: Settings) -> AuditKey:
    """Make the home's key, to be read by its owner only, and return it; another process that was first has made it."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)  # appears whole, and never in the place of another
    except OSError as error:
        raise NoAuditKey(f"审计密钥 {path} 写不了（{error.strerror or error}），请检查权限和磁盘空间") from error
    finally:
        unfinished.unlink(missing_ok=True)
    made = key_of(settings)
    assert made is not None
    return made


def _path(settings: Settings) -> Path:
    return settings.home / KEY_FILE
