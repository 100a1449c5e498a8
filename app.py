"""python app.py: serve the desks with the settings of the home (ASSISTANT_HOME, default ./var)."""

from __future__ import annotations

import sys

from assistant.config import load_settings
from assistant.errors import AssistantError


def main() -> int:
    """Serve until interrupted; 1 where a setting or the library cannot be used, said in one line."""
    from assistant.web.server import serve

    try:
        serve(load_settings())
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"网页服务没有启动：{error.strerror or error}（换一个端口：ASSISTANT_PORT=8080 python app.py）", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
