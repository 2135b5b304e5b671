// Build tool: packs shaders, a list of "name path" lines, and writes the table of them.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"

#include <zstd.h>

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
    std::string packed;
};

bool pack(Shader& shader) {
    constexpr int level = 19;  // as small as it gets within seconds; unpacking is as fast at any
    shader.packed.resize(ZSTD_compressBound(shader.code.size()));
    const size_t size = ZSTD_compress(shader.packed.data(), shader.packed.size(), shader.code.data(),
                                      shader.code.size(), level);
    if (ZSTD_isError(size)) return false;
    shader.packed.resize(size);
    return true;
}

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
        if (!pack(shader)) return false;
        shaders.push_back(shader);
    }
    std::sort(shaders.begin(), shaders.end(),
              [](const Shader& a, const Shader& b) { return a.name < b.name; });
    return true;
}

std::string assembly(const std::string& packed_path) {
    return ".section .rodata\n.global vkgan_shaders\n.hidden vkgan_shaders\nvkgan_shaders:\n.incbin \"" +
           packed_path + "\"\n.section .note.GNU-stack,\"\",%progbits\n";
}

const char* const lookup = R"(
}  // namespace

std::span<const EmbeddedShader> embedded_shaders() { return table; }

const EmbeddedShader* find_shader(std::string_view name) {
    const auto before = [](const EmbeddedShader& a, std::string_view b) { return a.name < b; };
    const auto found = std::lower_bound(table.begin(), table.end(), name, before);
    return found != table.end() && found->name == name ? &*found : nullptr;
}

std::vector<uint32_t> unpack(const EmbeddedShader& shader) {
    std::vector<uint32_t> code(shader.words);
    [[maybe_unused]] const Status status =
        unpack_zstd(shader.packed, std::as_writable_bytes(std::span(code)));
    assert(status);
    return code;
}

}  // namespace vkgan
)";

std::string table(const std::vector<Shader>& shaders) {
    std::string text =
        "#include \"generated/shader_table.hpp\"\n\n#include \"host/base/unpack.hpp\"\n\n"
        "#include <algorithm>\n#include <array>\n#include <cassert>\n\n"
        "extern \"C\" const std::byte vkgan_shaders[];\n\n"
        "namespace vkgan {\nnamespace {\n\nconst std::array<EmbeddedShader, " +
        std::to_string(shaders.size()) + "> table{\n";
    size_t offset = 0;
    for (const Shader& shader : shaders) {
        const std::string& code = shader.code;
        text += "    EmbeddedShader{\"" + shader.name + "\", {vkgan_shaders + " + std::to_string(offset) +
                ", " + std::to_string(shader.packed.size()) + "}, " + std::to_string(code.size() / 4) + ", " +
                std::to_string(vkgan::fnv1a64(std::as_bytes(std::span(code.data(), code.size())))) + "u},\n";
        offset += shader.packed.size();
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
    if (argc != 5 || !read_shaders(argv[1], shaders)) {
        std::fprintf(stderr, "usage: %s LIST TABLE.cpp CODE.S PACKED\n", argv[0]);
        return 2;
    }
    std::string packed;
    for (const Shader& shader : shaders) packed += shader.packed;
    const bool written =
        write(argv[2], table(shaders)) && write(argv[4], packed) && write(argv[3], assembly(argv[4]));
    return written ? 0 : 1;
}
