/* The interface's font, byte by byte. */
/* SPDX-License-Identifier: MIT */
    .section .rodata
    .global viewer_font
    .global viewer_font_end
    .balign 16
viewer_font:
    .incbin VIEWER_FONT_FILE
viewer_font_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
