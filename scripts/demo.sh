#!/usr/bin/env bash
# Runs a copy of the example, so that the example itself stays without outputs.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-demo}
mkdir -p "$folder"
cp examples/pbmc.ipynb "$folder/pbmc.ipynb"
.venv/bin/hood run "$folder/pbmc.ipynb"
echo "The notebook with its outputs: $folder/pbmc.ipynb"
