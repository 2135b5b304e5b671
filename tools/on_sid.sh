#!/bin/sh
# Runs a program of this system on the Vulkan driver and layers of another Debian that lies in a folder (docs/devices.md has
# how to make one), by that Debian's own loader and libraries; what it lacks is taken from this system.
# SPDX-License-Identifier: MIT
#
# use: tools/on_sid.sh FOLDER PROGRAM [ARGUMENT ...]      environment: as the program's; VK_DRIVER_FILES is set
set -eu
folder=$(cd "$1" && pwd)
shift
libraries=$folder/usr/lib/x86_64-linux-gnu
[ -e "$libraries/libvulkan_lvp.so" ] || { echo "on_sid: $libraries has no libvulkan_lvp.so (mesa-vulkan-drivers)" >&2; exit 1; }
icd=$(mktemp --suffix=.json)
trap 'rm -f "$icd"' EXIT
printf '{"file_format_version": "1.0.0", "ICD": {"library_path": "%s", "api_version": "1.4.0"}}\n' \
    "$libraries/libvulkan_lvp.so" >"$icd"
VK_DRIVER_FILES=$icd VK_LAYER_PATH=$folder/usr/share/vulkan/explicit_layer.d \
    "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:/usr/lib/x86_64-linux-gnu" "$@"
