#!/usr/bin/env bash
# Installs what `make bench` races against on Debian 12, and only what is missing. The Python libraries come from PyPI
# with pinned versions and hashes (benches/peers/*.txt); the benches put them into target/peers by themselves.
#
# Safe to run any number of times. SKIP_SETUP=1 skips it, for machines that are set up in another way.
set -euo pipefail

# Package and what it is for.
readonly PACKAGES=(
    "tesseract-ocr|plain text recognition"
    "tesseract-ocr-eng|its data for English"
    "tesseract-ocr-osd|its data for orientation, which OCRmyPDF turns pages by"
    "qpdf|merging and mending"
    "ghostscript|draws pages for OCRmyPDF"
    "unpaper|cleans pages for OCRmyPDF"
    "pngquant|makes OCRmyPDF's pictures smaller"
    "poppler-utils|reads and draws every contender's pages for the score"
    "python3-venv|keeps the Python libraries apart from the system's"
    "fonts-liberation|letters of the generated pages"
)

fail() {
    printf 'peers: error: %s\n' "$*" >&2
    exit 1
}

is_installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == "installed" ]]
}

# Runs apt-get as root, without questions, waiting for another package manager to finish.
apt() {
    local -a as_root=()
    if [[ "$(id -u)" -ne 0 ]]; then as_root=(sudo --non-interactive); fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" </dev/null
}

main() {
    if [[ "${SKIP_SETUP:-}" == "1" ]]; then return; fi
    local names=("${PACKAGES[@]%%|*}") missing=() name
    command -v apt-get >/dev/null ||
        fail "this is not a Debian system; install the counterparts of these packages by hand and set SKIP_SETUP=1: ${names[*]}"
    for name in "${names[@]}"; do
        is_installed "$name" || missing+=("$name")
    done
    if [[ "${#missing[@]}" -eq 0 ]]; then return; fi
    printf 'peers: installing %s\n' "${missing[*]}" >&2
    if ! apt install --yes --no-install-recommends "${missing[@]}" >&2; then
        # The package lists of a fresh machine are empty or old.
        apt update >&2 || fail "apt-get update failed; check the network and /etc/apt/sources.list"
        apt install --yes --no-install-recommends "${missing[@]}" >&2 ||
            fail "could not install: ${missing[*]}; the lines above say why"
    fi
}

main "$@"
