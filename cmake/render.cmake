# samples/render: what the samples that draw have in common of Vulkan and GLFW. It links nothing of VkGAN.
# SPDX-License-Identifier: MIT

file(GLOB vkgan_render_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/samples/render/*.cpp")
add_library(vkgan_render STATIC ${vkgan_render_sources})
target_include_directories(vkgan_render PUBLIC "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/include")
target_compile_definitions(vkgan_render PUBLIC VK_NO_PROTOTYPES)
target_link_libraries(vkgan_render PUBLIC
    vkgan_options glfw Vulkan::Headers vkgan_volk_headers vkgan_stb_headers Threads::Threads ${CMAKE_DL_LIBS})

# Shaders of samples/NAME/shaders as generated/NAME/FILE.h, each an array of words; the headers go to `result`.
function(vkgan_sample_shaders name result)
    file(GLOB shaders CONFIGURE_DEPENDS
        "${CMAKE_SOURCE_DIR}/samples/${name}/shaders/*.vert" "${CMAKE_SOURCE_DIR}/samples/${name}/shaders/*.frag")
    set(headers "")
    file(MAKE_DIRECTORY "${VKGAN_GENERATED_DIR}/${name}")
    foreach(file IN LISTS shaders)
        get_filename_component(file_name "${file}" NAME)
        string(REPLACE "." "_" variable "${file_name}")
        set(header "${VKGAN_GENERATED_DIR}/${name}/${file_name}.h")
        add_custom_command(
            OUTPUT "${header}"
            COMMAND ${VKGAN_GLSLANG} -V --quiet --target-env vulkan1.1 --depfile ${header}.d --vn ${variable}
                -o ${header} ${file}
            DEPENDS "${file}" DEPFILE "${header}.d"
            COMMENT "Shader ${name}/${file_name}" VERBATIM)
        list(APPEND headers "${header}")
    endforeach()
    set(${result} "${headers}" PARENT_SCOPE)
endfunction()
