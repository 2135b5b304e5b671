# samples/embed: a program that loads the plugin at run time. It links nothing of VkGAN.
# SPDX-License-Identifier: MIT

file(GLOB vkgan_embed_shaders CONFIGURE_DEPENDS
    "${CMAKE_SOURCE_DIR}/samples/embed/shaders/*.vert" "${CMAKE_SOURCE_DIR}/samples/embed/shaders/*.frag")
set(vkgan_embed_headers "")
file(MAKE_DIRECTORY "${VKGAN_GENERATED_DIR}/embed")
foreach(file IN LISTS vkgan_embed_shaders)
    get_filename_component(name "${file}" NAME)
    string(REPLACE "." "_" variable "${name}")
    set(header "${VKGAN_GENERATED_DIR}/embed/${name}.h")
    add_custom_command(
        OUTPUT "${header}"
        COMMAND ${VKGAN_GLSLANG} -V --quiet --target-env vulkan1.1 --depfile ${header}.d --vn ${variable}
            -o ${header} ${file}
        DEPENDS "${file}" DEPFILE "${header}.d"
        COMMENT "Shader embed/${name}" VERBATIM)
    list(APPEND vkgan_embed_headers "${header}")
endforeach()

file(GLOB vkgan_embed_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/samples/embed/*.cpp")
add_executable(vkgan_embed ${vkgan_embed_sources} ${vkgan_embed_headers})
set_target_properties(vkgan_embed PROPERTIES OUTPUT_NAME vkgan-embed)
target_include_directories(vkgan_embed PRIVATE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/include")
target_compile_definitions(vkgan_embed PRIVATE
    VK_NO_PROTOTYPES EMBED_SOURCE_MODELS="${CMAKE_SOURCE_DIR}/models")
target_link_libraries(vkgan_embed PRIVATE
    vkgan_options glfw Vulkan::Headers vkgan_volk_headers vkgan_stb_headers nlohmann_json::nlohmann_json
    Threads::Threads ${CMAKE_DL_LIBS})
install(TARGETS vkgan_embed RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
