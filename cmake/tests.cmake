# tests/: one doctest program over the host's objects (so that tests reach what the shared library hides).
# SPDX-License-Identifier: MIT

# While working on one part: -DVKGAN_TEST_FOLDERS="gpu;house" compiles the tests of these folders only.
set(VKGAN_TEST_FOLDERS "" CACHE STRING "Folders of tests/ to build; empty: all")
file(GLOB_RECURSE vkgan_test_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*.cpp")
if(VKGAN_TEST_FOLDERS)
    list(JOIN VKGAN_TEST_FOLDERS "|" vkgan_folders)
    list(FILTER vkgan_test_sources INCLUDE REGEX "/tests/(main\\.cpp|house/source_tree\\.cpp|(support|${vkgan_folders})/.*)$")
endif()
add_executable(vkgan_tests ${vkgan_test_sources})
target_include_directories(vkgan_tests PRIVATE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/include")
target_link_libraries(vkgan_tests PRIVATE vkgan_objects vkgan_options vkgan_doctest)
target_compile_definitions(vkgan_tests PRIVATE VK_NO_PROTOTYPES)
if(TARGET vkgan_viewer_objects)
    target_link_libraries(vkgan_tests PRIVATE vkgan_viewer_objects)
endif()
# Half of the time that a cold build takes is the tests'; their own code need not be quick, nor its variables be seen.
target_compile_options(vkgan_tests PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O1 -g1>)

# Where things lie, for the files that ask alone: the others are compiled the same in every clone.
set(vkgan_places "VKGAN_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"" "VKGAN_SHARED_DIR=\"${VKGAN_SHARED_DIR}\"")
foreach(place LIBRARY:vkgan CLI:vkgan_cli PLUGIN:vkgan_plugin EMBED:vkgan_embed VIEWER:vkgan_viewer)
    string(REPLACE ":" ";" place "${place}")
    list(GET place 0 name)
    list(GET place 1 target)
    if(TARGET ${target})
        list(APPEND vkgan_places "VKGAN_${name}_FILE=\"$<TARGET_FILE:${target}>\"")
        add_dependencies(vkgan_tests ${target})
    endif()
endforeach()
list(APPEND vkgan_places "VKGAN_LAYERS_DIR=\"${CMAKE_BINARY_DIR}/layers\"")
foreach(source IN LISTS vkgan_test_sources)
    file(STRINGS "${source}" asks REGEX "VKGAN_[A-Z]+_(DIR|FILE)|reference_inputs\\.hpp" LIMIT_COUNT 1)
    if(asks)
        set_source_files_properties("${source}" PROPERTIES COMPILE_DEFINITIONS "${vkgan_places}")
    endif()
endforeach()
# Parts of the plugin that are tested by themselves, too; not its operator new.
target_sources(vkgan_tests PRIVATE plugin/memory.cpp plugin/messages.cpp plugin/text.cpp)

# The plugin's header, alone, in both languages: compiling is the test, tests/plugin/header_test.cpp compares layouts.
function(vkgan_header_alone name)
    add_library(vkgan_header_${name} OBJECT "${CMAKE_SOURCE_DIR}/tests/plugin/header_alone.c")
    target_include_directories(vkgan_header_${name} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_compile_options(vkgan_header_${name} PRIVATE ${ARGN} -pedantic -Wall -Wextra -Werror)
    target_compile_definitions(vkgan_header_${name} PRIVATE VKGAN_LAYOUT=vkgan_layout_${name})
    target_link_libraries(vkgan_header_${name} PRIVATE Vulkan::Headers)
    target_sources(vkgan_tests PRIVATE $<TARGET_OBJECTS:vkgan_header_${name}>)
endfunction()
vkgan_header_alone(c -std=c11)
vkgan_header_alone(c_alone -std=c11 -DVKGAN_NO_VULKAN)
vkgan_header_alone(cpp "SHELL:-x c++" -std=c++20)
vkgan_header_alone(cpp_alone "SHELL:-x c++" -std=c++20 -DVKGAN_NO_VULKAN)

# The programs that docs/plugin.md shows, as C11; tests/plugin/guide_test.cpp runs them.
if("${CMAKE_SOURCE_DIR}/tests/plugin/guide_test.cpp" IN_LIST vkgan_test_sources)
    add_library(vkgan_guide OBJECT
        "${CMAKE_SOURCE_DIR}/tests/plugin/frame_loop.c" "${CMAKE_SOURCE_DIR}/tests/plugin/readback.c")
    target_include_directories(vkgan_guide PRIVATE "${CMAKE_SOURCE_DIR}")
    target_compile_options(vkgan_guide PRIVATE -std=c11 -pedantic -Wall -Wextra -Werror)
    target_link_libraries(vkgan_guide PRIVATE Vulkan::Headers)
    target_sources(vkgan_tests PRIVATE $<TARGET_OBJECTS:vkgan_guide>)
endif()

# A Vulkan layer under which tests of the samples lose their device.
if(TARGET vkgan_viewer)
    add_library(vkgan_lose_device MODULE "${CMAKE_SOURCE_DIR}/tests/samples/lose_device.c")
    target_compile_options(vkgan_lose_device PRIVATE -std=c11 -Wall -Wextra -Werror)
    target_link_libraries(vkgan_lose_device PRIVATE Vulkan::Headers)
    set_target_properties(vkgan_lose_device PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/layers")
    file(WRITE "${CMAKE_BINARY_DIR}/layers/lose_device.json" [[
{"file_format_version": "1.1.2",
 "layer": {"name": "VK_LAYER_VKGAN_lose_device", "type": "GLOBAL", "library_path": "./libvkgan_lose_device.so",
           "api_version": "1.3.0", "implementation_version": "1", "description": "Loses the device, for tests"}}
]])
    add_dependencies(vkgan_tests vkgan_lose_device)
endif()

add_test(NAME vkgan_tests COMMAND vkgan_tests)
# For the programs that the tests start, too.
set_tests_properties(vkgan_tests PROPERTIES ENVIRONMENT
    "VKGAN_VALIDATION=1;LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/leaks.supp:print_suppressions=0")
