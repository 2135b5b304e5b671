#!/usr/bin/env bash
# Every test: installs what is missing, builds the dev preset, runs the tests under Vulkan's validation layers.
# Arguments go to the test program, e.g. ./test.sh --test-case='*conv2d*'. The last line is `N passed, N failed`.
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "$0")"
. cmake/setup.sh

# finish PASSED FAILED: the last line, and the exit status.
finish() {
    say "$1 passed, $2 failed"
    [ "$2" -eq 0 ] && [ "$1" -gt 0 ]
    exit
}

{ install_packages && build_preset dev -DVKGAN_WERROR=ON; } || { say "The build failed."; finish 0 1; }

# Test devices and the programs that tests start validate themselves (core and synchronisation); a message fails its test.
log=$PWD/build/tests.txt
VKGAN_VALIDATION=1 build/dev/vkgan_tests --no-colors=true "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# doctest's summary: "[doctest] test cases: 12 | 12 passed | 0 failed | 0 skipped"
summary=$(grep '^\[doctest\] test cases:' "$log" | tail -n 1)
passed=$(sed -n 's/.*| *\([0-9]*\) passed.*/\1/p' <<<"$summary")
failed=$(sed -n 's/.*| *\([0-9]*\) failed.*/\1/p' <<<"$summary")
passed=${passed:-0}
failed=${failed:-0}

# Every system of the zoo learns: each counts as a test.
if [ $# -eq 0 ]; then
    zoo=$PWD/build/zoo.txt
    build/dev/vkgan zoo verify all --tier S --out build/zoo 2>"$PWD/build/zoo.log" | tee "$zoo"
    learned=$(grep -c '^  passed$' "$zoo")
    passed=$((passed + learned))
    failed=$((failed + $(build/dev/vkgan zoo list | wc -l) - learned))
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    say "The test program ended with status $status."
    failed=1
fi
finish "$passed" "$failed"
