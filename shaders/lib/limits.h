// Numbers that C++ and GLSL must agree on: binding slots, specialisation constant ids, sizes.
// SPDX-License-Identifier: MIT
// clang-format off: tables, and read by GLSL
#ifndef VKGAN_LIMITS_H
#define VKGAN_LIMITS_H

// Descriptor bindings, set 0. Outputs are storage buffers; the others storage texel buffers (TEXEL) or storage buffers.
#define VKGAN_BIND_OUT0 0
#define VKGAN_BIND_OUT1 1
#define VKGAN_BIND_OUT2 2
#define VKGAN_BIND_OUT3 3
#define VKGAN_BIND_CHAIN0 4   // chain inputs 4 .. 11
#define VKGAN_BIND_A 12
#define VKGAN_BIND_B 13
#define VKGAN_BIND_C 14
#define VKGAN_BIND_D 15
#define VKGAN_BIND_OUT4 12      // of chains, which have no A and B
#define VKGAN_BIND_OUT5 13

// Chains (fused pointwise ops).
#define VKGAN_CHAIN_INPUTS 8
#define VKGAN_CHAIN_SLOTS 24
#define VKGAN_CHAIN_OUTPUTS 6
// Numbers of a chain that depend on the size of a layer, as push constants after the kernel's own: kernels of several layers are then
// one pipeline. A constant of a chain input below 0 stands for word -1 - constant; a slot whose top six bits are not 0 takes its
// immediate from that word, counted from 1.
#define VKGAN_CHAIN_WORDS 12

// Specialisation constants 0 .. 31 are the kernel's own.
#define VKGAN_ID_CHAIN_SLOT_COUNT 32
#define VKGAN_ID_CHAIN_INPUT_COUNT 33
#define VKGAN_ID_TAIL_QUADS 34      // quads along the inner axis of the result
#define VKGAN_ID_TAIL_COUNT 35      // inner extent % 4; 0: no padding to keep zero
#define VKGAN_ID_HALVES 36          // bit b: what is bound at b is float16
#define VKGAN_ID_CHAIN_INPUT 40     // + 7 * input: span, inner, splat, stride, base, terms, term stride (as words: log2 of span, inner - 1)
#define VKGAN_ID_CHAIN_OUT 100      // + output: register
#define VKGAN_ID_CHAIN_SLOT 110     // + 2 * slot: code | a << 8 | b << 14 | c << 20 | word << 26, then the immediate's bits

// Kernels that one dispatch of a shader for many does, and push words of each (Kernel::many).
#define VKGAN_MANY 5
#define VKGAN_MANY_WORDS 6

// Images of a host (pack_image.comp): constants among channel numbers, and Colour.
#define VKGAN_PACK_ONE 0xFFu
#define VKGAN_PACK_ZERO 0xFEu
#define VKGAN_PACK_ENCODED 0u
#define VKGAN_PACK_LINEAR 1u
#define VKGAN_PACK_DATA 2u

// Loop trip counts in shaders stay below this: Mesa 22.3.6 silently stops a loop at 65,535 iterations.
#define VKGAN_MAX_TRIPS 32768

#endif
