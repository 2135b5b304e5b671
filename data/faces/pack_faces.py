#!/usr/bin/env python3
# Packs a folder in CelebA's layout (img/*.png, list_attr.txt) into one .vkfaces file (docs/file_formats.md).
# SPDX-License-Identifier: MIT
"""usage: pack_faces.py FOLDER OUT.vkfaces --splits train=7000,validation=500,test=500

Needs Python 3 and the zstd program. The PNGs must be of one size, 8-bit RGB and not interlaced.
"""
import argparse
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib


def unfilter(rows, height, stride, pixel_bytes):
    """Undoes PNG's row filters (PNG specification, section 9)."""
    previous, out = bytearray(stride), bytearray()
    for y in range(height):
        kind, row = rows[y * (stride + 1)], bytearray(rows[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride) if kind else ():
            a = row[x - pixel_bytes] if x >= pixel_bytes else 0
            b, c = previous[x], previous[x - pixel_bytes] if x >= pixel_bytes else 0
            if kind == 4:
                pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                guess = a if pa <= pb and pa <= pc else b if pb <= pc else c
            else:
                guess = (a, b, (a + b) // 2)[kind - 1]
            row[x] = (row[x] + guess) & 255
        out += row
        previous = row
    return bytes(out)


def read_png(path):
    data, position, packed, size = path.read_bytes(), 8, b"", None
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position:position + 8])
        body = data[position + 8:position + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
            if body[8:] != bytes([8, 2, 0, 0, 0]):
                raise SystemExit(f"{path}: is not 8-bit RGB without interlacing")
        elif kind == b"IDAT":
            packed += body
        position += 12 + length
    width, height = size
    return size, unfilter(zlib.decompress(packed), height, width * 3, 3)


def read_attributes(path):
    lines = path.read_text().splitlines()
    rows = [line.split() for line in lines[2:] if line.strip()]
    if len(rows) != int(lines[0]):
        raise SystemExit(f"{path}: the count is {lines[0]}, but {len(rows)} lines of images follow")
    return lines[1].split(), rows


def pack_bits(values):
    number = sum(1 << i for i, value in enumerate(values) if value == "1")
    return number.to_bytes((len(values) + 7) // 8, "little")


def parse_splits(text, count):
    splits, begin = {}, 0
    for part in text.split(","):
        name, size = part.split("=")
        splits[name] = [begin, begin + int(size)]
        begin += int(size)
    if begin != count:
        raise SystemExit(f"--splits add up to {begin}, but there are {count} images")
    return splits


def main():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--splits", required=True)
    arguments = parser.parse_args()
    names, rows = read_attributes(arguments.folder / "list_attr.txt")
    images = [read_png(arguments.folder / "img" / row[0]) for row in rows]
    sizes = {size for size, _ in images}
    if len(sizes) != 1:
        raise SystemExit(f"the images have several sizes: {sorted(sizes)}")
    width, height = sizes.pop()
    fields = {"count": len(rows), "height": height, "width": width, "channels": 3, "attributes": names,
              "splits": parse_splits(arguments.splits, len(rows))}
    header = json.dumps(fields, separators=(",", ":")).encode()
    with tempfile.NamedTemporaryFile() as content:
        content.write(b"".join(pack_bits(row[1:]) for row in rows))
        content.write(b"".join(pixels for _, pixels in images))
        content.flush()
        # The long window finds the same cap, shirt or mouth in any earlier face.
        command = ["zstd", "-q", "--ultra", "-22", "--long=27", "--check", "-c", content.name]
        frame = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    arguments.out.write_bytes(b"VKFACES1" + struct.pack("<I", len(header)) + header + frame)


if __name__ == "__main__":
    main()
