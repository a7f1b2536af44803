# Every target sets up what it needs on a fresh clone and is cheap to run again.
VENV := .venv
PYTHON ?= python3
ZHENGCE := $(VENV)/bin/zhengce
Q ?= 首创产品第一个合同1200万，国内首创，能补多少？

.PHONY: help setup index ask chat serve ui screenshots test postgres servers chromium check eval clean

help:  ## 列出可用的目标
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  —/'

# torch first: plain pip resolves the CPU build, which uv then leaves alone.
$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install -q -c constraints.txt uv torch==2.13.0
	$(VENV)/bin/uv pip install -q --python $(VENV)/bin/python -c constraints.txt -e '.[dev]'
	touch $@

setup: $(VENV)/.installed  ## 建立虚拟环境并安装依赖

index: setup  ## 建立或更新索引（首次会生成向量模型）
	@$(ZHENGCE) index build

ask: index  ## make ask Q="问题"：一条带引文的回答
	@$(ZHENGCE) ask "$(Q)"

chat: index  ## 在终端里对话
	@$(ZHENGCE) chat

serve: index  ## HTTP 服务，在 127.0.0.1:8000
	@$(ZHENGCE) serve

ui: index  ## 网页，在 127.0.0.1:8501
	@$(ZHENGCE) ui

screenshots: index chromium  ## 网页的截图，写到 reports/screenshots，六张放进 docs/images
	$(VENV)/bin/python -m ui.screenshots reports/screenshots
	@mkdir -p docs/images && cd reports/screenshots \
		&& cp 桌面-对话-3-原文.png ../../docs/images/chat.png && cp 手机-对话-2-回答.png ../../docs/images/phone.png \
		&& cp 桌面-算一算-1-金额与曲线.png ../../docs/images/calculate.png && cp 桌面-算一算-2-分档.png ../../docs/images/tiers.png \
		&& cp 桌面-能报什么-1-企业情况.png ../../docs/images/match.png && cp 桌面-政策库-4-阅读.png ../../docs/images/library.png

test: index check postgres servers chromium  ## 全部检查与测试
	$(VENV)/bin/python -m pytest -n 2

# Tests run on a real PostgreSQL; as root it is installed, elsewhere they skip with the reason.
postgres:
	-@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || test "$$(id -u)" != 0 \
		|| { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql; }

# Shared limits are tested with a real Redis, the proxy configuration with a real nginx; neither is left running.
servers:
	-@{ command -v redis-server && ls /usr/sbin/nginx; } >/dev/null 2>&1 || test "$$(id -u)" != 0 \
		|| { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server nginx; }

# The page is tested in a real browser; as root it is installed, elsewhere those tests skip with the reason.
chromium:
	-@{ command -v chromium && fc-list | grep -q 'Noto Sans CJK'; } >/dev/null 2>&1 || test "$$(id -u)" != 0 \
		|| { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-noto-cjk; }

check: setup  ## ruff、mypy、分层约束
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

eval: index  ## 运行评测集（效力按固定的一天判断）
	$(ZHENGCE) eval run --as-of 2026-11-21

clean:  ## 删除虚拟环境与索引
	rm -rf $(VENV) .zhengce
