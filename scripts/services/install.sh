# shellcheck shell=bash disable=SC2154 # base and root are services.sh's
# Installs the servers of services.sh, each once: into installed/NAME in the folder of the services. Sourced.
#
# Versions are pinned here and in the files beside (pom.xml, go.mod with go.sum, requirements.txt with hashes);
# the package managers check what they fetch. A server is installed again when the files that say what it is
# have changed. Missing tools come from Debian, and only what a missing server needs.

# Go for building the stand-in for S3, where the machine's own is older: fetched as the module that Go itself
# uses for that, and checked against Go's own sums.
readonly GO_VERSION=1.25.0

# Installs the named services that are missing or changed. The Java ones share Maven's folder, so they come one
# after the other; the others meanwhile.
install() {
    local name missing=()
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    # The stand-in for S3 asks Python about the file system.
    if [[ " ${missing[*]} " == *" s3 "* && " ${missing[*]} " != *" moto "* ]]; then
        is_installed moto || missing+=(moto)
    fi
    [[ "${#missing[@]}" -gt 0 ]] || return 0

    mkdir -p "$base/log" "$base/installed"
    (
        flock --wait 1800 8 || fail "another services.sh has been installing for half an hour; end it and try again"
        ensure_tools "${missing[@]}"
        say "installing ${missing[*]}, which takes some minutes the first time"
        local jobs=() job failed=()
        for name in s3 moto java; do
            (install_group "$name" "${missing[@]}") &
            jobs+=("$!:$name")
        done
        for job in "${jobs[@]}"; do
            wait "${job%%:*}" || failed+=("${job#*:}")
        done
        [[ "${#failed[@]}" -eq 0 ]] || fail "not everything could be installed; the lines above say why"
    ) 8>"$base/install.lock"
}

# Everything of one group that is among the missing ones.
install_group() {
    local group="$1" name
    shift
    for name in "$@"; do
        case "$group:$name" in
            s3:s3 | moto:moto | java:mongodb | java:sqs) install_one "$name" ;;
        esac
    done
}

install_one() {
    local name="$1" log="$base/log/install-$1.log" into="$base/installed/$1" begin="$SECONDS"
    # It may have been installed while we waited for the lock.
    if is_installed "$name"; then return; fi
    rm -rf "$into" "$into.sum"
    mkdir -p "$into"
    # Not as a condition: there, bash goes on after a command that fails.
    set +e
    (
        set -e
        "install_$name" "$into"
    ) >"$log" 2>&1 </dev/null
    local code="$?"
    set -e
    if [[ "$code" -ne 0 ]]; then
        printf 'services: error: %s could not be installed: %s\n  the whole story: %s; check the network and run this again\n' \
            "$name" "$(grep -i -m 3 -E 'error|could not|cannot|denied|refused' "$log" || tail -n 3 "$log")" "$log" >&2
        return 1
    fi
    what_it_is "$name" >"$into.sum"
    say "installed $name in $((SECONDS - begin)) s"
}

is_installed() {
    [[ -f "$base/installed/$1.sum" && "$(cat "$base/installed/$1.sum")" == "$(what_it_is "$1")" ]]
}

# A sum over the files that say what NAME is made of, and over where it lies: Python's folders cannot be moved.
what_it_is() {
    local folder="$root/scripts/services/$1"
    (
        cd "$folder"
        echo "$base $GO_VERSION"
        find . -type f \( -name pom.xml -o -name '*.java' -o -name 'go.*' -o -name requirements.txt \) -print0 |
            sort -z | xargs -0 sha256sum
    ) | sha256sum | cut -d ' ' -f 1
}

install_mongodb() {
    fetch_jars mongodb "$1"
    nice javac -Xlint:all -cp "$1/lib/*" -d "$1/classes" "$root/scripts/services/mongodb/src/Server.java"
}

install_sqs() {
    fetch_jars sqs "$1"
}

fetch_jars() {
    nice mvn --batch-mode --quiet --strict-checksums -f "$root/scripts/services/$1/pom.xml" \
        dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$2/lib"
}

install_s3() {
    local go
    go="$(usable_go)"
    cd "$root/scripts/services/s3"
    nice env GOFLAGS='-mod=readonly -buildvcs=false' "$go" build -trimpath -ldflags='-s -w' \
        -o "$1/versitygw" github.com/versity/versitygw/cmd/versitygw
}

install_moto() {
    python3 -m venv "$1"
    nice "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r "$root/scripts/services/moto/requirements.txt"
}

# A Go that is new enough: the machine's own, or the one it fetches by itself (from 1.21 on), or the same one
# fetched by hand, as Debian 12 has 1.19.
usable_go() {
    local own
    own="$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')"
    if at_least "$own" "$GO_VERSION"; then
        command -v go
        return
    fi
    local module into="$base/installed/go"
    module="golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$(go env GOARCH)"
    if [[ ! -x "$into/bin/go" ]]; then
        rm -rf "$into" "$into.new"
        (
            cd "$(mktemp -d)"
            printf 'module fetch\n\ngo 1.19\n' >go.mod
            # An older Go would refuse a GOTOOLCHAIN that is meant for a newer one.
            env -u GOTOOLCHAIN GOFLAGS=-mod=mod go mod download "$module"
        ) >&2
        cp -r "$(go env GOMODCACHE)/$module" "$into.new"
        chmod -R u+w "$into.new"
        # What a module cannot hold: files called go.mod, and the right to be run.
        find "$into.new" -name _go.mod -execdir mv {} go.mod \;
        chmod +x "$into.new"/bin/* "$into.new"/pkg/tool/*/*
        mv "$into.new" "$into"
    fi
    echo "$into/bin/go"
}

at_least() {
    [[ "$(printf '%s\n%s\n' "$1" "$2" | sort --version-sort | head -n 1)" == "$2" ]]
}

# Installs the tools from Debian that the named services need and the machine lacks.
ensure_tools() {
    local name packages=()
    for name in "$@"; do
        case "$name" in
            mongodb | sqs)
                java_version_is_enough || packages+=(default-jdk-headless)
                command -v mvn >/dev/null || packages+=(maven)
                ;;
            s3) command -v go >/dev/null || packages+=(golang-go) ;;
            moto) python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv) ;;
        esac
    done
    [[ "${#packages[@]}" -gt 0 ]] || return 0
    mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)

    command -v apt-get >/dev/null ||
        fail "missing, and this is not a Debian system: the counterparts of ${packages[*]}; install them by hand and run this again"
    local as_root=()
    if [[ "$(id -u)" -ne 0 ]]; then
        command -v sudo >/dev/null ||
            fail "missing: ${packages[*]}; run this as root, or ask an administrator to run: apt-get install ${packages[*]}"
        # Without a terminal nobody could type a password.
        if [[ -t 0 ]]; then as_root=(sudo); else as_root=(sudo --non-interactive); fi
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
    say "installing from Debian: ${packages[*]}"
    "${apt[@]}" install --yes --no-install-recommends "${packages[@]}" </dev/null ||
        { "${apt[@]}" update </dev/null && "${apt[@]}" install --yes --no-install-recommends "${packages[@]}" </dev/null; } ||
        fail "could not install ${packages[*]}; the lines above say why. Install them by hand and run this again"
}

java_version_is_enough() {
    local version
    command -v java >/dev/null || return 1
    version="$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')"
    [[ "${version:-0}" -ge 17 ]]
}
