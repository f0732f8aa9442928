#!/usr/bin/env bash
# Puts each version of requirements/cellucid.txt into .peers/cellucid/VERSION: their writers run there as programs of
# their own (PYTHONPATH=that folder, .peers/bin/python); nothing of ours imports them.
set -euo pipefail
while IFS= read -r line; do
  case "$line" in cellucid==*) ;; *) continue ;; esac
  folder=.peers/cellucid/${line#cellucid==}
  [ -d "$folder/cellucid" ] && continue
  rm -rf "$folder.new"
  .peers/bin/pip install --quiet --no-deps --no-compile --target "$folder.new" "$line"
  rm -rf "$folder"
  mv "$folder.new" "$folder"
done < requirements/cellucid.txt
