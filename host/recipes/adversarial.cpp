// Step programs of two players.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

#include "host/model/words.hpp"

namespace vkgan {

namespace {

using Statements = std::vector<Statement>;

struct Program {
    const Adversarial& choice;
    Statements run;

    // What generated images are to show: classes are drawn evenly; attributes are those of the real images,
    // so that they come in the combinations that there are.
    std::string wanted() const { return choice.exclusive ? "y" : "real_y"; }
    bool conditioned() const { return choice.conditioning != Conditioning::none; }
    bool d_reads_condition() const { return conditioned() && choice.conditioning != Conditioning::acgan; }

    void add(Statement statement) { run.push_back(std::move(statement)); }
    void draw() {
        Statement fake = apply("fake", "G", "z");
        if (conditioned()) fake.arguments.push_back(wanted());
        add(std::move(fake));
    }
    // What D sees of images: augmented, packed.
    std::string seen(const std::string& images) {
        std::string name = images;
        if (choice.augment) {
            add({name + "_augmented", "augment", {name}, {}});
            name += "_augmented";
        }
        if (choice.pack > 1) {
            add({images + "_packed", "pack", {name}, {{"of", double(choice.pack)}}});
            name = images + "_packed";
        }
        return name;
    }
    void judge(const std::string& result, const std::string& images, const std::string& condition) {
        Statement statement = apply(result, "D", images);
        if (d_reads_condition()) statement.arguments.push_back(condition);
        add(std::move(statement));
    }
    Options kind() const { return {{"kind", choice.loss}}; }

