#!/usr/bin/env bash
# The main job: installs what is missing, builds, trains a GAN on the shipped faces and writes faces.png.
# SPDX-License-Identifier: MIT
set -euo pipefail
cd "$(dirname "$0")"
. cmake/setup.sh

install_packages
build_preset release

vkgan=build/release/vkgan
folder=runs/faces
# Narrow nets and the hinge loss: two cores without a GPU take about 160 steps a minute, and at 1,500 eyes, hair and glasses can be told
# apart. With the paper's loss the discriminator still won after 300 steps on these flat drawings.
train=(train dcgan --data faces --out "$folder" --minutes 10 --batch 32 --checkpoint-every 100 --sample-every 100
       --set image=64 ngf=32 ndf=32 loss=hinge ema=0.99)

# A run that was interrupted goes on where it stopped; one that was completed is not repeated, unless arguments ask for more.
if [ ! -e "$folder/complete" ] || [ $# -gt 0 ]; then
    if [ -e "$folder/checkpoint.vkgan" ]; then
        train+=(--resume)
    fi
    interrupted=
    trap 'interrupted=yes' INT TERM  # vkgan itself saves and leaves
    "$vkgan" "${train[@]}" "$@"
    trap - INT TERM
    [ -n "$interrupted" ] || touch "$folder/complete"
fi
"$vkgan" sample "$folder/model.vkgan" --out faces.png --count 64
say "Wrote faces.png: 64 faces that do not exist. Samples of every stage are in $folder/samples."
say "With a display, build/release/vkgan-viewer $folder shows and steers them live."
