# shaders/ops/*.comp, shaders/view/*.comp -> SPIR-V, one file per variant that `//! passes:` lines declare -> embedded table.
# SPDX-License-Identifier: MIT
#
# //! passes: ssbo texel=TEXEL texel_u64=TEXEL,STORE_U64,WIDTH=4     variant name, then its defines
# //! needs: KEYWORD vulkan1.2    the variants declared below it are left out where the compiler on this machine cannot compile them;
#                                 the second word, if any, is the target environment that they are compiled for

set(VKGAN_SPIRV_FILES "")
set(VKGAN_SHADER_ROWS "")
set(VKGAN_GLSLANG_FLAGS -V --quiet
    -I${CMAKE_SOURCE_DIR} -I${CMAKE_SOURCE_DIR}/shaders/lib)

# Splits "texel=TEXEL,WIDTH=4" into the variant's name and compiler flags.
function(vkgan_read_pass pass name_result flags_result)
    string(REGEX REPLACE "=.*$" "" name "${pass}")
    set(flags "")
    if(pass MATCHES "^[^=]+=(.+)$")
        string(REPLACE "," ";" defines "${CMAKE_MATCH_1}")
        list(TRANSFORM defines PREPEND "-D" OUTPUT_VARIABLE flags)
    endif()
    set(${name_result} "${name}" PARENT_SCOPE)
    set(${flags_result} "${flags}" PARENT_SCOPE)
endfunction()

# False, with a message, when the compiler of this machine does not know what a `needs` line asks for.
function(vkgan_shader_compiles file flags keyword result)
    set(${result} TRUE PARENT_SCOPE)
    set(probe ${VKGAN_GLSLANG} ${VKGAN_GLSLANG_FLAGS} ${flags} -o ${CMAKE_BINARY_DIR}/probe.spv ${file})
    execute_process(COMMAND ${probe} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
        message(STATUS "left out: variants of ${file} (${VKGAN_GLSLANG} cannot compile them; they need ${keyword})")
        set(${result} FALSE PARENT_SCOPE)
    endif()
endfunction()

# Rules for the variants of one `passes` line.
function(vkgan_add_passes file line target needs)
    get_filename_component(stem "${file}" NAME_WE)
    string(REGEX MATCHALL "[^ ;\r]+" passes "${line}")
    set(compiles TRUE)
    set(probed FALSE)
    foreach(pass IN LISTS passes)
        vkgan_read_pass("${pass}" name flags)
        set(shader "${stem}:${name}")
        if(shader IN_LIST seen)
            message(FATAL_ERROR "${file} declares the variant ${name} twice.")
        endif()
        list(APPEND seen "${shader}")
        list(PREPEND flags --target-env ${target})
        if(needs AND NOT probed)
            vkgan_shader_compiles("${file}" "${flags}" "${needs}" compiles)
            set(probed TRUE)
        endif()
        if(NOT compiles)
            break()
        endif()
        set(spirv "${CMAKE_BINARY_DIR}/shaders/${stem}.${name}.spv")
        add_custom_command(
            OUTPUT "${spirv}"
            COMMAND ${VKGAN_GLSLANG} ${VKGAN_GLSLANG_FLAGS} ${flags} --depfile ${spirv}.d -o ${spirv} ${file}
            DEPENDS "${file}" DEPFILE "${spirv}.d"
            COMMENT "Shader ${shader}" VERBATIM)
        list(APPEND VKGAN_SPIRV_FILES "${spirv}")
        string(APPEND VKGAN_SHADER_ROWS "${shader} ${spirv}\n")
    endforeach()
    set(seen "${seen}" PARENT_SCOPE)
    set(VKGAN_SPIRV_FILES "${VKGAN_SPIRV_FILES}" PARENT_SCOPE)
    set(VKGAN_SHADER_ROWS "${VKGAN_SHADER_ROWS}" PARENT_SCOPE)
endfunction()

function(vkgan_add_shader file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(STRINGS "${file}" lines REGEX "^//! (passes|needs): ")
    if(NOT lines MATCHES "//! passes: ")
        message(FATAL_ERROR "${file} declares no variant; add a line such as `//! passes: main`.")
    endif()
    set(target vulkan1.1)
    set(needs "")
    foreach(line IN LISTS lines)
        if(line MATCHES "^//! needs: ([^ ]+) ?(vulkan[0-9.]+)?")
            set(needs "${CMAKE_MATCH_1}")
            set(target vulkan1.1)
            if(CMAKE_MATCH_2)
                set(target "${CMAKE_MATCH_2}")
            endif()
        else()
            string(REPLACE "//! passes: " "" line "${line}")
            vkgan_add_passes("${file}" "${line}" "${target}" "${needs}")
        endif()
    endforeach()
    set(VKGAN_SPIRV_FILES "${VKGAN_SPIRV_FILES}" PARENT_SCOPE)
    set(VKGAN_SHADER_ROWS "${VKGAN_SHADER_ROWS}" PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/shaders")
file(GLOB vkgan_shaders CONFIGURE_DEPENDS
    "${CMAKE_SOURCE_DIR}/shaders/ops/*.comp" "${CMAKE_SOURCE_DIR}/shaders/view/*.comp")
foreach(file IN LISTS vkgan_shaders)
    vkgan_add_shader("${file}")
endforeach()

# file(CONFIGURE) writes only when the text changes, so an untouched list embeds nothing again.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/shaders/list.txt" CONTENT "${VKGAN_SHADER_ROWS}" @ONLY)
configure_file(cmake/shader_table.hpp "${VKGAN_GENERATED_DIR}/shader_table.hpp" COPYONLY)

add_executable(vkgan_embed_shaders "${CMAKE_SOURCE_DIR}/cmake/embed_shaders.cpp")
target_include_directories(vkgan_embed_shaders PRIVATE "${CMAKE_SOURCE_DIR}")
target_link_libraries(vkgan_embed_shaders PRIVATE vkgan_options vkgan_zstd)

set(VKGAN_SHADER_SOURCES "${VKGAN_GENERATED_DIR}/shader_table.cpp" "${VKGAN_GENERATED_DIR}/shader_code.S")
add_custom_command(
    OUTPUT ${VKGAN_SHADER_SOURCES} "${VKGAN_GENERATED_DIR}/shaders.packed"
    COMMAND vkgan_embed_shaders "${CMAKE_BINARY_DIR}/shaders/list.txt" ${VKGAN_SHADER_SOURCES}
        "${VKGAN_GENERATED_DIR}/shaders.packed"
    DEPENDS vkgan_embed_shaders "${CMAKE_BINARY_DIR}/shaders/list.txt" ${VKGAN_SPIRV_FILES}
    COMMENT "Embedding the shaders" VERBATIM)
set_source_files_properties("${VKGAN_GENERATED_DIR}/shader_code.S" PROPERTIES
    OBJECT_DEPENDS "${VKGAN_GENERATED_DIR}/shaders.packed")
