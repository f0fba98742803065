#!/usr/bin/env bash
# Writes the lock files anew from pyproject.toml; keeps the versions that still fit.
# Usage: UV=/path/to/uv requirements/lock.sh [--upgrade]
#
# Installed with --no-deps, so a lock file names every package there is. torch has two of its own: the CPU
# build (torch-cpu.txt), which some package indexes serve beside PyPI's, and PyPI's (torch.txt), which is the
# CPU build on macOS but asks for gigabytes of CUDA libraries on Linux; [[tool.uv.dependency-metadata]] in
# pyproject.toml leaves those out. They are apart because pip, told several hashes, prefers the file whose
# hash the index page already names, which is never the one in a local folder.
set -euo pipefail
cd "$(dirname "$0")/.."

UV=${UV:-uv}
TORCH=2.13.0
# torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl
TORCH_CPU_SHA256=6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b

compile() {
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header "$@"
}

compile pyproject.toml --no-emit-package torch -o requirements/runtime.txt "$@"
compile pyproject.toml --group dev --no-emit-package torch -c requirements/runtime.txt -o requirements/dev.txt "$@"
printf 'hatchling>=1.27\neditables\n' |
    compile - -c requirements/dev.txt -o requirements/build.txt "$@"
rm -f requirements/torch.txt
echo "torch==$TORCH" | compile - --no-deps -o requirements/torch.txt
printf 'torch==%s+cpu \\\n    --hash=sha256:%s\n' "$TORCH" "$TORCH_CPU_SHA256" > requirements/torch-cpu.txt
