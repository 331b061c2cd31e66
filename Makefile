# Two commands for a newcomer: `make run` and `make test`. Everything else is a part of them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

TOOLS := .tools
UV := $(TOOLS)/bin/uv
UV_VERSION := 0.13.9
APP := .venv/bin
BOT := bot/.venv
PORT ?= 8080

# A pyenv shim exists for every version and runs only some: look into the versions themselves first.
# A service's own account enters nobody's home, so $(SHARED) keeps to what the system has.
pyenv_python = $$(ls -d $$(pyenv root 2>/dev/null)/versions/$(1).*/bin/python$(1) 2>/dev/null | sort -V | tail -1) python$(1)
system_python = /usr/bin/python$(1) /usr/local/bin/python$(1)
find_python = $(shell for candidate in $(if $(SHARED),$(system_python),$(pyenv_python)); do \
	"$$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1 && command -v "$$candidate" && break; done)

.PHONY: help
help:
	@echo "make run     cài đặt, chuẩn bị và chạy tất cả; in địa chỉ trang trò chuyện (PORT=$(PORT))"
	@echo "make production   cài cho máy chủ (docs/operations/README.md)"
	@echo "make test    chạy mọi kiểm thử"
	@echo "make check   kiểm tra cách viết, kiểu dữ liệu, luật phòng"
	@echo "make bench   đo tốc độ"
	@echo "make fuzz    đầu vào phá hoại cho mọi bộ đọc, FUZZ_SECONDS=600 mỗi bộ, FUZZ_JOBS bộ một lúc"
	@echo "make audit   lỗ hổng đã biết trong các gói; make sbom, make wheel, make bundle: giao cho nơi khác"

$(UV):
	@python="$(call find_python,3.12)"; python="$${python:-$$(command -v python3)}"; \
	if [ -z "$$python" ]; then echo "Thiếu Python 3: cài gói python3 và python3-venv rồi chạy lại." >&2; exit 1; fi; \
	echo "Cài uv $(UV_VERSION)…"; \
	"$$python" -m venv $(TOOLS) || { echo "Không tạo được môi trường ảo: cài gói python3-venv rồi chạy lại." >&2; exit 1; }; \
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)" || { echo "Không tải được uv: kiểm tra mạng tới kho gói Python." >&2; exit 1; }

.PHONY: install
install: install-app install-bot

.PHONY: install-app
install-app: $(UV)
	@python="$${PYTHON_APP:-$(call find_python,3.12)}"; [ -n "$$python" ] || { echo "Máy chưa có Python 3.12: uv sẽ tải về."; [ -z "$(SHARED)" ] || export UV_MANAGED_PYTHON=1; }; \
	$(UV) sync --quiet --locked --all-extras --compile-bytecode --python "$${python:-3.12}"

.PHONY: install-bot
install-bot: $(UV)
	@python="$${PYTHON_BOT:-$(call find_python,3.10)}"; [ -n "$$python" ] || { echo "Máy chưa có Python 3.10: uv sẽ tải về."; [ -z "$(SHARED)" ] || export UV_MANAGED_PYTHON=1; }; \
	if [ ! -x $(BOT)/bin/rasa ]; then echo "Cài môi trường Rasa (2,6 GB, vài phút trong lần đầu)…"; fi; \
	$(UV) sync --quiet --locked --project bot --compile-bytecode --python "$${python:-3.10}"

