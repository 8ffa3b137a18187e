#!/bin/sh
# Sees that this machine has what pip and npm cannot bring: `provide.sh venv | redis | chromium`.
# As root on Debian it installs what is missing; elsewhere it says what to install.
set -eu

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() {
    echo "Installing $* with apt-get …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

need_venv() {
    python=$(find_python) || {
        echo "liveblog needs Python 3.11 or newer (as root: apt-get install python3)." >&2
        exit 1
    }
    # Debian keeps the part that puts pip into a virtual environment in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if ! may_install; then
            echo "$python cannot make virtual environments. As root: apt-get install $package" >&2
            exit 1
        fi
        install "$package"
    fi
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv
}

need_redis() {
    # The newest server on the PATH, else the one that a locked package brings.
    if .venv/bin/python -c 'from liveblog.store import embedded; embedded.find_server()' \
        2>/dev/null; then return; fi
    if may_install; then
        install redis-server
    else
        echo "There is no redis-server here. As root: apt-get install redis-server" >&2
        exit 1
    fi
}

need_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null; then return; fi
    done
    if may_install && install chromium; then return; fi
    echo "No Chromium: THE BROWSER TESTS ARE SKIPPED. As root: apt-get install chromium" >&2
    # A machine that guards the main branch must not pass by looking away.
    [ "${CI:-}" != true ]
}

"need_$1"
