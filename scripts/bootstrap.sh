# Shared by ./start and ./test: system libraries, Python and the environment, nothing more.
# Sourced from the project's folder under `set -eu`.

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s\n' "$*" >&2
    exit 2
}

good_python() { # good_python COMMAND: 3.11 or later
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() { # print the first good Python's command, if there is one
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if good_python "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

environment_works() {
    good_python .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1
}

have_library() { # have_library NAME.so.N
    case $libraries in *"$1 "*) return 0 ;; *) return 1 ;; esac
}

# What is missing, as names of Debian packages. Libraries and programs are looked for themselves,
# because packages are called differently from release to release.
missing_packages() { # missing_packages [test]
    libraries=$(/sbin/ldconfig -p)
    missing=
    if ! environment_works; then
        python=$(find_python)
        case $python in
            '') missing="python3 python3-venv" ;;
            *) "$python" -c 'import ensurepip' 2>/dev/null || missing="$python-venv" ;;
        esac
    fi
    have_library libpango-1.0.so.0 || missing="$missing libpango-1.0-0"
    have_library libpangoft2-1.0.so.0 || missing="$missing libpangoft2-1.0-0"
    # without it a one-page PDF takes twelve seconds instead of a third of one
    have_library libharfbuzz-subset.so.0 || missing="$missing libharfbuzz-subset0"
    have_library libmagic.so.1 || missing="$missing libmagic1"
    command -v fc-cache >/dev/null || missing="$missing fontconfig"
    command -v msgfmt >/dev/null || missing="$missing gettext"
    if [ "${1:-}" = test ]; then
        command -v chromium >/dev/null || missing="$missing chromium"
        command -v pdftotext >/dev/null || missing="$missing poppler-utils"
    fi
    echo "${missing# }"
}

apt_log=var/log/apt.log

apt_install() { # apt_install PACKAGE…
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \
        install --no-install-recommends "$@" >>"$apt_log" 2>&1
}

system_packages() { # system_packages [test]: install what is missing, or say how
    missing=$(missing_packages "${1:-}")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "Missing on this machine; run this line, then the command again:
sudo apt-get install $missing"
    fi
    command -v apt-get >/dev/null || fail "Missing on this machine, and there is no apt-get: $missing"
    say "installing system packages: $missing"
    mkdir -p var/log
    apt-get -q -o DPkg::Lock::Timeout=120 update >>"$apt_log" 2>&1 || say "apt-get update failed; going on"
    # shellcheck disable=SC2086
    apt_install $missing || fail "apt-get could not install them; the end of $apt_log:
$(tail -n 15 "$apt_log")"
    still=$(missing_packages "${1:-}")
    # Ubuntu 22.04's python3 is 3.10, but it has 3.11 beside it
    if [ "$still" = "python3 python3-venv" ]; then
        apt_install python3.11 python3.11-venv && still=$(missing_packages "${1:-}")
    fi
    [ -z "$still" ] || fail "Still missing after apt-get install: $still (Python must be 3.11 or later)"
}

python_environment() { # python_environment REQUIREMENTS: .venv with exactly these versions
    if ! environment_works; then
        say "making the Python environment in .venv"
        rm -rf .venv
        "$(find_python)" -m venv .venv || fail "The Python environment could not be made."
    fi
    stamp=.venv/$1.installed
    wanted=$(sha256sum "$1")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "installing the Python packages of $1"
        mkdir -p var/log
        install_packages "$1" >var/log/packages.log 2>&1 || fail "The Python packages could not be installed; \
the end of var/log/packages.log:
$(tail -n 15 var/log/packages.log)"
        echo "$wanted" >"$stamp"
    fi
}

install_packages() { # with uv where it is there, because it is faster; else with pip
    uv=$(command -v uv || ls .venv/bin/uv 2>/dev/null || true)
    if [ -n "$uv" ] && "$uv" pip install --quiet --python .venv/bin/python -r "$1"; then
        return 0
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$1"
}
