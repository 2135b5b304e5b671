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

# The layers of every process that the tests start write into one pipe, whether or not it has a messenger of its own.
settings=$PWD/build/vk_layer_settings.txt
messages=$PWD/build/validation.txt
pipe=$PWD/build/validation.pipe
log=$PWD/build/tests.txt
rm -f "$pipe"
mkfifo "$pipe"
exec 9<>"$pipe"
cat "$pipe" >"$messages" 9>&- &
cat >"$settings" <<END
khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG
khronos_validation.report_flags = error,warn
khronos_validation.log_filename = $pipe
khronos_validation.enables = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT
END
export VK_LAYER_SETTINGS_PATH=$settings
export VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation

build/dev/vkgan_tests --no-colors=true "$@" 2>&1 9>&- | tee "$log" 9>&-
status=${PIPESTATUS[0]}
exec 9>&-
wait
rm -f "$pipe"

# doctest's summary: "[doctest] test cases: 12 | 12 passed | 0 failed | 0 skipped"
summary=$(grep '^\[doctest\] test cases:' "$log" | tail -n 1)
passed=$(sed -n 's/.*| *\([0-9]*\) passed.*/\1/p' <<<"$summary")
failed=$(sed -n 's/.*| *\([0-9]*\) failed.*/\1/p' <<<"$summary")
passed=${passed:-0}
failed=${failed:-0}
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    say "The test program ended with status $status before its summary."
    failed=1
fi
if [ -s "$messages" ]; then
    say "The validation layers spoke ($messages):"
    head -n 40 "$messages"
    failed=$((failed + 1))
fi
finish "$passed" "$failed"
