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
    size_t bundle = 0, offset = 0;  // where its code is, in bytes
};

// Neighbours, packed together: variants of a file are much alike. Unpacking one of them unpacks all, so it is
// small.
struct Bundle {
    std::string code;
    std::string packed;
};
constexpr size_t most_bundled = 256 << 10;

std::vector<Bundle> bundle(std::vector<Shader>& shaders) {
    std::vector<Bundle> bundles;
    for (Shader& shader : shaders) {
        if (bundles.empty() || bundles.back().code.size() + shader.code.size() > most_bundled)
            bundles.emplace_back();
        shader.bundle = bundles.size() - 1;
        shader.offset = bundles.back().code.size();
        bundles.back().code += shader.code;
    }
    return bundles;
}

bool pack(Bundle& bundle) {
    constexpr int level = 19;  // as small as it gets within seconds; unpacking is as fast at any
    bundle.packed.resize(ZSTD_compressBound(bundle.code.size()));
    const size_t size = ZSTD_compress(bundle.packed.data(), bundle.packed.size(), bundle.code.data(),
                                      bundle.code.size(), level);
    if (ZSTD_isError(size)) return false;
    bundle.packed.resize(size);
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

Result<std::vector<uint32_t>> unpack(const EmbeddedShader& shader) {
    std::vector<std::byte> bundle(shader.bundle_bytes);
    VKGAN_TRY(unpack_zstd(shader.packed, bundle));
    std::vector<uint32_t> code(shader.words);
    std::memcpy(code.data(), bundle.data() + shader.offset, code.size() * sizeof code[0]);
    return code;
}

}  // namespace vkgan
)";

std::string table(const std::vector<Shader>& shaders, const std::vector<Bundle>& bundles) {
    std::vector<size_t> begins{0};
    for (const Bundle& bundle : bundles) begins.push_back(begins.back() + bundle.packed.size());
    std::string text =
        "#include \"generated/shader_table.hpp\"\n\n#include \"host/base/unpack.hpp\"\n\n"
        "#include <algorithm>\n#include <array>\n#include <cstring>\n\n"
        "extern \"C\" const std::byte vkgan_shaders[];\n\n"
        "namespace vkgan {\nnamespace {\n\nconst std::array<EmbeddedShader, " +
        std::to_string(shaders.size()) + "> table{\n";
    for (const Shader& shader : shaders) {
        const std::string& code = shader.code;
        const Bundle& bundle = bundles[shader.bundle];
        text += "    EmbeddedShader{\"" + shader.name + "\", {vkgan_shaders + " +
                std::to_string(begins[shader.bundle]) + ", " + std::to_string(bundle.packed.size()) + "}, " +
                std::to_string(bundle.code.size()) + ", " + std::to_string(shader.offset) + ", " +
                std::to_string(code.size() / 4) + ", " +
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
    if (argc != 5 || !read_shaders(argv[1], shaders)) {
        std::fprintf(stderr, "usage: %s LIST TABLE.cpp CODE.S PACKED\n", argv[0]);
        return 2;
    }
    std::vector<Bundle> bundles = bundle(shaders);
    std::string packed;
    for (Bundle& each : bundles) {
        if (!pack(each)) return 1;
        packed += each.packed;
    }
    const bool written = write(argv[2], table(shaders, bundles)) && write(argv[4], packed) &&
                         write(argv[3], assembly(argv[4]));
    return written ? 0 : 1;
}
