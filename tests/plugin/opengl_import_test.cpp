// OpenGL imports an image of the plugin's, by GL_EXT_memory_object_fd, and sees what was generated. Without
// OpenGL's headers or libraries at build time: what is called is declared here, and found at run time.
// SPDX-License-Identifier: MIT
#include "tests/plugin/sharing_host.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <link.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// Numbers of EGL 1.5, OpenGL 3.0, EXT_external_objects and EXT_external_objects_fd.
constexpr unsigned platform_surfaceless_mesa = 0x31DD, opengl_api = 0x30A2, context_major_version = 0x3098,
                   no_more = 0x3038;
constexpr unsigned texture_2d_array = 0x8C1A, rgba8 = 0x8058, rgba = 0x1908, unsigned_byte = 0x1401,
                   extensions = 0x1F03, extension_count = 0x821D, device_uuid = 0x9597, driver_uuid = 0x9598,
                   dedicated_memory_object = 0x9581, handle_type_opaque_fd = 0x9586;

// EGL's drivers stay loaded, so that what they keep to the end is not taken for a leak of nobody's.
int keep_driver(dl_phdr_info* info, size_t, void*) {
    if (std::string(info->dlpi_name).find("_dri.so") != std::string::npos)
        dlopen(info->dlpi_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    return 0;
}

// A current context of OpenGL without a window. `why`: what keeps it from importing memory.
class OpenGl {
public:
    OpenGl() {
        library_ = ::dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (library_) get_proc_ = reinterpret_cast<GetProc>(::dlsym(library_, "eglGetProcAddress"));
        why = get_proc_ ? begin() : "libEGL.so.1 was not found";
    }
    ~OpenGl() {
        if (display_) {
            call<unsigned(void*, void*, void*, void*)>("eglMakeCurrent")(display_, nullptr, nullptr, nullptr);
            if (context_) call<unsigned(void*, void*)>("eglDestroyContext")(display_, context_);
            call<unsigned(void*)>("eglTerminate")(display_);
        }
        if (library_) ::dlclose(library_);
    }
    OpenGl(const OpenGl&) = delete;
    OpenGl& operator=(const OpenGl&) = delete;

    template <class Function>
    Function* call(const char* name) const {
        return reinterpret_cast<Function*>(get_proc_(name));
    }
    bool is(const vkgan_shared_image& image) const {
        std::array<uint8_t, 16> device{}, driver{};
        call<void(unsigned, unsigned, uint8_t*)>("glGetUnsignedBytei_vEXT")(device_uuid, 0, device.data());
        call<void(unsigned, uint8_t*)>("glGetUnsignedBytevEXT")(driver_uuid, driver.data());
        return std::memcmp(device.data(), image.device_uuid, 16) == 0 &&
               std::memcmp(driver.data(), image.driver_uuid, 16) == 0;
    }
    std::string why;

private:
    using GetProc = void (*(*)(const char*))();

    std::string begin() {
        const auto get_display = call<void*(unsigned, void*, const void*)>("eglGetPlatformDisplay");
        if (get_display) display_ = get_display(platform_surfaceless_mesa, nullptr, nullptr);
        if (!display_ || !call<unsigned(void*, int*, int*)>("eglInitialize")(display_, nullptr, nullptr)) {
            display_ = nullptr;
            return "EGL has no display without a window";
        }
        dl_iterate_phdr(keep_driver, nullptr);
        call<unsigned(unsigned)>("eglBindAPI")(opengl_api);
        const std::array<unsigned, 3> attributes{context_major_version, 3, no_more};
        context_ = call<void*(void*, void*, void*, const unsigned*)>("eglCreateContext")(
            display_, nullptr, nullptr, attributes.data());
        if (!context_ || !call<unsigned(void*, void*, void*, void*)>("eglMakeCurrent")(display_, nullptr,
                                                                                       nullptr, context_))
            return "EGL makes no context of OpenGL 3.0";
        int count = 0;
        call<void(unsigned, int*)>("glGetIntegerv")(extension_count, &count);
        for (int i = 0; i < count; ++i)
            if (std::string(call<const char*(unsigned, unsigned)>("glGetStringi")(extensions, unsigned(i))) ==
                "GL_EXT_memory_object_fd")
                return "";
        return "OpenGL lacks GL_EXT_memory_object_fd";
    }

    void* library_ = nullptr;
    GetProc get_proc_ = nullptr;
    void *display_ = nullptr, *context_ = nullptr;
};

// A texture in the plugin's memory. Takes the descriptor.
class ImportedTexture {
public:
    ImportedTexture(const OpenGl& gl, const vkgan_shared_image& image)
        : gl_(gl), bytes_(size_t{image.width} * image.height * image.layers * 4) {
        gl.call<void(int, unsigned*)>("glCreateMemoryObjectsEXT")(1, &memory_);
        const int dedicated = 1;
        gl.call<void(unsigned, unsigned, const int*)>("glMemoryObjectParameterivEXT")(
            memory_, dedicated_memory_object, &dedicated);
        gl.call<void(unsigned, uint64_t, unsigned, int)>("glImportMemoryFdEXT")(
            memory_, image.memory_bytes, handle_type_opaque_fd, image.memory_fd);
        gl.call<void(int, unsigned*)>("glGenTextures")(1, &texture_);
        gl.call<void(unsigned, unsigned)>("glBindTexture")(texture_2d_array, texture_);
        gl.call<void(unsigned, int, unsigned, int, int, int, unsigned, uint64_t)>("glTexStorageMem3DEXT")(
            texture_2d_array, int(image.mip_levels), rgba8, int(image.width), int(image.height),
            int(image.layers), memory_, 0);
        REQUIRE(error() == 0);
    }
    ~ImportedTexture() {
        gl_.call<void(int, const unsigned*)>("glDeleteTextures")(1, &texture_);
        gl_.call<void(int, const unsigned*)>("glDeleteMemoryObjectsEXT")(1, &memory_);
    }
    ImportedTexture(const ImportedTexture&) = delete;
    ImportedTexture& operator=(const ImportedTexture&) = delete;

    std::vector<std::byte> read() {  // level 0 of all layers
        std::vector<std::byte> texels(bytes_);
        gl_.call<void(unsigned, int, unsigned, unsigned, void*)>("glGetTexImage")(
            texture_2d_array, 0, rgba, unsigned_byte, texels.data());
        REQUIRE(error() == 0);
        return texels;
    }

private:
    unsigned error() const { return gl_.call<unsigned()>("glGetError")(); }

    const OpenGl& gl_;
    size_t bytes_;
    unsigned memory_ = 0, texture_ = 0;
};

}  // namespace

TEST_CASE("OpenGL imports the plugin's image, and sees each batch that is generated into it") {
    SharingHost s;
    vkgan_shared_image image = SharingHost::wish();
    if (!s.make(image)) return;
    const OpenGl gl;
    if (!gl.why.empty() || !gl.is(image)) {
        MESSAGE(
            "skipped: " << (gl.why.empty() ? "OpenGL is on another device, or of another driver" : gl.why));
        ::close(image.memory_fd);
        return;
    }
    ImportedTexture texture(gl, image);
    const vkgan_generator generator = s.warm_generator();
    std::vector<std::byte> last;
    for (const uint64_t seed : {5, 6}) {
        vkgan_image_target target = SharingHost::target(image);
        target.layout_out = VK_IMAGE_LAYOUT_GENERAL;
        vkgan_ticket ticket = 0;
        s.host.must(s.draw(generator, target, seed, ticket));
        s.host.frames_until_done(ticket);
        const std::vector<std::byte> rgba = s.host.read(ticket, VKGAN_READ_RGBA8);
        CHECK_FALSE(rgba == last);
        CHECK(texture.read() == rgba);
        last = rgba;
    }
}
