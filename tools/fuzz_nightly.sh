#!/bin/sh
# One million inputs for every target of tools/fuzz.py, with another seed each night.
# Usage: tools/fuzz_nightly.sh FOLDER [SEED]   FOLDER takes the inputs that did harm.
set -u
folder=${1:?folder for findings}
seed=${2:-$(date -u +%j)}
status=0
for target in envelope log written coordinates links record casefile id json image detect archive \
  labels codes posts; do
  python "$(dirname "$0")/fuzz.py" --target "$target" --executions 1000000 --seed "$seed" \
    --findings "$folder" || status=1
done
exit $status
