// Whether samples show what was asked for: a class, or attributes one at a time.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_metrics.hpp"
#include "host/metrics/labels.hpp"
#include "host/metrics/modes.hpp"
#include "host/metrics/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace vkgan {

namespace {

std::string name_at(const std::vector<std::string>& names, size_t index, const char* kind) {
    return index < names.size() ? names[index] : fmt::format("{} {}", kind, index);
}

// What a control of the query would fix although it is to be varied.
Status check_free(const EvaluateQuery& query, const Condition& condition) {
    for (const auto& [name, value] : query.controls) {
        const bool named = std::ranges::find(condition.names, name) != condition.names.end();
        if (named || name == condition.name || name.starts_with(condition.name + "."))
            return Error{
                Code::invalid_argument,
                fmt::format("control {} is set to {}, but {} is to be varied", name, value, condition.name)};
    }
    return {};
}

struct Asked {
    std::vector<int> wanted, seen;  // class asked for and class that the evaluator sees, per sample
    int64_t each = 0;               // samples per class
};

// Every class has latents of its own.
Result<Asked> ask_for_classes(Subject& subject, const Condition& condition) {
    Asked asked{
        .wanted = {}, .seen = {}, .each = std::max<int64_t>(1, subject.query().count / condition.count)};
    for (int64_t k = 0; k < condition.count; ++k) {
        VKGAN_ASSIGN(const Tensor logits,
                     subject.logits_of({{condition.name, double(k)}}, asked.each, uint64_t(k * asked.each)));
        const std::vector<int> labels = argmax_rows(features_of(logits));
        asked.seen.insert(asked.seen.end(), labels.begin(), labels.end());
        asked.wanted.insert(asked.wanted.end(), labels.size(), int(k));
    }
    return asked;
}

// The evaluator's own errors on real images, by their true classes.
Result<Contingency> real_confusion(Subject& subject, const Evaluator& evaluator) {
    VKGAN_ASSIGN(const View* const test, subject.test());
    if (!subject.has_classes() || test->attributes.shape != test->logits.shape)
        return Error{Code::unsupported, "no classes are known"};
    return confusion_matrix(argmax_rows(features_of(test->attributes)),
                            argmax_rows(features_of(test->logits)), int(evaluator.classes()));
}

Result<Scores> score_classes(Subject& subject, const Evaluator& evaluator, const Asked& asked) {
    VKGAN_ASSIGN(const Contingency confusion,
                 confusion_matrix(asked.wanted, asked.seen, int(evaluator.classes())));
    VKGAN_ASSIGN(const ConditionalAccuracy accuracy, conditional_accuracy(confusion));
    const auto real = [&]() -> Result<ConditionalAccuracy> {
        VKGAN_ASSIGN(const Contingency own, real_confusion(subject, evaluator));
        return conditional_accuracy(own);
    }();
    const auto& names = subject.attribute_names();
    const auto row = [&](const std::string& name, double value, auto take, std::string note) {
        return Score{.name = label_of(name, evaluator),
                     .value = value,
                     .floor = floor_of(real, take),
                     .better = Better::higher,
                     .note = std::move(note)};
    };
    Scores scores{row(
        "conditional", accuracy.overall, [](const auto& a) { return a.overall; },
        fmt::format("share of right classes; {} samples each", asked.each))};
    if (real && real->overall > 0)
        scores.push_back(row(
            "conditional, relative", accuracy.overall / real->overall, [](const auto&) { return 1.0; },
            "to the evaluator's own accuracy"));
    scores.push_back(row(
        "conditional, worst class", accuracy.minimum, [](const auto& a) { return a.minimum; },
        "class " + name_at(names, size_t(accuracy.worst_class), "class")));
    for (size_t k = 0; k < accuracy.per_class.size(); ++k) {
        Score score =
            row("conditional", accuracy.per_class[k], [&](const auto& a) { return a.per_class[k]; }, {});
        score.name = fmt::format("accuracy of {}", name_at(names, k, "class"));
        score.detail = true;
        scores.push_back(std::move(score));
    }
    return scores;
}

// Classes that the model found by itself have numbers without a meaning.
Result<Scores> score_codes(Subject& subject, const Evaluator& evaluator, const Condition& condition,
                           const Asked& asked) {
    const int classes = int(evaluator.classes());
    VKGAN_ASSIGN(const Contingency table,
                 contingency(asked.wanted, int(condition.count), asked.seen, classes));
    VKGAN_ASSIGN(const double pure, purity(table));
    VKGAN_ASSIGN(const double information, mutual_information(table));
    const auto real = real_confusion(subject, evaluator);
    std::optional<double> pure_floor, information_floor;
    if (real) {
        pure_floor = floor_of(purity(*real), [](double x) { return x; });
        information_floor = floor_of(mutual_information(*real), [](double x) { return x; });
    }
    VKGAN_ASSIGN(const LabelModes modes, count_label_modes(asked.seen, classes));
    return Scores{{.name = label_of("code purity", evaluator),
                   .value = pure,
                   .floor = pure_floor,
                   .better = Better::higher,
                   .note = fmt::format("{} codes learnt without labels, {} samples each; {} classes seen",
                                       condition.count, asked.each, modes.hit)},
                  {.name = label_of("code information", evaluator),
                   .value = information,
                   .floor = information_floor,
                   .better = Better::higher,
                   .note = "nats, of codes and classes"}};
}

Result<Scores> conditional_classes(Subject& subject, const Evaluator& evaluator, const Condition& condition) {
    if (!evaluator.exclusive() || (condition.supervised && condition.count != evaluator.classes()))
        return Error{Code::shape_mismatch,
                     fmt::format("the model is asked for one of {} classes, but {} tells {} {}",
                                 condition.count, evaluator.name(), evaluator.classes(),
                                 evaluator.exclusive() ? "classes" : "attributes")};
    VKGAN_ASSIGN(const Asked asked, ask_for_classes(subject, condition));
    return condition.supervised ? score_classes(subject, evaluator, asked)
                                : score_codes(subject, evaluator, condition, asked);
}

// Which output of the evaluator tells each of the model's attributes.
Result<std::vector<size_t>> match_attributes(const Subject& subject, const Evaluator& evaluator,
                                             const Condition& condition) {
    const auto& names = subject.attribute_names();
    if (evaluator.exclusive() || int64_t(names.size()) != evaluator.classes())
        return Error{
            Code::shape_mismatch,
            fmt::format("the model is asked for {} attributes and the data has {}, but {} tells {} {}",
                        condition.count, names.size(), evaluator.name(), evaluator.classes(),
                        evaluator.exclusive() ? "classes" : "attributes")};
    std::vector<size_t> matches(size_t(condition.count));
    std::iota(matches.begin(), matches.end(), size_t{0});
    if (int64_t(condition.names.size()) != condition.count) {
        if (condition.count == evaluator.classes()) return matches;
        return Error{Code::shape_mismatch,
                     fmt::format("the model has {} attributes without names, but {} tells {}",
                                 condition.count, evaluator.name(), evaluator.classes())};
    }
    for (size_t i = 0; i < matches.size(); ++i) {
        const auto found = std::ranges::find(names, condition.names[i]);
        if (found == names.end())
            return Error{Code::not_found,
                         fmt::format("the model's attribute {} is none of {}'s {}", condition.names[i],
                                     subject.query().data, fmt::join(names, ", "))};
        matches[i] = size_t(found - names.begin());
    }
    return matches;
}

// Of one attribute, set to -1 and to 1 with the same latents.
struct Turned {
    double right = 0;   // share of samples that show it as asked
    double others = 1;  // share of the other attributes that stay as they were
};

Turned compare_turned(const Tensor& without, const Tensor& with, size_t attribute) {
    const auto width = size_t(without.shape[1]), count = size_t(without.shape[0]);
    double right = 0, same = 0;
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < width; ++k) {
            const bool before = without.values[i * width + k] > 0, after = with.values[i * width + k] > 0;
            if (k == attribute)
                right += double(!before) + double(after);
            else
                same += before == after;
        }
    }
    return {right / double(2 * count), width > 1 ? same / double(count * (width - 1)) : 1};
}

