"""Contacts of visitors, kept so that the database alone does not tell them: the key is a file in the home."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from assistant.config import Settings
from assistant.errors import AssistantError

KEY_FILE = "contact.key"


class ContactSealed(AssistantError):
    """A contact that the key at hand does not open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"联系方式打不开：密钥文件 {path} 不是保存时的那一个，请管理员从备份中恢复它。")


def seal(settings: Settings, contact: str) -> bytes:
    """Return the contact encrypted; the key is made on first use, readable by the program's own user only."""
    return Fernet(_key(settings)).encrypt(contact.encode())


def unseal(settings: Settings, sealed: bytes) -> str:
    """Return the contact; raises ContactSealed where the key is another."""
    try:
        return Fernet(_key(settings)).decrypt(sealed).decode()
    except InvalidToken as error:
        raise ContactSealed(settings.home / KEY_FILE) from error


def digest(settings: Settings, *parts: str) -> str:
    """Return a keyed digest of some words, to compare without keeping them."""
    return hmac.new(_key(settings), "\x00".join(parts).encode(), hashlib.sha256).hexdigest()


def _key(settings: Settings) -> bytes:
    path = settings.home / KEY_FILE
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{KEY_FILE}.{os.getpid()}.{os.urandom(4).hex()}")
    whole.touch(mode=0o600)
    whole.write_bytes(Fernet.generate_key())
    try:
        os.link(whole, path)  # whole or not at all, and the first of two wins
    except FileExistsError:
        pass
    finally:
        whole.unlink()
    return path.read_bytes().strip()
