// What lies between two latents, and what sums of latents mean: DCGAN's own demonstrations, with a classifier
// to count instead of an eye to judge.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"
#include "host/metrics/features.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan {

namespace {

constexpr int64_t latent = 64, pool = 1500, exemplars = 3;
constexpr int paths = 32, path_steps = 32, shown_paths = 6, shown_stops = 9;
constexpr int trials = 100, shown_trials = 2, shown_near = 4;
constexpr float near_noise = 0.25F;  // of the paper: uniform, around the sum

// Normal entries, a stream of their own for each use.
Tensor normal_latents(int64_t count, uint64_t seed, uint32_t stream) {
    Tensor z(Shape{count, latent});
    fill_normal({uint32_t(seed), uint32_t(seed >> 32)}, stream, z.values);
    return z;
}

std::span<float> row(Tensor& z, int64_t i) {
    return std::span(z.values).subspan(size_t(i * latent), size_t(latent));
}

std::span<const float> row(const Tensor& z, int64_t i) {
    return std::span(z.values).subspan(size_t(i * latent), size_t(latent));
}

// Shoemake 1985: along the great circle, so that every stop is as long as latents are.
void slerp(std::span<const float> a, std::span<const float> b, double t, std::span<float> out) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        ab += double(a[i]) * double(b[i]);
        aa += double(a[i]) * double(a[i]);
        bb += double(b[i]) * double(b[i]);
    }
    const double angle = std::acos(std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0));
    const double of_a = angle < 1e-6 ? 1 - t : std::sin((1 - t) * angle) / std::sin(angle);
    const double of_b = angle < 1e-6 ? t : std::sin(t * angle) / std::sin(angle);
    for (size_t i = 0; i < a.size(); ++i) out[i] = float(of_a * double(a[i]) + of_b * double(b[i]));
}

// `count` paths between two latents each, `stops` latents on each.
Tensor paths_between(const Tensor& ends, int count, int stops) {
    Tensor z(Shape{int64_t(count) * stops, latent});
    for (int path = 0; path < count; ++path)
        for (int stop = 0; stop < stops; ++stop)
            slerp(row(ends, 2 * path), row(ends, 2 * path + 1), double(stop) / (stops - 1),
                  row(z, int64_t(path) * stops + stop));
    return z;
}

double root_mean_square(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
    return std::sqrt(sum / double(a.size()));
}

struct Smoothness {
    double step = 0, largest = 0;  // mean and largest change between neighbours on a path
    double unrelated = 0;          // mean change between samples of two latents
};

Smoothness smoothness(const Tensor& images) {
    const size_t each = images.values.size() / size_t(images.shape[0]);
    const auto image = [&](int path, int stop) {
        return std::span(images.values).subspan(size_t(path * (path_steps + 1) + stop) * each, each);
    };
    Smoothness result;
    for (int path = 0; path < paths; ++path) {
        for (int stop = 0; stop < path_steps; ++stop) {
            const double change = root_mean_square(image(path, stop), image(path, stop + 1));
            result.step += change / (paths * path_steps);
            result.largest = std::max(result.largest, change);
        }
        result.unrelated += root_mean_square(image(path, 0), image(path, path_steps)) / paths;
    }
    return result;
}

// "With the first, whatever the second is": shows of (first and second) - (not first and second) + (not first
// and not second), where `second` is a value of the other attribute.
struct Equation {
    std::string_view changed, kept;
    bool kept_from;  // value of `kept` in the first two terms; the third has the other

    std::string title() const {
        const auto term = [&](bool with, bool value) {
            return fmt::format("({}{}, {}{})", with ? "" : "no ", changed, value ? "" : "no ", kept);
        };
        return term(true, kept_from) + " - " + term(false, kept_from) + " + " + term(false, !kept_from);
    }
};
constexpr std::array<Equation, 3> equations{
    {{"Eyeglasses", "Dark_Skin", true}, {"Beard", "Dark_Hair", true}, {"Long_Hair", "Dark_Skin", false}}};

