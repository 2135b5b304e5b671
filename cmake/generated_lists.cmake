# The lists of all ops and all recipes, written from the definitions found in host/ops and host/recipes.
# SPDX-License-Identifier: MIT
#
# A definition is a line `const Op NAME = ...` (in vkgan::op_def) or `extern const Recipe NAME = ...` (in vkgan::recipe_def);
# without `extern`, a name that no header declares would be the file's own.

# vkgan_generate_list(Op op_def all_ops host/ops host/ops/ops.hpp sources): `sources` gets the written file, if any.
function(vkgan_generate_list type namespace function folder header result)
    file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
    set(names "")
    foreach(file IN LISTS files)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
        file(STRINGS "${file}" lines REGEX "^(extern )?const ${type} [a-z0-9_]+ *[={]")
        string(REGEX MATCHALL "const ${type} [a-z0-9_]+" lines "${lines}")
        list(TRANSFORM lines REPLACE "const ${type} " "")
        list(APPEND names ${lines})
    endforeach()
    set(${result} "" PARENT_SCOPE)
    if(NOT EXISTS "${CMAKE_SOURCE_DIR}/${header}")
        return()
    endif()
    list(SORT names)
    list(LENGTH names count)
    set(declarations "")
    set(rows "")
    foreach(name IN LISTS names)
        string(APPEND declarations "extern const ${type} ${name};\n")
        string(APPEND rows "    &${namespace}::${name},\n")
    endforeach()
    set(path "${VKGAN_GENERATED_DIR}/${namespace}_list.cpp")
    file(CONFIGURE OUTPUT "${path}" @ONLY CONTENT [[
#include "@header@"

#include <array>

namespace vkgan {
namespace @namespace@ {
@declarations@}

static const std::array<const @type@*, @count@> list{
@rows@};

std::span<const @type@* const> @function@() { return list; }

}  // namespace vkgan
]])
    set(${result} "${path}" PARENT_SCOPE)
endfunction()

vkgan_generate_list(Op op_def all_ops host/ops host/ops/ops.hpp VKGAN_OP_LIST)
vkgan_generate_list(ZooEntry zoo_def all_zoo_entries host/zoo host/zoo/zoo.hpp VKGAN_ZOO_LIST)
vkgan_generate_list(Demo demo_def all_demos host/zoo host/zoo/demo.hpp VKGAN_DEMO_LIST)
vkgan_generate_list(Recipe recipe_def all_recipes host/recipes host/recipes/recipe.hpp VKGAN_RECIPE_LIST)