# For a service: readable by its own account, which writes nothing here; without what only developers need.
.PHONY: production production-bot
production production-bot: export UV_NO_DEV := 1
production production-bot: export UV_PYTHON_INSTALL_DIR := $(CURDIR)/$(TOOLS)/python
production production-bot: SHARED := yes
production-bot: install-bot
production: install
	@for python in $(APP)/python $(BOT)/bin/python; do case "$$(readlink -f $$python)" in \
		/root/*|/home/*) echo "$$python là $$(readlink -f $$python), mà dịch vụ không vào được nhà riêng: đặt PYTHON_APP, PYTHON_BOT ở /usr hoặc /opt, xóa .venv, bot/.venv rồi chạy lại." >&2; exit 1;; esac; done
	@$(APP)/python -m compileall -q -x '/\.(venv|tools|git)/' . && $(BOT)/bin/python -m compileall -q -x '/\.venv/' bot core/text
	@echo "Xong: $(CURDIR)"

# Browser, PDF reader: only tests and printing need them.
.PHONY: install-browser
install-browser:
	@missing=""; command -v chromium >/dev/null || missing="chromium"; \
	command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Cài$$missing…"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
		else echo "Thiếu: $$missing. Chạy: sudo apt-get install $$missing" >&2; exit 1; fi; fi

# Tests run on PostgreSQL and with Redis too where they are there; the product itself needs neither.
.PHONY: install-servers
install-servers:
	@missing=""; ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="postgresql"; \
	command -v redis-server >/dev/null || command -v valkey-server >/dev/null || missing="$$missing redis-server"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Cài$$missing…"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null \
				|| echo "Không cài được $$missing: các kiểm thử cần đến sẽ bị bỏ qua." >&2; \
		else echo "Thiếu: $$missing. Các kiểm thử cần đến sẽ bị bỏ qua; để chạy cả chúng: sudo apt-get install $$missing" >&2; fi; fi

# What reads the rules of the alarms, out of Debian's packages: nothing is installed, no service starts.
.PHONY: install-promtool
install-promtool:
	@for pair in promtool:prometheus amtool:prometheus-alertmanager; do \
		tool=$${pair%:*}; folder=$(abspath $(TOOLS))/prometheus; \
		command -v $$tool >/dev/null || [ -x $$folder/$$tool ] && continue; \
		echo "Lấy $$tool…"; mkdir -p $$folder/deb && (cd $$folder/deb && apt-get download -qq $${pair#*:} && \
			dpkg-deb --fsys-tarfile *.deb | tar -xO ./usr/bin/$$tool >../part && chmod 755 ../part && mv ../part ../$$tool) >/dev/null 2>&1 \
			|| echo "Không lấy được $$tool: kiểm thử cần đến sẽ bị bỏ qua." >&2; \
		rm -rf $$folder/deb $$folder/part; done

.PHONY: run
run: install
	@$(APP)/motcua up --port $(PORT) --sample

.PHONY: test
test: install install-browser install-servers install-promtool
	@echo "Kiểm thử từng phần, hai luồng…"
	@$(APP)/python -m pytest -n 2 --dist loadfile --ignore tests/bot --ignore tests/product --ignore tests/e2e
	@echo "Kiểm thử trợ lý, sản phẩm đang chạy và trình duyệt…"
	@$(APP)/python -m pytest tests/bot tests/product tests/e2e

.PHONY: check
check: install
	@$(APP)/ruff check .
	@$(APP)/ruff format --check .
	@$(APP)/mypy
	@$(APP)/lint-imports --no-cache
	@$(APP)/motcua content check
	@$(APP)/python .ci/scan_secrets.py
	@echo "Sạch."

# What the product is made of: every package with its hash, for whoever asks.
.PHONY: sbom
sbom: $(UV)
	@$(UV) export --quiet --locked --all-extras --no-dev --format cyclonedx1.5 -o sbom-app.json >/dev/null
	@$(UV) export --quiet --locked --project bot --format cyclonedx1.5 -o sbom-bot.json >/dev/null
	@SOURCE_DATE_EPOCH=$(COMMITTED) python3 .ci/sbom.py sbom-app.json sbom-bot.json
	@echo "sbom-app.json, sbom-bot.json"

# The same commit gives the same bytes: built twice and compared.
COMMITTED = $$(git log -1 --format=%ct 2>/dev/null || echo 0)
.PHONY: wheel
wheel: $(UV)
	@rm -rf dist/once dist/again
	@SOURCE_DATE_EPOCH=$(COMMITTED) $(UV) build --quiet --wheel -o dist/once
	@SOURCE_DATE_EPOCH=$(COMMITTED) $(UV) build --quiet --wheel -o dist/again
	@cmp dist/once/*.whl dist/again/*.whl && mv dist/once/*.whl dist/ && rm -rf dist/once dist/again
	@cd dist && sha256sum *.whl

# Known holes in what is locked; fails when it reached no data.
.PHONY: audit
audit: install-app
	@$(APP)/motcua audit

# One file for an office without a network.
.PHONY: bundle
bundle: install
	@UV=$(UV) .ci/bundle

# Every reader of strangers' writing, with made-up input, for FUZZ_SECONDS of processor time each, FUZZ_JOBS at a time.
FUZZ_SECONDS ?= 600
FUZZ_JOBS ?= $(shell nproc 2>/dev/null || echo 1)
.PHONY: fuzz
fuzz: install-app
	@nice -n 15 $(APP)/python -m tests.fuzzing --seconds $(FUZZ_SECONDS) --jobs $(FUZZ_JOBS)

.PHONY: bench
bench: install install-servers
	@$(UV) sync --quiet --locked --all-extras --group peer
	@$(APP)/motcua bench search
	@$(APP)/motcua bench chat
	@for database in sqlite postgresql; do \
		for what in accept answers dashboard dispatch receipts webhooks; do echo "$$what, $$database"; $(APP)/motcua bench $$what --database $$database || exit 1; done; \
		echo "crash, $$database"; $(APP)/motcua bench crash --database $$database --json || exit 1; \
	done