// Samples of the pool by what the evaluator sees in them.
class Seen {
public:
    Seen(const Tensor& logits, const std::vector<std::string>& names) : logits_(logits), names_(names) {}
    bool shows(std::string_view name, int64_t sample) const {
        const auto place = std::ranges::find(names_, name) - names_.begin();
        return logits_.values[size_t(sample * int64_t(names_.size()) + place)] > 0;
    }
    std::vector<int64_t> with(const Equation& equation, bool changed, bool kept) const {
        std::vector<int64_t> found;
        for (int64_t i = 0; i < logits_.shape[0]; ++i)
            if (shows(equation.changed, i) == changed && shows(equation.kept, i) == kept) found.push_back(i);
        return found;
    }

private:
    const Tensor& logits_;
    const std::vector<std::string>& names_;
};

using Terms = std::array<std::vector<int64_t>, 3>;

// The three exemplars of a term in a trial, and their mean.
int64_t exemplar(const Terms& terms, size_t term, int trial, int64_t which) {
    const auto& members = terms[term];
    return members[size_t(trial * exemplars + which) % members.size()];
}

void add_mean(const Tensor& rows, const Terms& terms, size_t term, int trial, float weight,
              std::span<float> sum) {
    const size_t width = rows.values.size() / size_t(rows.shape[0]);
    for (int64_t which = 0; which < exemplars; ++which) {
        const auto from = std::span(rows.values)
                              .subspan(size_t(exemplar(terms, term, trial, which)) * width, width);
        for (size_t i = 0; i < width; ++i) sum[i] += weight / float(exemplars) * from[i];
    }
}

// Rows of sums by the equation, one a trial: of latents or of pixels.
Tensor sums(const Tensor& rows, const Terms& terms) {
    Shape shape = rows.shape;
    shape[0] = trials;
    Tensor result(shape);
    const size_t width = result.values.size() / size_t(trials);
    for (int trial = 0; trial < trials; ++trial) {
        const auto sum = std::span(result.values).subspan(size_t(trial) * width, width);
        add_mean(rows, terms, 0, trial, 1, sum);
        add_mean(rows, terms, 1, trial, -1, sum);
        add_mean(rows, terms, 2, trial, 1, sum);
    }
    return result;
}

Tensor means(const Tensor& rows, const Terms& terms, size_t term) {
    Shape shape = rows.shape;
    shape[0] = trials;
    Tensor result(shape);
    const size_t width = result.values.size() / size_t(trials);
    for (int trial = 0; trial < trials; ++trial)
        add_mean(rows, terms, term, trial, 1, std::span(result.values).subspan(size_t(trial) * width, width));
    return result;
}

struct Shares {
    double changed = 0, kept = 0;  // of the trials: shows the first attribute; shows the third term's second
};

class Arithmetic {
public:
    Arithmetic(DemoContext& demo, Inference& networks, Evaluator& evaluator, std::vector<std::string> names)
        : demo_(demo), networks_(networks), evaluator_(evaluator), names_(std::move(names)) {}

    Status run() {
        z_ = normal_latents(pool, demo_.seed(), 3);
        VKGAN_ASSIGN(images_, networks_.run_all("G", {{"z", z_}}));
        VKGAN_ASSIGN(const Evaluator::Seen looked, evaluator_.look(images_));
        const Seen seen(looked.logits, names_);
        for (const Equation& equation : equations) VKGAN_TRY(solve(equation, seen));
        return {};
    }
    const Tensor& picture() const { return picture_; }
    static int columns() { return int(3 * (exemplars + 1) + 1 + shown_near + 1); }
    const plot::Plot& plot() const { return plot_; }

private:
    Result<Shares> shares(const Tensor& images, const Equation& equation) {
        VKGAN_ASSIGN(const Evaluator::Seen looked, evaluator_.look(images));
        const Seen seen(looked.logits, names_);
        Shares result;
        for (int64_t i = 0; i < trials; ++i) {
            result.changed += double(seen.shows(equation.changed, i)) / trials;
            result.kept += double(seen.shows(equation.kept, i) != equation.kept_from) / trials;
        }
        return result;
    }

