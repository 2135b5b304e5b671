# samples/viewer: the program vkgan-viewer, a client of host/api that draws with samples/render and Dear ImGui.
# SPDX-License-Identifier: MIT

vkgan_sample_shaders(viewer vkgan_viewer_headers)
file(GLOB vkgan_viewer_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/samples/viewer/*.cpp" "${CMAKE_SOURCE_DIR}/samples/viewer/*/*.cpp"
    "${CMAKE_SOURCE_DIR}/samples/viewer/*/*.S")
if(vkgan_viewer_sources)
    # All but main(), for the tests as well.
    list(REMOVE_ITEM vkgan_viewer_sources "${CMAKE_SOURCE_DIR}/samples/viewer/main.cpp")
    add_library(vkgan_viewer_objects STATIC ${vkgan_viewer_sources} ${vkgan_viewer_headers})
    target_compile_definitions(vkgan_viewer_objects PRIVATE VIEWER_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
    set_source_files_properties("${CMAKE_SOURCE_DIR}/samples/viewer/app/font.S" PROPERTIES
        COMPILE_DEFINITIONS "VIEWER_FONT_FILE=\"${VKGAN_FONT_FILE}\"" OBJECT_DEPENDS "${VKGAN_FONT_FILE}")
    target_link_libraries(vkgan_viewer_objects PUBLIC vkgan_render vkgan_imgui vkgan_eigen_headers nlohmann_json::nlohmann_json)
    add_executable(vkgan_viewer "${CMAKE_SOURCE_DIR}/samples/viewer/main.cpp")
    set_target_properties(vkgan_viewer PROPERTIES OUTPUT_NAME vkgan-viewer)
    target_link_libraries(vkgan_viewer PRIVATE vkgan_viewer_objects vkgan)
    install(TARGETS vkgan_viewer RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