    // Cross-entropy of D's second head with the condition; attributes are independent, from -1 to 1.
    void tell_classes(const std::string& result, const std::string& logits, const std::string& condition) {
        add({result + "_logits", "inside", {logits}, {{"layer", std::string("classes")}}});
        if (choice.exclusive) return add({result, "cross_entropy", {result + "_logits", condition}, {}});
        add({result + "_shares", "affine", {condition}, {{"factor", 0.5}, {"offset", 0.5}}});
        add({result, "bernoulli_nll", {result + "_logits", result + "_shares"}, {}});
    }
};

void discriminator(Program& p) {
    const Adversarial& choice = p.choice;
    p.add({"fixed", "detach", {"fake"}, {}});
    std::string fakes = "fixed", shown = p.wanted();  // what D sees, and of which class it is to be
    if (choice.replay > 0) {
        p.add({"replayed", "replay", {"fixed"}, {{"pool", double(choice.replay)}}});
        if (p.conditioned()) {
            p.run.back().arguments.push_back(shown);
            p.add({"replayed_y", "inside", {"replayed"}, {{"layer", shown}}});
            shown = "replayed_y";
        }
        fakes = "replayed";
    }
    const std::string real = p.seen("real"), fixed = p.seen(fakes);
    p.judge("real_logits", real, "real_y");
    p.judge("fake_logits", fixed, shown);
    Options options = p.kind();
    if (choice.smooth != 1) options["smooth"] = choice.smooth;
    std::vector<std::string> parts{"adversarial"};
    std::vector<double> weights{1};
    if (choice.wrong_pairs) {
        // Fake and wrong pairs together weigh as much as real ones.
        p.add({"other_y", "roll", {"real_y"}, {}});
        p.add({"differs", "differs", {"real_y", "other_y"}, {}});
        p.judge("wrong_logits", real, "other_y");
        p.add({"real_part", "real_loss", {"real_logits"}, options});
        p.add({"fake_part", "fake_loss", {"fake_logits"}, p.kind()});
        p.add({"wrong_part", "fake_loss", {"wrong_logits", "differs"}, p.kind()});
        parts = {"real_part", "fake_part", "wrong_part"};
        weights = {1, 0.5, 0.5};
    } else {
        p.add({"adversarial", "gan_discriminator", {"real_logits", "fake_logits"}, options});
    }
    if (choice.conditioning == Conditioning::acgan) {
        p.tell_classes("classes_real", "real_logits", "real_y");
        parts.push_back("classes_real");
        weights.push_back(choice.class_weight);
        if (choice.class_fakes) {
            p.tell_classes("classes_fake", "fake_logits", shown);
            parts.push_back("classes_fake");
            weights.push_back(choice.class_weight);
        }
    }
    if (choice.penalty > 0) {
        Statement penalty{"penalty",
                          "gradient_penalty",
                          {real, fixed},
                          {{"network", std::string("D")}, {"weight", choice.penalty}}};
        if (p.d_reads_condition()) penalty.arguments.push_back("real_y");
        p.add(std::move(penalty));
        parts.push_back("penalty");
        weights.push_back(1);
    }
    if (choice.r1 > 0 && choice.r1_every == 1) {
        Statement r1{"r1", "r1", {real}, {{"network", std::string("D")}, {"gamma", choice.r1}}};
        if (p.d_reads_condition()) r1.arguments.push_back("real_y");
        p.add(std::move(r1));
        parts.push_back("r1");
        weights.push_back(1);
    }
    std::string loss = parts[0];
    if (parts.size() > 1) {
        loss = "loss_d";
        p.add({loss, "sum", parts, {{"weights", weights}}});
    } else {
        p.run.back().result = loss = "loss_d";
    }
    p.add(update("D", loss));
    if (choice.loss == "wasserstein") {
        p.add({"real_score", "mean", {"real_logits"}, {}});
        p.add({"fake_score", "mean", {"fake_logits"}, {}});
        p.add({"estimate", "sum", {"real_score", "fake_score"}, {{"weights", std::vector<double>{1, -1}}}});
    }
}

void generator(Program& p) {
    const Adversarial& choice = p.choice;
    const std::string seen = p.seen("fake");
    p.judge("judged", seen, p.wanted());
    const bool classes = choice.conditioning == Conditioning::acgan;
    p.add({classes ? "adversarial_g" : "loss_g", "gan_generator", {"judged"}, p.kind()});
    if (classes) {
        p.tell_classes("classes_judged", "judged", p.wanted());
        p.add({"loss_g",
               "sum",
               {"adversarial_g", "classes_judged"},
               {{"weights", std::vector<double>{1, choice.class_weight_g}}}});
    }
    p.add(update("G", "loss_g"));
}

// R1 in steps of its own: its gradient is then taken every so many steps only.
Phase lazy_r1(const Adversarial& choice) {
    Program p{choice, {}};
    const std::string real = p.seen("real");
    Statement r1{
        "r1", "r1", {real}, {{"network", std::string("D")}, {"gamma", choice.r1 * double(choice.r1_every)}}};
    if (p.d_reads_condition()) r1.arguments.push_back("real_y");
    p.add(std::move(r1));
    p.add(update("D", "r1"));
    Phase phase{"regularise", 1, std::move(p.run)};
    phase.timing.every = choice.r1_every;
    return phase;
}

}  // namespace

Status check_replay(const Adversarial& choice, int batch) {
    if (choice.replay == 0) return {};
    if (choice.replay < batch)
        return Error{Code::invalid_argument, "replay: a pool of " + std::to_string(choice.replay) +
                                                 " images is less than a batch of " + std::to_string(batch) +
                                                 "; 0 keeps none"};
    if (choice.pack == 1) return {};
    return Error{Code::invalid_argument,
                 "replay: " + std::to_string(choice.replay) +
                     " would mix images of many steps in one pack; it goes with pack 1, "
                     "not " +
                     std::to_string(choice.pack)};
}

Status check_r1(const Adversarial& choice, const std::string& norm) {
    if (choice.r1 == 0 || norm != "batch") return {};
    return Error{Code::invalid_argument,
                 "r1: " + number_text(choice.r1) +
                     " needs scores of one image each, which norm batch couples; set norm "
                     "none"};
}

void add_adversarial(Model& model, const Adversarial& choice) {
    const bool one_phase = choice.k == 1 && choice.timing.early_repeat == 0;
    Program first{choice, {}};
    first.draw();
    discriminator(first);
    if (one_phase) {
        generator(first);
        model.phases.push_back({"step", 1, std::move(first.run)});
    } else {
        model.phases.push_back({"critic", choice.k, std::move(first.run), choice.timing});
        Program second{choice, {}};
        second.draw();
        generator(second);
        model.phases.push_back({"generator", 1, std::move(second.run)});
    }
    if (choice.r1 > 0 && choice.r1_every > 1) model.phases.push_back(lazy_r1(choice));
    model.reports = {{"loss_d", "loss_d"}, {"loss_g", "loss_g"}};
    if (choice.loss == "wasserstein") {
        model.reports["wasserstein"] = "estimate";
    } else {
        model.reports["d_real"] = "real_logits";
        model.reports["d_fake"] = "fake_logits";
    }
    if (choice.penalty > 0) model.reports["penalty"] = "penalty";
    if (choice.r1 > 0) model.reports["r1"] = "r1";
    if (choice.conditioning == Conditioning::acgan) {
        model.reports["classes_real"] = "classes_real";
        model.reports["classes_fake"] = "classes_judged";
    }
}

void add_sources(Model& model, const SmallNets& nets, const Adversarial& choice, const std::string& latent) {
    model.sources = {{"real", "image", {nets.channels, nets.image, nets.image}},
                     {"z", latent, {nets.latent}, -1, 1}};
    model.controls.push_back(latent_control("z", latent == "uniform" ? 1 : 3));
    if (choice.conditioning == Conditioning::none) return;
    model.sources.push_back({"real_y", "attributes", {nets.condition}});
    model.sources.push_back({"y", choice.exclusive ? "categorical" : "signs", {nets.condition}});
    if (choice.exclusive)
        model.controls.push_back({"y", "label", -1, -1, double(nets.condition - 1), false,
                                  "class of the sample, -1 any; its entries blend classes"});
    else
        model.controls.push_back(
            {"y", "attribute", 0, -2, 2, false, "attributes of the sample: -1 without, 1 with"});
}

}  // namespace vkgan
