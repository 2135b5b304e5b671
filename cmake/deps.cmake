# Every dependency, found or named: all that is missing is collected, then reported as Debian packages.
# SPDX-License-Identifier: MIT

set(VKGAN_MISSING_PACKAGES "")

# Package of a dependency, from the one list that cmake/setup.sh installs from as well.
function(vkgan_debian_package dependency result)
    file(STRINGS "${CMAKE_SOURCE_DIR}/cmake/debian_packages.txt" rows REGEX "^${dependency} ")
    string(REGEX REPLACE "^[^ ]+ +([^ ]+).*$" "\\1" package "${rows}")
    set(${result} "${package}" PARENT_SCOPE)
endfunction()

macro(vkgan_require dependency found)
    if(NOT ${found})
        vkgan_debian_package(${dependency} vkgan_package)
        message(STATUS "missing: ${dependency} (Debian: ${vkgan_package})")
        list(APPEND VKGAN_MISSING_PACKAGES ${vkgan_package})
    endif()
endmacro()

# A header-only dependency, or one with a plain library, as an imported target.
function(vkgan_header_target target folder)
    if(folder AND NOT TARGET ${target})
        add_library(${target} INTERFACE IMPORTED GLOBAL)
        target_include_directories(${target} SYSTEM INTERFACE "${folder}")
    endif()
endfunction()

find_package(Threads REQUIRED)
# Headers older than 1.3.255 have no VK_KHR_cooperative_matrix; the build then leaves it out.
set(VKGAN_VULKAN_HEADERS "" CACHE PATH "Folder that holds vulkan/vulkan.h, instead of the system's")
if(VKGAN_VULKAN_HEADERS)
    if(NOT EXISTS "${VKGAN_VULKAN_HEADERS}/vulkan/vulkan.h")
        message(FATAL_ERROR "VKGAN_VULKAN_HEADERS is ${VKGAN_VULKAN_HEADERS}, where there is no vulkan/vulkan.h.")
    endif()
    set(Vulkan_INCLUDE_DIR "${VKGAN_VULKAN_HEADERS}" CACHE PATH "" FORCE)
endif()
find_package(Vulkan 1.3.224 QUIET)
vkgan_require(vulkan Vulkan_FOUND)
find_package(fmt CONFIG QUIET)
vkgan_require(fmt fmt_FOUND)
find_package(nlohmann_json CONFIG QUIET)
vkgan_require(json nlohmann_json_FOUND)
find_package(CLI11 CONFIG QUIET)
vkgan_require(cli11 CLI11_FOUND)
find_package(ZLIB QUIET)
vkgan_require(zlib ZLIB_FOUND)

find_path(VKGAN_VOLK_INCLUDE volk.h PATH_SUFFIXES volk)
vkgan_require(volk VKGAN_VOLK_INCLUDE)
vkgan_header_target(vkgan_volk_headers "${VKGAN_VOLK_INCLUDE}")

# The .cpp of host/io compiles stb itself, so only the headers matter.
find_path(VKGAN_STB_INCLUDE stb_image.h PATH_SUFFIXES stb)
vkgan_require(stb VKGAN_STB_INCLUDE)
vkgan_header_target(vkgan_stb_headers "${VKGAN_STB_INCLUDE}")

find_path(VKGAN_EIGEN_INCLUDE Eigen/Core PATH_SUFFIXES eigen3)
vkgan_require(eigen VKGAN_EIGEN_INCLUDE)
vkgan_header_target(vkgan_eigen_headers "${VKGAN_EIGEN_INCLUDE}")

find_path(VKGAN_ZSTD_INCLUDE zstd.h)
find_library(VKGAN_ZSTD_LIBRARY zstd)
vkgan_require(zstd VKGAN_ZSTD_LIBRARY)
vkgan_header_target(vkgan_zstd "${VKGAN_ZSTD_INCLUDE}")
if(TARGET vkgan_zstd AND VKGAN_ZSTD_LIBRARY)
    target_link_libraries(vkgan_zstd INTERFACE "${VKGAN_ZSTD_LIBRARY}")
endif()

find_package(glfw3 3.3 CONFIG QUIET)
vkgan_require(glfw glfw3_FOUND)

# Debian's library holds Dear ImGui's core and its GLFW backend; it uses Debian's libstb.
find_path(VKGAN_IMGUI_INCLUDE imgui.h PATH_SUFFIXES imgui)
find_library(VKGAN_IMGUI_LIBRARY imgui)
find_library(VKGAN_STB_LIBRARY stb)
if(VKGAN_IMGUI_INCLUDE AND VKGAN_IMGUI_LIBRARY)
    set(VKGAN_IMGUI_FOUND TRUE)
endif()
vkgan_require(imgui VKGAN_IMGUI_FOUND)
if(VKGAN_IMGUI_FOUND AND glfw3_FOUND AND NOT TARGET vkgan_imgui)
    add_library(vkgan_imgui STATIC IMPORTED GLOBAL)
    set_target_properties(vkgan_imgui PROPERTIES
        IMPORTED_LOCATION "${VKGAN_IMGUI_LIBRARY}"
        INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${VKGAN_IMGUI_INCLUDE}")
    target_include_directories(vkgan_imgui SYSTEM INTERFACE "${VKGAN_IMGUI_INCLUDE}")
    target_link_libraries(vkgan_imgui INTERFACE glfw)
    if(VKGAN_STB_LIBRARY)
        target_link_libraries(vkgan_imgui INTERFACE "${VKGAN_STB_LIBRARY}")
    endif()
endif()

# Letters of the viewer, which become part of the program (Apache 2.0).
find_file(VKGAN_FONT_FILE Roboto-Regular.ttf
    PATHS /usr/share/fonts/truetype/roboto/unhinted/RobotoTTF /usr/share/fonts/truetype/roboto
    /usr/share/fonts/google-roboto /usr/share/fonts/TTF)
vkgan_require(font VKGAN_FONT_FILE)

find_program(VKGAN_GLSLANG NAMES glslangValidator glslang DOC "GLSL to SPIR-V compiler")
vkgan_require(glslang VKGAN_GLSLANG)

if(VKGAN_TESTS)
    find_path(VKGAN_DOCTEST_INCLUDE doctest/doctest.h)
    vkgan_require(doctest VKGAN_DOCTEST_INCLUDE)
    vkgan_header_target(vkgan_doctest "${VKGAN_DOCTEST_INCLUDE}")
endif()

if(VKGAN_MISSING_PACKAGES)
    list(REMOVE_DUPLICATES VKGAN_MISSING_PACKAGES)
    list(JOIN VKGAN_MISSING_PACKAGES " " vkgan_names)
    message(FATAL_ERROR "VkGAN needs what these Debian packages hold: apt-get install ${vkgan_names}")
endif()
