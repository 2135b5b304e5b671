# host/: one object library per folder, and the shared library `vkgan` made of all of them.
# SPDX-License-Identifier: MIT

add_library(vkgan_objects INTERFACE)

# vkgan_host_folder(io LIBRARIES ... SOURCES written files): the target vkgan_io; an empty folder makes none.
function(vkgan_host_folder folder)
    cmake_parse_arguments(arg "" "" "LIBRARIES;SOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/host/${folder}/*.cpp")
    list(APPEND sources ${arg_SOURCES})
    if(NOT sources)
        return()
    endif()
    set(target vkgan_${folder})
    add_library(${target} OBJECT ${sources})
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/include")
    target_link_libraries(${target} PRIVATE vkgan_options Threads::Threads ${arg_LIBRARIES})
    # Naming the objects, not the target, keeps them out of targets that only link the shared library.
    target_sources(vkgan_objects INTERFACE $<TARGET_OBJECTS:${target}>)
    target_link_libraries(vkgan_objects INTERFACE Threads::Threads ${arg_LIBRARIES})
endfunction()

vkgan_host_folder(base LIBRARIES fmt::fmt vkgan_zstd)
vkgan_host_folder(graph LIBRARIES fmt::fmt)
vkgan_host_folder(ops SOURCES ${VKGAN_OP_LIST} LIBRARIES fmt::fmt)
vkgan_host_folder(autodiff LIBRARIES fmt::fmt)
vkgan_host_folder(model LIBRARIES fmt::fmt nlohmann_json::nlohmann_json)
vkgan_host_folder(recipes SOURCES ${VKGAN_RECIPE_LIST} LIBRARIES fmt::fmt)
vkgan_host_folder(lower LIBRARIES fmt::fmt)
vkgan_host_folder(plan LIBRARIES fmt::fmt)
vkgan_host_folder(schedule LIBRARIES fmt::fmt)
vkgan_host_folder(gpu SOURCES ${VKGAN_SHADER_SOURCES}
    LIBRARIES fmt::fmt nlohmann_json::nlohmann_json Vulkan::Headers vkgan_volk_headers ${CMAKE_DL_LIBS})
vkgan_host_folder(reference LIBRARIES fmt::fmt)
vkgan_host_folder(data LIBRARIES fmt::fmt ZLIB::ZLIB nlohmann_json::nlohmann_json vkgan_zstd)
vkgan_host_folder(io LIBRARIES fmt::fmt nlohmann_json::nlohmann_json vkgan_stb_headers ZLIB::ZLIB vkgan_zstd)
vkgan_host_folder(metrics LIBRARIES fmt::fmt vkgan_eigen_headers)
vkgan_host_folder(engine
    LIBRARIES fmt::fmt nlohmann_json::nlohmann_json Vulkan::Headers vkgan_volk_headers)
vkgan_host_folder(zoo SOURCES ${VKGAN_ZOO_LIST} ${VKGAN_DEMO_LIST}
    LIBRARIES fmt::fmt nlohmann_json::nlohmann_json Vulkan::Headers vkgan_volk_headers)
vkgan_host_folder(api LIBRARIES fmt::fmt nlohmann_json::nlohmann_json Vulkan::Headers)

# VK_NO_PROTOTYPES: entry points come from volk's tables, never from linking the loader.
foreach(folder gpu engine zoo)
    if(TARGET vkgan_${folder})
        target_compile_definitions(vkgan_${folder} PRIVATE VK_NO_PROTOTYPES)
    endif()
endforeach()
if(TARGET vkgan_engine)
    target_compile_definitions(vkgan_engine PRIVATE VKGAN_VERSION="${PROJECT_VERSION}")
endif()
if(TARGET vkgan_data)
    # Of the one file alone: the others are the same in every clone.
    set_source_files_properties(host/data/shipped.cpp PROPERTIES COMPILE_DEFINITIONS
        "VKGAN_SOURCE_DATA_DIR=\"${CMAKE_SOURCE_DIR}/data\";VKGAN_INSTALL_DATA_DIR=\"../${CMAKE_INSTALL_DATADIR}/vkgan\"")
endif()

add_library(vkgan SHARED)
target_link_libraries(vkgan PRIVATE vkgan_objects vkgan_options)
target_include_directories(vkgan INTERFACE "${CMAKE_SOURCE_DIR}")
target_link_options(vkgan PRIVATE
    "-Wl,--version-script=${CMAKE_SOURCE_DIR}/host/api/exports.map" -Wl,--exclude-libs,ALL -Wl,-z,defs)
set_target_properties(vkgan PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION 0 LINKER_LANGUAGE CXX
    LINK_DEPENDS "${CMAKE_SOURCE_DIR}/host/api/exports.map")

install(TARGETS vkgan LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY host/api/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/host/api FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vkgan OPTIONAL)
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vkgan/models OPTIONAL)
