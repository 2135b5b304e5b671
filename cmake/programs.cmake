# samples/ and bench/: programs that see host/api only and link the shared library.
# SPDX-License-Identifier: MIT

# vkgan_program(vkgan_cli vkgan samples/cli LIBRARIES ...): the program `vkgan`; a folder without .cpp makes none.
function(vkgan_program target output folder)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
    if(NOT sources)
        return()
    endif()
    add_executable(${target} ${sources})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output})
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE vkgan vkgan_options Threads::Threads ${arg_LIBRARIES})
    install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

vkgan_program(vkgan_cli vkgan samples/cli LIBRARIES CLI11::CLI11 fmt::fmt nlohmann_json::nlohmann_json)
vkgan_program(vkgan_hello vkgan-hello samples/hello)
vkgan_program(vkgan_bench vkgan-bench bench LIBRARIES fmt::fmt)
