// What four encoders keep of an image, and faces edited by vectors between means of codes.
// SPDX-License-Identifier: MIT
#include "host/metrics/images.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int64_t shown_digits = 16, shown_faces = 6, judged_faces = 200, labelled_faces = 2000;

struct Coder {
    std::string name;
    Training training;
    int64_t steps, few;
    bool gaussian;  // its encoder gives means and log variances
};

struct Kept {
    double psnr = 0;      // mean over test images, dB
    double features = 0;  // distance of the evaluator's features to those of the image / of another image
    double same = 0;      // share of test images whose digit the evaluator sees in both
};

Result<Kept> keep(Evaluator& evaluator, const Tensor& images, const Tensor& again) {
    VKGAN_ASSIGN(const std::vector<double> each, psnr(again, images));
    VKGAN_ASSIGN(const Evaluator::Seen of_images, evaluator.look(images));
    VKGAN_ASSIGN(const Evaluator::Seen of_again, evaluator.look(again));
    const std::vector<int> a = argmax_rows(features_of(of_images.logits)),
                           b = argmax_rows(features_of(of_again.logits));
    Kept kept;
    for (size_t i = 0; i < each.size(); ++i) {
        kept.psnr += each[i] / double(each.size());
        kept.same += double(a[i] == b[i]) / double(each.size());
    }
    kept.features = mean_distance(of_again.features, of_images.features) /
                    mean_distance(of_again.features, of_images.features, 1);
    return kept;
}

void append(Tensor& rows, const Tensor& images) {
    Shape shape = images.shape;
    if (rows.shape.rank() != 4) {
        rows = images;
        return;
    }
    shape[0] += rows.shape[0];
    std::vector<float> values = std::move(rows.values);
    values.insert(values.end(), images.values.begin(), images.values.end());
    rows = Tensor(shape, std::move(values));
}

Status digits(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    const Settings grey{{"image", "28"}, {"channels", "1"}};
    const auto with = [&](Settings settings) {
        settings.insert(grey.begin(), grey.end());
        return settings;
    };
    const Settings pairs{{"hidden", "512"}, {"nz", "32"}, {"batch", "64"}, {"lr", "0.0005"}};
    Settings repeated = pairs;
    repeated["recon"] = "10";  // an extension: the image's distance to G(E(x)), too
    const std::vector<Coder> coders{
        {"autoencoder, code of 32", {"autoencoder", grey, "digits", "autoencoder"}, 1500, 5, false},
        {"VAE, code of 20", {"vae", grey, "digits", "vae"}, 1500, 5, true},
        {"VAE-GAN, code of 32",
         {"vae_gan", with({{"latent", "32"}, {"filters", "16"}, {"batch", "32"}}), "digits", "vae_gan"},
         1500,
         3,
         true},
        {"BiGAN, code of 32", {"bigan", with(pairs), "digits", "bigan"}, 1000, 3, false},
        {"BiGAN with a reconstruction term",
         {"bigan", with(repeated), "digits", "bigan_recon"},
         1000,
         3,
         false}};
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    Tensor rows = rows_of(test->images, 0, shown_digits);
    for (const Coder& coder : coders) {
        VKGAN_ASSIGN(const auto run, zoo.open(coder.training));
        VKGAN_TRY(zoo.train(*run, demo.steps(coder.steps, coder.few)));
        VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
        VKGAN_ASSIGN(Tensor codes, networks->run_all("E", {{"image", test->images}}));
        if (coder.gaussian) codes = means_of(codes);
        VKGAN_ASSIGN(const Tensor again, networks->run_all("G", {{"z", codes}}));
        VKGAN_ASSIGN(const Kept kept, keep(*evaluator, test->images, again));
        append(rows, rows_of(again, 0, shown_digits));
        demo.numbers()["digits"][coder.name] = {{"steps", demo.steps(coder.steps, coder.few)},
                                                {"psnr_db", kept.psnr},
                                                {"features", kept.features},
                                                {"same_digit", kept.same}};
        demo.say(fmt::format("{} after {} steps: {:.1f} dB, features at {:.2f} of the distance to another "
                             "image, {:.0f} % keep their digit",
                             coder.name, demo.steps(coder.steps, coder.few), kept.psnr, kept.features,
                             100 * kept.same));
    }
    return demo.picture("reconstructions", make_grid(rows, int(shown_digits)));
}

