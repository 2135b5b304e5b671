#!/usr/bin/env bash
# The main job: installs what is missing, builds, trains a GAN on the shipped faces and writes faces.png.
# SPDX-License-Identifier: MIT
set -euo pipefail
cd "$(dirname "$0")"
. cmake/setup.sh

install_packages
build_preset release

vkgan=build/release/vkgan
train=(train dcgan --data faces --out runs/faces)

# A run that was interrupted goes on where it stopped.
if [ -e runs/faces/checkpoint.vkgan ]; then
    train+=(--resume)
fi
"$vkgan" "${train[@]}" "$@"
"$vkgan" sample runs/faces/model.vkgan --out faces.png --count 64
say "Wrote faces.png: 64 faces that do not exist."
