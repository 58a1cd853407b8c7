#!/bin/sh
# Writes packaging/lock/*.txt anew from pyproject.toml. Arguments go to uv, such as --upgrade.
set -eu
cd "$(dirname -- "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@" pyproject.toml
}
# ./run opens the practice clinic, so the locked environment holds the extra of its authority.
compile "$@" --extra practice -o packaging/lock/runtime.txt
compile "$@" --extra practice -c packaging/lock/runtime.txt --group dev -o packaging/lock/dev.txt