// Mean code with an attribute less mean code without, one row an attribute.
Tensor attribute_vectors(const Tensor& codes, const LabelledImages& images) {
    const int64_t width = codes.shape[1], count = int64_t(images.names.size());
    Tensor vectors(Shape{count, width});
    for (int64_t a = 0; a < count; ++a) {
        std::array<int64_t, 2> members{};
        const auto value = [&](int64_t i) { return images.attributes.values[size_t(i * count + a)] > 0; };
        for (int64_t i = 0; i < codes.shape[0]; ++i) ++members[size_t(value(i))];
        for (int64_t i = 0; i < codes.shape[0]; ++i) {
            const float weight = (value(i) ? 1.0F : -1.0F) /
                                 float(std::max<int64_t>(1, members[size_t(value(i))]));
            for (int64_t k = 0; k < width; ++k)
                vectors.values[size_t(a * width + k)] += weight * codes.values[size_t(i * width + k)];
        }
    }
    return vectors;
}

struct Edit {
    double shows = 0, before = 0;  // share of faces without the attribute that show it after, and before
    double others = 0;             // of their other attributes, share that stays as in the reconstruction
};

class Editor {
public:
    Editor(Inference& networks, Evaluator& evaluator, const LabelledImages& test, Tensor codes)
        : networks_(networks), evaluator_(evaluator), test_(test), codes_(std::move(codes)) {}

    // Every face with each vector added.
    Result<Tensor> edited(const Tensor& vectors, int64_t a) {
        Tensor z = codes_;
        const int64_t width = z.shape[1];
        for (int64_t i = 0; i < z.shape[0]; ++i)
            for (int64_t k = 0; k < width; ++k)
                z.values[size_t(i * width + k)] += vectors.values[size_t(a * width + k)];
        return networks_.run_all("G", {{"z", z}});
    }

    Result<Edit> judge(const Tensor& plain, const Tensor& changed, int64_t a) {
        VKGAN_ASSIGN(const Evaluator::Seen was, evaluator_.look(plain));
        VKGAN_ASSIGN(const Evaluator::Seen is, evaluator_.look(changed));
        const auto count = int64_t(test_.names.size());
        Edit edit;
        double faces = 0;
        for (int64_t i = 0; i < plain.shape[0]; ++i) {
            if (test_.attributes.values[size_t(i * count + a)] > 0) continue;
            ++faces;
            for (int64_t b = 0; b < count; ++b) {
                const bool before = was.logits.values[size_t(i * count + b)] > 0,
                           after = is.logits.values[size_t(i * count + b)] > 0;
                if (b == a) {
                    edit.before += before;
                    edit.shows += after;
                } else {
                    edit.others += double(before == after) / double(count - 1);
                }
            }
        }
        if (faces == 0) return edit;
        return Edit{edit.shows / faces, edit.before / faces, edit.others / faces};
    }

private:
    Inference& networks_;
    Evaluator& evaluator_;
    const LabelledImages& test_;
    Tensor codes_;
};