    Status solve(const Equation& equation, const Seen& seen) {
        const Terms terms{seen.with(equation, true, equation.kept_from),
                          seen.with(equation, false, equation.kept_from),
                          seen.with(equation, false, !equation.kept_from)};
        auto& numbers = demo_.numbers()["equations"];
        const std::array members{terms[0].size(), terms[1].size(), terms[2].size()};
        if (std::ranges::min(members) < size_t(exemplars)) {
            numbers.push_back({{"equation", equation.title()}, {"samples", members}});
            demo_.say(fmt::format("{}: too few of {} samples show its terms: {}", equation.title(), pool,
                                  fmt::join(members, ", ")));
            return {};
        }
        VKGAN_ASSIGN(const Tensor by_latents, networks_.run_all("G", {{"z", sums(z_, terms)}}));
        VKGAN_ASSIGN(const Tensor third, networks_.run_all("G", {{"z", means(z_, terms, 2)}}));
        Tensor by_pixels = sums(images_, terms);
        for (float& x : by_pixels.values) x = std::clamp(x, -1.0F, 1.0F);
        VKGAN_ASSIGN(const Shares of_latents, shares(by_latents, equation));
        VKGAN_ASSIGN(const Shares of_third, shares(third, equation));
        VKGAN_ASSIGN(const Shares of_pixels, shares(by_pixels, equation));
        const auto json = [](const Shares& s) {
            return nlohmann::ordered_json{{"changed", s.changed}, {"kept", s.kept}};
        };
        numbers.push_back({{"equation", equation.title()},
                           {"trials", trials},
                           {"samples", members},
                           {"third_term", json(of_third)},
                           {"latents", json(of_latents)},
                           {"pixels", json(of_pixels)}});
        demo_.say(fmt::format("{}: {:.0f} % of {} sums of latents show {} ({:.0f} % of the third terms), "
                              "{:.0f} % show the third term's {}; sums of pixels {:.0f} % and {:.0f} %",
                              equation.title(), 100 * of_latents.changed, trials, equation.changed,
                              100 * of_third.changed, 100 * of_latents.kept, equation.kept,
                              100 * of_pixels.changed, 100 * of_pixels.kept));
        add_panel(equation, {of_third, of_latents, of_pixels});
        return add_rows(terms, by_latents, by_pixels);
    }

    void add_panel(const Equation& equation, const std::array<Shares, 3>& shares) {
        plot::Panel panel{.title = fmt::format("+ {}, {} of the third", equation.changed, equation.kept),
                          .y = {.title = "share of 100 trials", .low = 0, .high = 1.05}};
        panel.x.low = -0.6;
        panel.x.high = 2.6;
        panel.x.names = {{0, "third term"}, {1, "sum of latents"}, {2, "sum of pixels"}};
        plot::Mark changed{.kind = plot::Mark::Kind::bars,
                           .label = plot_.panels.empty() ? "shows what was added" : "",
                           .colour = plot::Colour::blue,
                           .width = 0.36};
        plot::Mark kept{.kind = plot::Mark::Kind::bars,
                        .label = plot_.panels.empty() ? "keeps the third term's" : "",
                        .colour = plot::Colour::orange,
                        .width = 0.36};
        for (size_t i = 0; i < shares.size(); ++i) {
            changed.x.push_back(double(i) - 0.2);
            changed.y.push_back(shares[i].changed);
            kept.x.push_back(double(i) + 0.2);
            kept.y.push_back(shares[i].kept);
        }
        panel.marks = {std::move(changed), std::move(kept)};
        plot_.panels.push_back(std::move(panel));
    }

