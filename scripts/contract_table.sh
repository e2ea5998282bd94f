#!/usr/bin/env bash
# Runs every port's contract on every adapter and prints the table clause × adapter: how many of a clause's tests
# passed, a dash where the adapter does not meet the port. Needs the servers (`make services`); fails if one test fails.
set -euo pipefail
cd "$(dirname "$0")/.."

env="${EPIC_CONNECTOR_SERVICES:-${CARGO_TARGET_DIR:-target}/services}/env"
[[ -f "$env" ]] || { echo "contract_table: error: $env is missing; run \`make services\` first" >&2; exit 1; }
# shellcheck disable=SC1090
source "$env"

results="$(mktemp)"
# Every test binary with the folder of its package.
binaries="$(mktemp)"
trap 'rm -f "$results" "$binaries"' EXIT
cargo test --workspace ${CARGO_FLAGS:-} --test contract --test services --no-run --message-format json-render-diagnostics |
    sed -nE 's/^.*"manifest_path":"([^"]*)\/Cargo.toml".*"executable":"([^"]+)".*$/\1 \2/p' >"$binaries"

# column NAME FOLDER PATTERN: adds the clauses' tests of one adapter, those whose names match.
column() {
    local name="$1" folder="$2" pattern="$3" binary
    binary="$(awk -v end="/$folder" 'substr($1, length($1) - length(end) + 1) == end { print $2 }' "$binaries" | head -n 1)"
    [[ -n "$binary" ]] || { echo "contract_table: error: $folder has no contract tests" >&2; exit 1; }
    # A failed test is counted below, not here.
    (cd "$folder" && "$binary" --test-threads 4 "$pattern" || true) |
        sed -nE "s/^test .*::([a-z])_([0-9]+)_[a-z0-9_]+ \.\.\. (ok|FAILED)\$/$name \1-\2 \3/p" >>"$results"
}

column memory  domain/memory    plain::
column memory  domain/memory    standard
column faults  domain/memory    rough
column sqlite  adapters/sqlite  ::
column files   adapters/files   ::
column model   adapters/model   http::
column mongodb adapters/mongodb ::
column sqs     adapters/aws     contract_on_sqs
column s3      adapters/aws     contract_on_s3
column kms     adapters/aws     contract_on_kms

awk '
    { columns[$1]; all[$2]; seen[$1, $2]++; if ($3 == "ok") good[$1, $2]++; else failed = 1 }
    END {
        count = split("memory faults sqlite files mongodb sqs s3 kms", order, " ")
        printf "%-7s", "clause"; for (i = 1; i <= count; i++) printf "%9s", order[i]; print ""
        clauses = 0; for (clause in all) names[++clauses] = clause
        for (i = 1; i <= clauses; i++) for (j = i + 1; j <= clauses; j++) {
            split(names[i], a, "-"); split(names[j], b, "-")
            if (a[1] > b[1] || (a[1] == b[1] && a[2] + 0 > b[2] + 0)) { t = names[i]; names[i] = names[j]; names[j] = t }
        }
        for (i = 1; i <= clauses; i++) {
            printf "%-7s", names[i]
            for (j = 1; j <= count; j++) {
                key = order[j] SUBSEP names[i]
                if (!(key in seen)) printf "%9s", "-"
                else printf "%9s", (good[key] + 0 == seen[key]) ? seen[key] " ok" : "FAILED"
            }
            print ""
        }
        exit failed
    }' "$results"
