# Common set-up of run.sh and test.sh: packages, configure, build. Source it from the repository's root.
# SPDX-License-Identifier: MIT

say() { printf '%s\n' "$*"; }

# An empty or unwritable HOME must not stop compiler caches and drivers.
use_writable_home() {
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        mkdir -p "$PWD/build/home"
        export HOME="$PWD/build/home"
        unset XDG_CACHE_HOME
    fi
}

debian_packages() {
    awk '!/^#/ && NF >= 2 {print $2}' cmake/debian_packages.txt
}

missing_packages() {
    local package
    for package in $(debian_packages); do
        case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in
            *' installed') ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

# Installs what is missing where apt-get can; elsewhere says what to install and goes on.
install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "This is not Debian or Ubuntu; VkGAN needs what these Debian packages hold:" $(debian_packages)
        return 0
    fi
    local missing root=
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            say "Missing packages, and neither root nor sudo to install them. Run: apt-get install $missing"
            return 1
        fi
        root=sudo
    fi
    say "Installing: $missing"
    $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
        </dev/null >build/apt.log 2>&1 || { tail -n 20 build/apt.log; return 1; }
}

# build_preset PRESET [cmake option ...]; under CI every preset treats warnings as errors.
build_preset() {
    local preset=$1
    shift
    if [ -n "${CI:-}" ]; then
        set -- -DVKGAN_WERROR=ON "$@"
    fi
    say "Configuring and building the preset $preset"
    cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1 ||
        { cat "build/configure-$preset.log"; return 1; }
    cmake --build --preset "$preset"
}

mkdir -p build
use_writable_home