Result<std::vector<double>> real_attribute_accuracy(Subject& subject) {
    VKGAN_ASSIGN(const View* const test, subject.test());
    const auto width = size_t(test->logits.shape[1]);
    if (subject.has_classes() || test->attributes.shape != test->logits.shape)
        return Error{Code::unsupported, "no attributes are known"};
    std::vector<double> shares(width);
    for (size_t i = 0; i < test->logits.values.size(); ++i)
        shares[i % width] += (test->logits.values[i] > 0) == (test->attributes.values[i] > 0);
    for (double& share : shares) share /= double(test->count);
    return shares;
}

Scores score_attributes(const Evaluator& evaluator, const Scores& details, double others, int64_t each) {
    const auto worst = std::ranges::min_element(details, {}, &Score::value);
    double right = 0, own = 0;
    bool floors = true;
    for (const Score& detail : details) {
        right += detail.value / double(details.size());
        floors = floors && detail.floor.has_value();
        own += detail.floor.value_or(0) / double(details.size());
    }
    const auto floor = floors ? std::optional(own) : std::nullopt;
    Scores scores{{.name = label_of("conditional", evaluator),
                   .value = right,
                   .floor = floor,
                   .better = Better::higher,
                   .note = fmt::format("attributes at -1 and at 1 that show; {} samples each", each)}};
    if (floors && own > 0)
        scores.push_back({.name = label_of("conditional, relative", evaluator),
                          .value = right / own,
                          .floor = 1,
                          .better = Better::higher,
                          .note = "to the evaluator's own accuracy"});
    scores.push_back({.name = label_of("conditional, worst attribute", evaluator),
                      .value = worst->value,
                      .floor = worst->floor,
                      .better = Better::higher,
                      .note = worst->name});
    scores.push_back({.name = label_of("others unchanged", evaluator),
                      .value = others,
                      .better = Better::higher,
                      .note = "share of the other attributes that stay, with the same latents"});
    scores.insert(scores.end(), details.begin(), details.end());
    return scores;
}

