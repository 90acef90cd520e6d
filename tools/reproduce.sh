#!/bin/sh
# Build the wheel twice and compare the bytes. The time in it is that of the last commit.
# Usage: tools/reproduce.sh FOLDER
set -eu
folder=${1:?folder for the wheels}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for turn in first second; do
  python -m pip wheel --quiet --no-deps --wheel-dir "$folder/$turn" .
done
cmp "$folder"/first/*.whl "$folder"/second/*.whl
sha256sum "$folder"/first/*.whl
