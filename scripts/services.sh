#!/usr/bin/env bash
# Real servers on loopback for tests and for trying the program out: stand-ins for MongoDB, SQS, S3 and KMS.
#
#   services.sh start [NAME…]     installs what is missing, starts what does not run, says where each answers
#   services.sh stop [NAME…]      stops exactly what start started
#   services.sh restart NAME      stops it in good order and starts it again
#   services.sh kill NAME         kills it at once (kill -9); its data stays, and start brings it back
#   services.sh status            what runs, and where
#   services.sh probe [NAME…]     checks that each keeps what our adapters rely on, kills included
#   services.sh wipe              stops all and deletes their data
#
# Names: mongodb sqs s3 moto. Everything lies in one folder, target/services or EPIC_CONNECTOR_SERVICES; the
# addresses stand in its file env, to be sourced. Ports: 27117 and the three after it, or from
# EPIC_CONNECTOR_SERVICES_PORT on. Nothing listens beyond 127.0.0.1; nobody's data belongs in here.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly root
base="${EPIC_CONNECTOR_SERVICES:-${CARGO_TARGET_DIR:-$root/target}/services}"
# The servers run elsewhere, so no path may depend on where this was called.
[[ "$base" == /* ]] || base="$PWD/$base"
readonly base
readonly first_port="${EPIC_CONNECTOR_SERVICES_PORT:-27117}"
readonly SERVICES=(mongodb sqs s3 moto)
readonly READY_SECONDS=60
readonly STOP_SECONDS=10

say() { printf 'services: %s\n' "$*"; }

fail() {
    printf 'services: error: %s\n' "$*" >&2
    exit 1
}

# shellcheck source=services/install.sh
source "$root/scripts/services/install.sh"

port_of() {
    local number=0 name
    for name in "${SERVICES[@]}"; do
        if [[ "$name" == "$1" ]]; then
            echo $((first_port + number))
            return
        fi
        number=$((number + 1))
    done
    fail "there is no service called $1; there are: ${SERVICES[*]}"
}

# Becomes the server NAME. Its own folder for data is there.
become() {
    local name="$1" port data="$base/data/$1"
    port="$(port_of "$name")"
    # A heap that is small, and a start that is quick.
    local java=(java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
    case "$name" in
        mongodb)
            exec "${java[@]}" -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
                -cp "$base/installed/mongodb/classes:$base/installed/mongodb/lib/*" Server "$port" "$data/file"
            ;;
        sqs)
            export SERVICES_SQS_PORT="$port" SERVICES_SQS_FILE="$data/file"
            exec "${java[@]}" -Dconfig.file="$root/scripts/services/sqs/elasticmq.conf" \
                -cp "$base/installed/sqs/lib/*" org.elasticmq.server.Main
            ;;
        s3)
            mkdir -p "$data/objects"
            # Where the file system has no extended attributes, they go into files beside.
            local beside=()
            if ! has_attributes "$data"; then
                mkdir -p "$data/attributes"
                beside=(--sidecar "$data/attributes")
            fi
            export ROOT_ACCESS_KEY=test ROOT_SECRET_KEY=test-secret
            exec "$base/installed/s3/versitygw" --port "127.0.0.1:$port" --region us-east-1 --quiet \
                posix "${beside[@]}" "$data/objects"
            ;;
        moto)
            exec "$base/installed/moto/bin/python" "$root/scripts/services/moto/server.py" "$port" "$data/keys"
            ;;
    esac
}

has_attributes() {
    "$base/installed/moto/bin/python" -c 'import os, sys; os.setxattr(sys.argv[1], "user.probe", b"1")' "$1" 2>/dev/null
}

# When the process was started, in ticks since the boot; nothing when it has ended. With the id it names one
# process for good, for ids are used again.
started_at() {
    local stat
    stat="$(cat "/proc/$1/stat" 2>/dev/null)" || return 1
    local fields
    read -ra fields <<<"${stat##*) }"
    # A zombie waits to be reaped by somebody else; it serves nobody.
    [[ "${fields[0]}" != Z ]] && echo "${fields[19]}"
}

# The process id of NAME, if start started it and it still runs.
pid_of() {
    local pid started
    read -r pid started 2>/dev/null <"$base/run/$1.pid" || return 1
    [[ "$(started_at "$pid")" == "$started" ]] && echo "$pid"
}

answers() {
    local port="$1" name="$2" line
    (
        # As part of a condition, bash would go on after the failure.
        exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
        if [[ "$name" != mongodb ]]; then
            printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
            read -r -t 5 line <&3 || exit 1
            [[ "$line" == HTTP/* ]]
        fi
    ) 2>/dev/null
}

# Only one at a time may start or stop a service: tests do so in parallel.
locked() {
    local name="$1"
    shift
    mkdir -p "$base/run"
    (
        flock --wait 300 9 || fail "another services.sh has been busy with $name for 5 minutes; end it and try again"
        "$@" "$name"
    ) 9>"$base/run/$name.lock"
}

start_one() {
    local name="$1" port log="$base/log/$1.log" pid
    port="$(port_of "$name")"
    if pid="$(pid_of "$name")"; then
        if [[ "$name" == s3 ]]; then make_bucket "$port"; fi
        say "$name runs already (process $pid)"
        return
    fi
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        fail "port $port, which $name needs, is taken by $(owner_of_port "$port"); stop that, or take four other ports with EPIC_CONNECTOR_SERVICES_PORT=28117 make services"
    fi
    mkdir -p "$base/data/$name" "$base/log"
    # A session of its own: what ends the caller must not end the server.
    setsid "$BASH" "${BASH_SOURCE[0]}" become "$name" </dev/null >>"$log" 2>&1 9>&- &
    pid="$!"
    echo "$pid $(started_at "$pid")" >"$base/run/$name.pid"

    local end=$((SECONDS + READY_SECONDS))
    until answers "$port" "$name"; do
        pid_of "$name" >/dev/null || fail "$name ended at once; its last words ($log): $(tail -n 5 "$log")"
        if ((SECONDS > end)); then
            fail "$name does not answer on port $port after $READY_SECONDS s; its last words ($log): $(tail -n 5 "$log")"
        fi
        sleep 0.1
    done
    if [[ "$name" == s3 ]]; then make_bucket "$port"; fi
    if [[ "$name" == sqs ]]; then await_queues "$port"; fi
    say "$name started (process $pid)"
}

# It answers before it has restored all its queues: waits until their number stands still.
await_queues() {
    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test-secret "$base/installed/moto/bin/python" - "$1" 2>>"$base/log/sqs.log" <<'END' ||
import sys
import time
import boto3
sqs = boto3.client("sqs", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", region_name="us-east-1")
seen, calm, end = -1, 0, time.monotonic() + 60
while calm < 5:
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 1000})
    count = sum(len(page.get("QueueUrls", [])) for page in pages)
    calm = calm + 1 if count == seen else 0
    seen = count
    if time.monotonic() > end:
        sys.exit("the queues do not stand still")
    time.sleep(0.1)
END
        fail "the queues are not restored; $base/log/sqs.log says why"
}

# The bucket that tests and trials use.
make_bucket() {
    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test-secret "$base/installed/moto/bin/python" - "$1" 2>>"$base/log/s3.log" <<'END' ||
import sys
import boto3
s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", region_name="us-east-1")
if "local" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
    s3.create_bucket(Bucket="local")
END
        fail "the bucket \"local\" could not be made; $base/log/s3.log says why"
}

owner_of_port() {
    local owner
    owner="$(ss --listening --tcp --numeric --processes "sport = :$1" 2>/dev/null | grep -o 'users:.*' || true)"
    echo "${owner:-another program}"
}

# Sends SIGNAL to NAME and waits until it has ended.
end_one() {
    local signal="$1" name="$2" pid
    if ! pid="$(pid_of "$name")"; then
        say "$name does not run"
        return
    fi
    kill "-$signal" "$pid"
    local end=$((SECONDS + STOP_SECONDS))
    while pid_of "$name" >/dev/null; do
        if ((SECONDS > end)); then
            kill -KILL "$pid" 2>/dev/null || true
        fi
        sleep 0.05
    done
    rm -f "$base/run/$name.pid"
    say "$name ended"
}

# What a shell needs to use the services.
write_env() {
    local mongodb sqs s3 moto
    mongodb="$(port_of mongodb)" sqs="$(port_of sqs)" s3="$(port_of s3)" moto="$(port_of moto)"
    cat >"$base/env.new" <<END
# Where the services of scripts/services.sh answer: source this file.
export MONGODB_URI=mongodb://127.0.0.1:$mongodb
export AWS_ENDPOINT_URL_SQS=http://127.0.0.1:$sqs
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$s3
export AWS_ENDPOINT_URL_KMS=http://127.0.0.1:$moto
export AWS_ENDPOINT_URL_SECRETS_MANAGER=http://127.0.0.1:$moto
export AWS_ENDPOINT_URL_SES=http://127.0.0.1:$moto
export AWS_REGION=us-east-1
export AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test
export AWS_SECRET_ACCESS_KEY=test-secret
export AWS_EC2_METADATA_DISABLED=true
# For what the stand-in for S3 lacks: SSE-KMS as told back, lifecycle rules, bucket settings. In memory only.
export EPIC_CONNECTOR_MOTO_S3=http://127.0.0.1:$moto
# A bucket that exists.
export EPIC_CONNECTOR_TEST_BUCKET=local
# What tests call to kill and start one of them.
export EPIC_CONNECTOR_SERVICES_SCRIPT=$root/scripts/services.sh
export EPIC_CONNECTOR_SERVICES=$base
export EPIC_CONNECTOR_SERVICES_PORT=$first_port
END
    mv "$base/env.new" "$base/env"
}

show() {
    local name pid
    printf '\n  %-9s %-28s %-10s %s\n' service address process 'stands in for'
    for name in "${SERVICES[@]}"; do
        local scheme=http what
        case "$name" in
            mongodb) scheme=mongodb what="MongoDB: mongo-java-server, data in a file" ;;
            sqs) what="SQS: ElasticMQ, data in a file" ;;
            s3) what="S3: versitygw, data in files" ;;
            moto) what="KMS (keys in a file), Secrets Manager, SES: moto" ;;
        esac
        pid="$(pid_of "$name" || echo '-')"
        printf '  %-9s %-28s %-10s %s\n' "$name" "$scheme://127.0.0.1:$(port_of "$name")" "$pid" "$what"
    done
    cat <<END

  source $base/env     then, in the configuration of epic-connector:
    store = "mongodb://127.0.0.1:$(port_of mongodb)/epic"
    queue = "sqs:local"
    blobs = "s3://local/charts"
    [s3]
    path_style = true
END
}

probe() {
    local python="$base/installed/moto/bin/python" name failed=() at
    for name in "$@"; do
        at="http://127.0.0.1:$(port_of "$name")"
        local call=(--endpoint "$at") script="$name"
        case "$name" in
            mongodb) call=("mongodb://127.0.0.1:$(port_of mongodb)") ;;
            moto) script=kms ;;
        esac
        say "probing $name"
        "$python" -B "$root/scripts/services/probe_$script.py" "${call[@]}" \
            --kill "'$root/scripts/services.sh' kill $name" --start "'$root/scripts/services.sh' start $name" ||
            failed+=("$name")
    done
    [[ "${#failed[@]}" -eq 0 ]] || fail "these do not keep what the adapters rely on: ${failed[*]}; the lines above say what"
}

usage() {
    sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
}

main() {
    local verb="${1:-}" name
    shift || usage
    local names=("$@")
    [[ "${#names[@]}" -gt 0 ]] || names=("${SERVICES[@]}")
    for name in "${names[@]}"; do port_of "$name" >/dev/null; done
    case "$verb" in
        start)
            install "${names[@]}"
            for name in "${names[@]}"; do locked "$name" start_one; done
            # Tests start single ones by the hundred: the table is for people.
            if [[ "$#" -eq 0 ]]; then
                write_env
                show
            fi
            ;;
        stop) for name in "${names[@]}"; do locked "$name" end_one TERM; done ;;
        restart)
            for name in "$@"; do
                locked "$name" end_one TERM
                locked "$name" start_one
            done
            ;;
        kill) for name in "$@"; do locked "$name" end_one KILL; done ;;
        status) show ;;
        probe) probe "${names[@]}" ;;
        wipe)
            for name in "${SERVICES[@]}"; do locked "$name" end_one TERM; done
            rm -rf "${base:?}/data"
            ;;
        become) become "$1" ;;
        *) usage ;;
    esac
}

main "$@"
