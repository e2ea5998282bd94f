#!/usr/bin/env bash
# Installs what building, testing and running need on Debian 12, and only what is missing.
#
# Safe to run any number of times; with nothing to do it says so in one line. Needs root or sudo only
# when something is missing. SKIP_SETUP=1 skips it, for machines that are set up in another way.
set -euo pipefail

# Package and what it is for.
readonly PACKAGES=(
    "build-essential|compiles the C parts of SQLite and TLS"
    "ca-certificates|lets cargo and the service check certificates"
    "clang|links the program"
    "mold|links it in seconds instead of a minute"
    "tesseract-ocr|text recognition, with the font for searchable PDFs"
    "tesseract-ocr-eng|its data for English"
    "chromium|the browser that visits the portals"
    "fonts-liberation|fonts for printing pages to PDF"
)

readonly TOOLCHAIN_HINT="install Rust with: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
(the version in rust-toolchain.toml is fetched by itself), then open a new shell"

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: error: %s\n' "$*" >&2
    exit 1
}

is_installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == "installed" ]]
}

# Runs apt-get as root, without questions, waiting for another package manager to finish.
apt() {
    local -a as_root=()
    if [[ "$(id -u)" -ne 0 ]]; then
        # Without a terminal nobody could type a password.
        if [[ -t 0 ]]; then as_root=(sudo); else as_root=(sudo --non-interactive); fi
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" </dev/null
}

install() {
    say "installing with apt-get:"
    local package
    for package in "$@"; do
        local entry
        for entry in "${PACKAGES[@]}"; do
            if [[ "${entry%%|*}" == "$package" ]]; then printf '  %-20s %s\n' "$package" "${entry#*|}"; fi
        done
    done
    # The package lists of a fresh machine are empty or old: fetch them once, only when needed.
    if ! apt install --yes --no-install-recommends "$@"; then
        say "trying again with fresh package lists"
        apt update || fail "apt-get update failed; check the network and /etc/apt/sources.list"
        apt install --yes --no-install-recommends "$@" ||
            fail "could not install: $*; the lines above say why. Install them by hand and run this again"
    fi
}

main() {
    if [[ "${SKIP_SETUP:-}" == "1" ]]; then
        say "skipped (SKIP_SETUP=1)"
        return
    fi
    local names=("${PACKAGES[@]%%|*}")
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        fail "this is not a Debian system; install the counterparts of these packages by hand and set SKIP_SETUP=1: ${names[*]}"

    local missing=() name
    for name in "${names[@]}"; do
        is_installed "$name" || missing+=("$name")
    done
    if [[ "${#missing[@]}" -gt 0 ]]; then
        [[ "$(id -u)" -eq 0 ]] || command -v sudo >/dev/null ||
            fail "missing: ${missing[*]}; run this as root, or install sudo, or ask an administrator to run: apt-get install ${missing[*]}"
        install "${missing[@]}"
        say "done"
    else
        say "everything is installed already"
    fi
    command -v cargo >/dev/null || fail "cargo is not on the PATH; $TOOLCHAIN_HINT"
}

main "$@"
