#!/bin/sh
# One million inputs for every target of tools/fuzz.py, with another seed each night, on what the
# machine has left over. In rounds, so that a night that ends early leaves no target out.
# Usage: tools/fuzz_nightly.sh FOLDER [SEED [EXECUTIONS [ROUNDS]]]   FOLDER takes the inputs that did harm.
set -u
folder=${1:?folder for findings}
seed=${2:-$(date -u +%j)}
rounds=${4:-50}
share=$((${3:-1000000} / rounds))
status=0 round=0
while [ "$round" -lt "$rounds" ]; do
  nice -n 19 python "$(dirname "$0")/fuzz.py" --target all --executions "$share" \
    --first $((round * share)) --seed "$seed" --findings "$folder" || status=1
  round=$((round + 1))
done
exit $status
