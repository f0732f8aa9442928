#!/usr/bin/env bash
# Opens a copy of the example in the browser, so that the example itself stays as it is. A copy that is there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-demo}
mkdir -p "$folder"
[ -e "$folder/pbmc.ipynb" ] || cp examples/pbmc.ipynb "$folder/pbmc.ipynb"
.venv/bin/hood open "$folder/pbmc.ipynb"
echo "Nothing runs until you say so. In the terminal instead: .venv/bin/hood run $folder/pbmc.ipynb"
