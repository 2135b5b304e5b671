// celeba:DIR.
// SPDX-License-Identifier: MIT
#include "tests/data/image_folder.hpp"

using namespace vkgan;
using namespace vkgan::test;

namespace {

struct Celeba : TemporaryFolder {
    Celeba() {
        for (int i = 1; i <= 3; ++i)
            write_image(*this, fmt_name("img/", i), plain_image(4, 4, 3, static_cast<uint8_t>(i * 50)));
        table("3\nHat Smile\n1.png  1 -1\n2.png -1  1\n3.png  1  1\n");
    }
    static std::string fmt_name(const std::string& folder, int i) {
        return folder + std::to_string(i) + ".png";
    }
    void table(std::string_view text) const { (void)write("list_attr.txt", text); }
    std::string error(const DatasetOptions& options = {}) const {
        return open_error("celeba", path, options);
    }
};

}  // namespace

TEST_CASE("a folder in CelebA's layout gives images and attributes") {
    const Celeba folder;
    const auto set = open("celeba", folder.path);
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 3);
    CHECK((*set)->attribute_names() == std::vector<std::string>{"Hat", "Smile"});
    CHECK((*set)->label_count() == 0);
    CHECK(read_attributes_of(**set, 0) == std::vector<float>{1, -1});
    CHECK(read_attributes_of(**set, 1) == std::vector<float>{-1, 1});
}

TEST_CASE("CelebA's own names, its .jpg in the table of PNG files and its splits are understood") {
    const TemporaryFolder folder;
    for (int i = 1; i <= 2; ++i)
        write_image(folder, Celeba::fmt_name("img_align_celeba/", i), plain_image(2, 2, 1, 0));
    (void)folder.write("list_attr_celeba.txt", "2\r\nA\r\n1.jpg 1\r\n2.jpg -1\r\n");
    (void)folder.write("list_eval_partition.txt", "1.jpg 0\n2.jpg 2\n");
    CHECK((*open("celeba", folder.path))->size() == 1);
    const auto test_set = open("celeba", folder.path, {.split = "test"});
    CHECK(read_attributes_of(**test_set, 0) == std::vector<float>{-1});
    CHECK((*open("celeba", folder.path, {.split = "all"}))->size() == 2);
    CHECK(contains(open_error("celeba", folder.path, {.split = "validation"}),
                   "no image belongs to \"validation\""));
    (void)folder.write("list_eval_partition.txt", "1.jpg 0\n2.jpg 3\n");
    CHECK(contains(open_error("celeba", folder.path), "line 2: the part is \"3\""));
    (void)folder.write("list_eval_partition.txt", "1.jpg 0\n");
    CHECK(contains(open_error("celeba", folder.path), "has 1 lines, but there are attributes of 2 images"));
}

TEST_CASE("a wrong table of attributes is refused with file, line and both values") {
    const Celeba folder;
    folder.table("4\nHat Smile\n1.png 1 1\n2.png 1 1\n3.png 1 1\n");
    CHECK(contains(folder.error(), "list_attr.txt, line 1: the count is 4, but 3 lines of images follow"));
    folder.table("Hat Smile\n1.png 1 1\n");
    CHECK(contains(folder.error(), "line 1: is \"Hat...\", but the number of images"));
    folder.table("2\nHat Smile\n1.png 1 1\n2.png 1\n");
    CHECK(contains(folder.error(), "line 4: has 1 values, but line 2 names 2 attributes"));
    folder.table("1\nHat Smile\n1.png 1 0\n");
    CHECK(contains(folder.error(), "line 3: attribute \"Smile\" is \"0\", but 1 and -1"));
    folder.table("2\nHat\n1.png 1\n9.png 1\n");
    CHECK(contains(folder.error(), "lists the image 9.png, but "));
    folder.table("2\nHat\n1.png 1\n1.png 1\n");
    CHECK(contains(folder.error(), "line 4: the image \"1.png\" occurs twice"));
    folder.table("1\nHat\n../1.png 1\n");
    CHECK(contains(folder.error(), "holds a /"));
    folder.table("");
    CHECK(contains(folder.error(), "has 0 lines"));
}

TEST_CASE("a CelebA folder without its parts says which is missing") {
    const TemporaryFolder folder;
    CHECK(contains(open_error("celeba", folder.path / "none"), "does not exist"));
    CHECK(contains(open_error("celeba", folder.path), "neither img nor img_align_celeba"));
    std::filesystem::create_directory(folder.path / "img");
    CHECK(contains(open_error("celeba", folder.path), "neither list_attr.txt nor list_attr_celeba.txt"));
}