    // Each term's exemplars and the picture of their mean, the sum, sums near it, the sum of pixels.
    Status add_rows(const Terms& terms, const Tensor& by_latents, const Tensor& by_pixels) {
        const Tensor z = sums(z_, terms);
        const std::array by_means{means(z_, terms, 0), means(z_, terms, 1), means(z_, terms, 2)};
        for (int trial = 0; trial < shown_trials; ++trial) {
            for (size_t term = 0; term < 3; ++term) {
                for (int64_t which = 0; which < exemplars; ++which)
                    append(rows_of(images_, exemplar(terms, term, trial, which), 1));
                VKGAN_ASSIGN(const Tensor mean,
                             networks_.run_all("G", {{"z", rows_of(by_means[term], trial, 1)}}, {}, 1));
                append(mean);
            }
            append(rows_of(by_latents, trial, 1));
            Tensor around(Shape{shown_near, latent});
            fill_uniform({uint32_t(demo_.seed()), uint32_t(trial)}, 5, around.values);
            for (int64_t i = 0; i < shown_near; ++i)
                for (size_t k = 0; k < size_t(latent); ++k)
                    row(around, i)[k] = row(z, trial)[k] + near_noise * (2 * row(around, i)[k] - 1);
            VKGAN_ASSIGN(const Tensor near, networks_.run_all("G", {{"z", around}}, {}, shown_near));
            append(near);
            append(rows_of(by_pixels, trial, 1));
        }
        return {};
    }

    void append(const Tensor& images) {
        Shape shape = images.shape;
        if (picture_.shape.rank() == 4) shape[0] += picture_.shape[0];
        std::vector<float> values = picture_.shape.rank() == 4 ? picture_.values : std::vector<float>{};
        values.insert(values.end(), images.values.begin(), images.values.end());
        picture_ = Tensor(shape, std::move(values));
    }

    DemoContext& demo_;
    Inference& networks_;
    Evaluator& evaluator_;
    std::vector<std::string> names_;
    Tensor z_, images_, picture_;
    plot::Plot plot_{.title = "Sums of latents, as the evaluator sees them",
                     .columns = 3,
                     .panel_width = 360,
                     .panel_height = 280};
};

Status run_interpolation_arithmetic(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run, zoo.open({"dcgan",
                                           {{"image", "64"},
                                            {"nets", "small"},
                                            {"nz", std::to_string(latent)},
                                            {"ndf", "16"},
                                            {"batch", "32"},
                                            {"augment", "on"},
                                            {"lr", "0.0004"},
                                            {"ema", demo.quick() ? "0.9" : "0.995"}},
                                           "faces"}));
    VKGAN_TRY(zoo.train(*run, demo.steps(3000, 3)));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));

    const Tensor ends = normal_latents(2 * paths, demo.seed(), 1);
    VKGAN_ASSIGN(const Tensor shown,
                 networks->run_all("G", {{"z", paths_between(ends, shown_paths, shown_stops)}}));
    VKGAN_TRY(demo.picture("interpolation", make_grid(shown, shown_stops)));
    VKGAN_ASSIGN(const Tensor fine,
                 networks->run_all("G", {{"z", paths_between(ends, paths, path_steps + 1)}}));
    const Smoothness smooth = smoothness(fine);
    demo.numbers()["interpolation"] = {{"paths", paths},
                                       {"steps", path_steps},
                                       {"mean_change", smooth.step},
                                       {"largest_change", smooth.largest},
                                       {"change_between_ends", smooth.unrelated}};
    demo.say(fmt::format("along {} paths of {} steps pixels change by {:.4f} a step (root mean square of "
                         "[-1, 1]), at most {:.4f}; from end to end {:.3f}",
                         paths, path_steps, smooth.step, smooth.largest, smooth.unrelated));

    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("faces"));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "faces", .split = "test"}));
    Arithmetic arithmetic(demo, *networks, *evaluator, test->names);
    VKGAN_TRY(arithmetic.run());
    if (arithmetic.plot().panels.empty()) return {};
    VKGAN_TRY(demo.picture("arithmetic", make_grid(arithmetic.picture(), Arithmetic::columns())));
    return demo.plot("arithmetic", arithmetic.plot());
}

}  // namespace

namespace demo_def {

extern const Demo interpolation_arithmetic;
const Demo interpolation_arithmetic = {
    .name = "interpolation_arithmetic",
    .title = "Between latents, and sums of them",
    .what = "a DCGAN of faces: paths between latents, and (glasses) - (no glasses) + (another face), counted",
    .run = run_interpolation_arithmetic,
};

}  // namespace demo_def

}  // namespace vkgan
