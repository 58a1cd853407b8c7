# Read by ./run and ./test: prepares the machine and .venv, as little as is needed. POSIX sh; sets nothing up twice.
# The caller sets `root`, the absolute path of the checkout. Messages go to stderr.

say() { printf '%s\n' "$*" >&2; }

# The way to install system packages without asking anybody, or nothing.
apt_command() {
    command -v apt-get >/dev/null 2>&1 || return 0
    if [ "$(id -u)" = 0 ]; then
        echo "env DEBIAN_FRONTEND=noninteractive apt-get"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"
    fi
}

# install_packages PACKAGE...: installs Debian or Ubuntu packages, or says which line does it and fails.
install_packages() {
    apt=$(apt_command)
    if [ -z "$apt" ]; then
        say "Clinic Desk needs system packages that are missing here. Run this once, then try again:"
        say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        return 1
    fi
    say "Installing system packages: $*"
    # $apt and the package names are words without spaces of their own.
    if ! $apt install -y -q --no-install-recommends "$@" >/dev/null 2>&1; then
        $apt update -q >/dev/null && $apt install -y -q --no-install-recommends "$@" >/dev/null
    fi
}

# libraries_missing: of the lines "library package" on stdin, the packages whose library is not on this machine.
libraries_missing() {
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    while read -r library package; do
        case "$known" in
        *"$library "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

# tools_missing: of the lines "program package" on stdin, the packages whose program is not on this machine.
tools_missing() {
    while read -r program package; do
        PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null 2>&1 || printf '%s ' "$package"
    done
}

has_screen() {
    [ "$(uname -s)" = Darwin ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]
}

# ensure_libraries: what Qt and printing load at run time; the xcb half only where there is a screen.
ensure_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    missing=$(libraries_missing <<LIST
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libcups.so.2 libcups2
LIST
    )
    if [ "${1:-}" = window ]; then
        missing="$missing$(libraries_missing <<LIST
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
LIST
        )"
    fi
    [ -z "$missing" ] || install_packages $missing
}

# find_python: prints the path of a Python 3.11 or newer that really starts, newest known version first.
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        path=$(command -v "$name" 2>/dev/null) || continue
        if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

# ensure_python: sets `python`, installing the distribution's own where there is none.
ensure_python() {
    if ! python=$(find_python); then
        install_packages python3 python3-venv || return 1
        if ! python=$(find_python); then
            say "Clinic Desk needs Python 3.11 or newer, and this system offers an older one."
            return 1
        fi
    fi
    # A Debian without python3-venv has Python but cannot make an environment.
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        install_packages python3-venv || return 1
    fi
}

# ensure_environment NAME: .venv holds exactly what packaging/lock/NAME.txt asks for, and the clinic-desk script.
ensure_environment() {
    lock="$root/packaging/lock/$1.txt"
    venv="$root/.venv"
    stamp="$venv/installed-$1"
    if environment_works; then
        [ ! -e "$stamp" ] || [ "$(cat "$stamp")" != "$(cksum <"$lock")" ] || return 0
    else
        ensure_python || return 1
        say "Making .venv with $("$python" --version)"
        "$python" -m venv --clear "$venv" || return 1
        echo "$root" >"$venv/made-for"
    fi
    install_locked "$lock" || return 1
    "$venv/bin/python" "$root/packaging/link_checkout.py" || return 1
    # The lock of the checks holds all of the other one.
    [ "$1" = runtime ] || cksum <"$root/packaging/lock/runtime.txt" >"$venv/installed-runtime"
    cksum <"$lock" >"$stamp"
}

# environment_works: false after the checkout moved or the system's Python was upgraded.
environment_works() {
    [ -e "$venv/made-for" ] && [ "$(cat "$venv/made-for")" = "$root" ] && "$venv/bin/python" -c '' 2>/dev/null
}

# install_locked LOCK: only files whose hash the lock names are installed; uv where there is one, for its speed.
install_locked() {
    say "Installing $(basename "$1" .txt) dependencies"
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        # Nowhere to keep downloads.
        UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
        export UV_NO_CACHE PIP_NO_CACHE_DIR
    fi
    if command -v uv >/dev/null 2>&1 &&
        uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$1"; then
        return 0
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
}
