// Build tool: writes the table of embedded shaders from a list of "name path" lines.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

struct Shader {
    std::string name;
    std::string path;
    std::string code;
};

bool read_shaders(const char* list_path, std::vector<Shader>& shaders) {
    std::ifstream list(list_path);
    Shader shader;
    while (list >> shader.name && std::getline(list >> std::ws, shader.path)) {
        std::ifstream file(shader.path, std::ios::binary);
        shader.code.assign(std::istreambuf_iterator<char>(file), {});
        if (shader.code.empty() || shader.code.size() % 4 != 0) {
            std::fprintf(stderr, "%s holds no SPIR-V: %zu bytes\n", shader.path.c_str(), shader.code.size());
            return false;
        }
        shaders.push_back(shader);
    }
    std::sort(shaders.begin(), shaders.end(),
              [](const Shader& a, const Shader& b) { return a.name < b.name; });
    return true;
}

std::string assembly(const std::vector<Shader>& shaders) {
    std::string text = ".section .rodata\n";
    for (size_t i = 0; i < shaders.size(); ++i) {
        const std::string symbol = "vkgan_shader_" + std::to_string(i);
        text += ".balign 16\n.global " + symbol + "\n.hidden " + symbol + "\n" + symbol + ":\n";
        text += ".incbin \"" + shaders[i].path + "\"\n";
    }
    return text + ".section .note.GNU-stack,\"\",%progbits\n";
}

const char* const lookup = R"(
}  // namespace

std::span<const EmbeddedShader> embedded_shaders() { return table; }

const EmbeddedShader* find_shader(std::string_view name) {
    const auto before = [](const EmbeddedShader& a, std::string_view b) { return a.name < b; };
    const auto found = std::lower_bound(table.begin(), table.end(), name, before);
    return found != table.end() && found->name == name ? &*found : nullptr;
}

}  // namespace vkgan
)";

std::string table(const std::vector<Shader>& shaders) {
    std::string text =
        "#include \"generated/shader_table.hpp\"\n\n#include <algorithm>\n#include <array>\n\n";
    for (size_t i = 0; i < shaders.size(); ++i)
        text += "extern \"C\" const uint32_t vkgan_shader_" + std::to_string(i) + "[];\n";
    text += "\nnamespace vkgan {\nnamespace {\n\nconst std::array<EmbeddedShader, " +
            std::to_string(shaders.size()) + "> table{\n";
    for (size_t i = 0; i < shaders.size(); ++i) {
        const std::string& code = shaders[i].code;
        text += "    EmbeddedShader{\"" + shaders[i].name + "\", {vkgan_shader_" + std::to_string(i) + ", " +
                std::to_string(code.size() / 4) + "}, " +
                std::to_string(vkgan::fnv1a64(std::as_bytes(std::span(code.data(), code.size())))) + "u},\n";
    }
    return text + "};\n" + lookup;
}

bool write(const char* path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    return bool(file.flush());
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Shader> shaders;
    if (argc != 4 || !read_shaders(argv[1], shaders)) {
        std::fprintf(stderr, "usage: %s LIST TABLE.cpp CODE.S\n", argv[0]);
        return 2;
    }
    return write(argv[2], table(shaders)) && write(argv[3], assembly(shaders)) ? 0 : 1;
}
