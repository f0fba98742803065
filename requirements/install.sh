#!/usr/bin/env bash
# Installs a lock file and the project into a virtual environment.
# Usage: PYTHON=python3.11 requirements/install.sh VENV LOCK_FILE
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=$1
LOCK=$2
PYTHON=${PYTHON:-python3}
TORCH_VERSION=2.13.0
# Official CPU builds; asked only when the configured index has none for Linux.
TORCH_INDEX=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n错误：%s\n' "$*" >&2; exit 1; }

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$("$PYTHON" --version 2>/dev/null || echo 无)
    fail "需要 Python 3.11 或更高版本（$PYTHON：$found）。请先安装，或用 make PYTHON=/路径/python3.11 指定。"
fi

if [ ! -x "$VENV/bin/python" ]; then
    say "1/4 建立虚拟环境 $VENV（$("$PYTHON" --version)）"
    "$PYTHON" -m venv "$VENV" || fail "无法建立虚拟环境；Debian/Ubuntu 请先安装 python3-venv。"
fi
PIP=("$VENV/bin/python" -m pip --disable-pip-version-check)
INSTALL=("${PIP[@]}" install --require-hashes --no-deps)

installed=$("$VENV/bin/python" -c 'from importlib.metadata import version; print(version("torch"))' 2>/dev/null || true)
if [ "${installed%+cpu}" != "$TORCH_VERSION" ]; then
    if [ "$(uname -sm)" = "Linux x86_64" ]; then
        say "2/4 安装 torch $TORCH_VERSION 的 CPU 版（约 190 MB）"
        extra=()
        # Into a variable first: grep -q ends the pipe early, and pipefail would take that for a failure.
        offered=$("${PIP[@]}" index versions torch 2>/dev/null || true)
        grep -qF "$TORCH_VERSION+cpu" <<<"$offered" || extra=(--extra-index-url "$TORCH_INDEX")
        "${INSTALL[@]}" "${extra[@]}" -r requirements/torch-cpu.txt ||
            fail "没有装上 torch $TORCH_VERSION+cpu（Python 3.11）。请提供含 CPU 版的索引后重试：make run TORCH_INDEX=地址；或把它的 wheel 放进 pip 的 find-links 文件夹。"
    else
        say "2/4 安装 torch $TORCH_VERSION"
        "${INSTALL[@]}" -r requirements/torch.txt
    fi
fi

say "3/4 安装锁定的依赖（$LOCK）"
"${INSTALL[@]}" -r requirements/build.txt
"${INSTALL[@]}" -r "$LOCK"

"$VENV/bin/python" -c 'import torch' ||
    fail "torch 无法载入，装到的可能是需要 CUDA 库的版本。请删除 $VENV，提供含 CPU 版的索引后重试：make run TORCH_INDEX=地址"

say "4/4 安装 smematch"
"${PIP[@]}" install --quiet --no-deps --no-build-isolation -e .
