"""When two texts of an article are the same text."""

from __future__ import annotations

import hashlib
import unicodedata


def folded(text: str) -> str:
    """Return only the letters, numerals and Chinese characters of `text`, widths folded.

    Spaces, punctuation and half/full width are no difference between two prints of one article.
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def same_text(a: str, b: str) -> bool:
    """True where two texts differ at most in spaces, widths or punctuation."""
    return folded(a) == folded(b)


def digest(*texts: str) -> str:
    """Return a short stable content hash (32 hex digits) of the texts exactly as given."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:32]
