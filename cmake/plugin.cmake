# plugin/: libvkgan_plugin.so, the C interface. It exports one function, and needs nothing of a game's system but libc
# and, once it runs, the Vulkan loader: the C++ library, fmt, zstd and zlib are inside.
# SPDX-License-Identifier: MIT

# vkgan_static_library(zstd VKGAN_STATIC_ZSTD fallback): the variable gets libzstd.a, or the fallback with a message.
function(vkgan_static_library name result fallback)
    find_library(${result} "lib${name}.a")
    if(NOT ${result})
        message(STATUS "lib${name}.a was not found: libvkgan_plugin.so will need the shared one at run time")
        set(${result} "${fallback}" PARENT_SCOPE)
    endif()
endfunction()

vkgan_static_library(zstd VKGAN_STATIC_ZSTD vkgan_zstd)
vkgan_static_library(z VKGAN_STATIC_ZLIB ZLIB::ZLIB)

# Never the shared one: strings that it makes would come from another operator new than the one that frees them. Debian
# has no libfmt.a; what it would hold is in the headers.
find_library(VKGAN_STATIC_FMT libfmt.a)
if(VKGAN_STATIC_FMT)
    set(vkgan_plugin_fmt "${VKGAN_STATIC_FMT}")
else()
    add_library(vkgan_fmt_static OBJECT cmake/fmt_static.cpp)
    target_include_directories(vkgan_fmt_static SYSTEM PRIVATE
        $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
    target_link_libraries(vkgan_fmt_static PRIVATE vkgan_options)
    set(vkgan_plugin_fmt $<TARGET_OBJECTS:vkgan_fmt_static>)
endif()

# An archive, of which the linker takes what the plugin needs: no zoo, no metrics, no benchmarks. Thin: it names the objects.
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
add_library(vkgan_parts STATIC EXCLUDE_FROM_ALL $<TARGET_PROPERTY:vkgan_objects,INTERFACE_SOURCES>)
set_target_properties(vkgan_parts PROPERTIES LINKER_LANGUAGE CXX)

file(GLOB vkgan_plugin_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/plugin/*.cpp")
add_library(vkgan_plugin SHARED ${vkgan_plugin_sources})
target_include_directories(vkgan_plugin PRIVATE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(vkgan_plugin PRIVATE VKGAN_VERSION="${PROJECT_VERSION}" VK_NO_PROTOTYPES)
target_link_libraries(vkgan_plugin PRIVATE
    vkgan_options Threads::Threads Vulkan::Headers vkgan_parts ${vkgan_plugin_fmt} ${VKGAN_STATIC_ZSTD} ${VKGAN_STATIC_ZLIB}
    ${CMAKE_DL_LIBS})
target_link_options(vkgan_plugin PRIVATE
    "-Wl,--version-script=${CMAKE_SOURCE_DIR}/plugin/exports.map"
    -Wl,--exclude-libs,ALL -Wl,-z,defs -Wl,--gc-sections -static-libstdc++ -static-libgcc
    # plugin/memory_statics.cpp
    -Wl,--wrap=__cxa_guard_acquire -Wl,--wrap=__cxa_guard_release -Wl,--wrap=__cxa_guard_abort)
set_target_properties(vkgan_plugin PROPERTIES
    LINKER_LANGUAGE CXX LINK_DEPENDS "${CMAKE_SOURCE_DIR}/plugin/exports.map")

install(TARGETS vkgan_plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES plugin/vkgan_plugin.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
