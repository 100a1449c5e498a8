"""Where what is shipped with the program lies: corpus, index and prompts, beside the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]

CORPUS: Final = _ROOT / "corpus"
INDEX: Final = _ROOT / "index"
PROMPTS: Final = _ROOT / "prompts"