plot::Plot plot_of(const std::vector<std::string>& names, const std::vector<Edit>& edits) {
    plot::Plot plot{.title = "Faces with an attribute's vector added to their code",
                    .columns = 1,
                    .panel_width = 760,
                    .panel_height = 320};
    plot::Panel panel{.x = {.low = -0.6, .high = double(names.size()) - 0.4},
                      .y = {.title = "share of faces", .low = 0, .high = 1.05}};
    const auto bars = [&](const char* label, plot::Colour colour, double shift, double Edit::* value) {
        plot::Mark mark{.kind = plot::Mark::Kind::bars, .label = label, .colour = colour, .width = 0.26};
        for (size_t i = 0; i < edits.size(); ++i) {
            mark.x.push_back(double(i) + shift);
            mark.y.push_back(edits[i].*value);
        }
        panel.marks.push_back(std::move(mark));
    };
    bars("shows it before", plot::Colour::grey, -0.28, &Edit::before);
    bars("shows it after", plot::Colour::blue, 0, &Edit::shows);
    bars("other attributes that stay", plot::Colour::orange, 0.28, &Edit::others);
    for (size_t i = 0; i < names.size(); ++i) panel.x.names.emplace_back(double(i), names[i]);
    plot.panels.push_back(std::move(panel));
    return plot;
}

Status faces(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"vae_gan",
                           {{"image", "64"},
                            {"channels", "3"},
                            {"filters", "16"},
                            {"batch", "32"},
                            {"gamma", "0.01"}},
                           "faces",
                           "faces"}));
    VKGAN_TRY(zoo.train(*run, demo.steps(1500, 2)));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("faces"));
    VKGAN_ASSIGN(const LabelledImages* const train,
                 zoo.images({.data = "faces", .limit = labelled_faces}));
    VKGAN_ASSIGN(const LabelledImages* const test,
                 zoo.images({.data = "faces", .split = "test", .limit = judged_faces}));
    VKGAN_ASSIGN(const Tensor known, networks->run_all("E", {{"image", train->images}}));
    VKGAN_ASSIGN(const Tensor seen, networks->run_all("E", {{"image", test->images}}));
    const Tensor vectors = attribute_vectors(means_of(known), *train), codes = means_of(seen);
    VKGAN_ASSIGN(const Tensor plain, networks->run_all("G", {{"z", codes}}));
    Editor editor(*networks, *evaluator, *test, codes);
    // A row a face: itself, its reconstruction, then one column an attribute.
    const size_t each = plain.values.size() / size_t(plain.shape[0]);
    const auto columns = int64_t(2 + test->names.size());
    Tensor rows(Shape{shown_faces * columns, plain.shape[1], plain.shape[2], plain.shape[3]});
    const auto put = [&](const Tensor& images, int64_t column) {
        for (int64_t i = 0; i < shown_faces; ++i)
            std::copy_n(images.values.begin() + i * int64_t(each), each,
                        rows.values.begin() + (i * columns + column) * int64_t(each));
    };
    put(test->images, 0);
    put(plain, 1);
    std::vector<Edit> edits;
    for (int64_t a = 0; a < int64_t(test->names.size()); ++a) {
        VKGAN_ASSIGN(const Tensor changed, editor.edited(vectors, a));
        put(changed, 2 + a);
        VKGAN_ASSIGN(const Edit edit, editor.judge(plain, changed, a));
        edits.push_back(edit);
        const std::string& name = test->names[size_t(a)];
        demo.numbers()["faces"][name] = {
            {"shows_after", edit.shows}, {"shows_before", edit.before}, {"others_stay", edit.others}};
        demo.say(fmt::format("+ {}: {:.0f} % of faces without it show it ({:.0f} % of their reconstructions), "
                             "{:.0f} % of other attributes stay",
                             name, 100 * edit.shows, 100 * edit.before, 100 * edit.others));
    }
    VKGAN_TRY(demo.picture("attribute_vectors", make_grid(rows, int(columns))));
    return demo.plot("reconstructions_attributes", plot_of(test->names, edits));
}

Status run_reconstructions(DemoContext& demo) {
    VKGAN_TRY(digits(demo));
    return faces(demo);
}

}  // namespace

namespace demo_def {

extern const Demo reconstructions;
const Demo reconstructions = {
    .name = "reconstructions",
    .title = "What encoders keep",
    .what = "digits by an autoencoder, VAE, VAE-GAN and BiGAN; faces edited by VAE-GAN's attribute vectors",
    .run = run_reconstructions,
};

}  // namespace demo_def

}  // namespace vkgan