Result<Scores> conditional_attributes(Subject& subject, const Evaluator& evaluator,
                                      const Condition& condition) {
    VKGAN_ASSIGN(const std::vector<size_t> matches, match_attributes(subject, evaluator, condition));
    const auto real = real_attribute_accuracy(subject);
    const int64_t each = std::max<int64_t>(1, subject.query().count / (2 * condition.count));
    Scores details;
    double others = 0;
    for (size_t i = 0; i < matches.size(); ++i) {
        const std::string entry = fmt::format("{}.{}", condition.name, i);
        VKGAN_ASSIGN(const Tensor without, subject.logits_of({{entry, -1}}, each, 0));
        VKGAN_ASSIGN(const Tensor with, subject.logits_of({{entry, 1}}, each, 0));
        const Turned turned = compare_turned(without, with, matches[i]);
        others += turned.others / double(matches.size());
        details.push_back({.name = fmt::format("accuracy of {}",
                                               name_at(subject.attribute_names(), matches[i], "attribute")),
                           .value = turned.right,
                           .floor = floor_of(real, [&](const auto& shares) { return shares[matches[i]]; }),
                           .better = Better::higher,
                           .detail = true});
    }
    return score_attributes(evaluator, details, others, each);
}

}  // namespace

Result<Scores> measure_conditional(Subject& subject) {
    const auto condition = subject.condition();
    if (!condition)
        return Error{Code::unsupported, fmt::format("network {} of {} reads no label or attribute",
                                                    subject.model().sample_network, subject.query().model)};
    VKGAN_TRY(check_free(subject.query(), *condition));
    VKGAN_ASSIGN(const Evaluator* const evaluator, subject.evaluator());
    return condition->exclusive ? conditional_classes(subject, *evaluator, *condition)
                                : conditional_attributes(subject, *evaluator, *condition);
}

}  // namespace vkgan
