# samples/embed: a program that loads the plugin at run time. It links nothing of VkGAN.
# SPDX-License-Identifier: MIT

vkgan_sample_shaders(embed vkgan_embed_headers)
file(GLOB vkgan_embed_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/samples/embed/*.cpp")
add_executable(vkgan_embed ${vkgan_embed_sources} ${vkgan_embed_headers})
set_target_properties(vkgan_embed PROPERTIES OUTPUT_NAME vkgan-embed)
target_compile_definitions(vkgan_embed PRIVATE EMBED_SOURCE_MODELS="${CMAKE_SOURCE_DIR}/models")
target_link_libraries(vkgan_embed PRIVATE vkgan_render nlohmann_json::nlohmann_json)
install(TARGETS vkgan_embed RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
