// stacked-digits: a digit in each channel, so that there are ten to the power of the channels of kinds.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"
#include "host/data/sample_random.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <utility>

namespace vkgan {
namespace {

constexpr const char* kind = "stacked-digits";
// As many as in Lin et al. 2018, section 4.2.
constexpr int64_t train_samples = 128'000, test_samples = 26'000;
constexpr int usual_channels = 3, least_channels = 2, most_channels = 4;

class StackedDigits : public Dataset {
public:
    StackedDigits(std::unique_ptr<Dataset> digits, int channels, Split split)
        : digits_(std::move(digits)), channels_(channels), split_(split) {}

    int64_t size() const override {
        const int64_t train = split_ == Split::test ? 0 : train_samples;
        return train + (split_ == Split::train ? 0 : test_samples);
    }
    Shape image_shape() const override {
        const Shape digit = digits_->image_shape();
        return {channels_, digit[1], digit[2]};
    }
    const std::vector<std::string>& attribute_names() const override { return no_names_; }
    int label_count() const override { return 0; }
    uint64_t fingerprint() const override {
        return fnv1a64(fmt::format("{} 1 {} {}", kind, channels_, int(split_)), digits_->fingerprint());
    }

    Status read(int64_t index, std::span<float> chw, std::span<float> attributes) const override {
        VKGAN_TRY(check_read(*this, index, chw, attributes));
        const auto number = uint64_t(index + (split_ == Split::test ? train_samples : 0));
        SampleRandom random(kind, number);
        const size_t area = chw.size() / size_t(channels_);
        for (int c = 0; c < channels_; ++c)
            VKGAN_TRY(digits_->read(int64_t(random.below(uint32_t(digits_->size()))),
                                    chw.subspan(size_t(c) * area, area), {}));
        return {};
    }

private:
    std::unique_ptr<Dataset> digits_;
    int channels_;
    Split split_;
    std::vector<std::string> no_names_;
};

}  // namespace

OpenedSet open_stacked_digits(const std::filesystem::path& folder, const DatasetOptions& options) {
    VKGAN_ASSIGN(const Split split, parse_split(options.split));
    const int channels = options.channels == 0 ? usual_channels : options.channels;
    if (channels < least_channels || channels > most_channels)
        return Error{Code::invalid_argument, fmt::format("{}: channels is {}; a digit lies in each of {} to {}",
                                                         kind, channels, least_channels, most_channels)};
    DatasetOptions each = options;
    each.channels = 1;
    VKGAN_ASSIGN(std::unique_ptr<Dataset> digits,
                 folder.empty() ? open_digits(each) : open_idx({folder, {}}, each));
    return std::unique_ptr<Dataset>(std::make_unique<StackedDigits>(std::move(digits), channels, split));
}

}  // namespace vkgan
