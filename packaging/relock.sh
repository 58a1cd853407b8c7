#!/bin/sh
# Writes packaging/lock/*.txt anew from pyproject.toml. Arguments go to uv, such as --upgrade.
set -eu
cd "$(dirname -- "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@" pyproject.toml
}
compile "$@" -o packaging/lock/runtime.txt
compile "$@" -c packaging/lock/runtime.txt --group dev -o packaging/lock/dev.txt
