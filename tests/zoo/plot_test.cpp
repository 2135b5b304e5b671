// Plots: ticks, the SVG's structure, escaping, numbers that are none.
// SPDX-License-Identifier: MIT
#include "host/zoo/plot.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace vkgan::plot;

namespace {

size_t count(const std::string& text, const std::string& part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string svg_of(Mark mark) { return to_svg({.panels = {{.marks = {std::move(mark)}}}}); }

}  // namespace

TEST_CASE("ticks are round numbers inside the range") {
    CHECK(nice_ticks(0, 10, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
    CHECK(nice_ticks(-1, 1, 4) == std::vector<double>{-1, -0.5, 0, 0.5, 1});
    CHECK(nice_ticks(3, 17, 3) == std::vector<double>{5, 10, 15});
    CHECK(nice_ticks(1, 1, 4).empty());
    CHECK(nice_ticks(not_a_number, 1, 4).empty());
    CHECK(nice_ticks(0, infinity, 4).empty());
}

TEST_CASE("text is escaped") {
    CHECK(escape("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d");
    const std::string svg = to_svg({.title = "<p>", .panels = {{.title = "x & y"}}});
    CHECK(svg.find("&lt;p&gt;") != std::string::npos);
    CHECK(svg.find("x &amp; y") != std::string::npos);
}

TEST_CASE("a plot has a frame for every panel and one legend entry for every label") {
    const Mark line{.x = {0, 1}, .y = {0, 1}, .label = "truth"};
    const Plot plot{
        .title = "T", .panels = {{.marks = {line}}, {.marks = {line}}, {.span = 2}}, .columns = 2};
    const std::string svg = to_svg(plot);
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(count(svg, "<clipPath") == 3);
    CHECK(count(svg, ">truth</text>") == 1);
    CHECK(count(svg, "<g") == count(svg, "</g>"));
    CHECK(count(svg, "font-size=\"12\"") > 4);
    for (const char* small : {"font-size=\"8\"", "font-size=\"9\"", "font-size=\"10\""})
        CHECK(count(svg, small) == 0);
}

TEST_CASE("numbers that are none leave gaps, never text") {
    const std::string gap =
        svg_of({.x = {0, 1, 2, 3, 4}, .y = {0, 1, not_a_number, 1, infinity}, .label = "l"});
    for (const char* word : {"nan", "inf"}) CHECK(count(gap, word) == 0);
    const size_t begin = gap.find("<g clip-path");
    const std::string marks = gap.substr(begin, gap.find("</g>", begin) - begin);
    CHECK(count(marks, "M") == 2);
    CHECK(count(marks, "L") == 1);

    const std::vector<double> bad{not_a_number, infinity, -infinity, not_a_number};
    for (const auto kind : {Mark::Kind::line, Mark::Kind::area, Mark::Kind::bars, Mark::Kind::points,
                            Mark::Kind::arrows, Mark::Kind::heat}) {
        const Mark mark{.kind = kind, .x = bad, .y = bad, .x2 = bad, .y2 = bad, .columns = 2};
        for (const char* word : {"nan", "inf"}) CHECK(count(svg_of(mark), word) == 0);
    }
}

TEST_CASE("strokes, areas, bars, points and heat maps are drawn as such") {
    CHECK(count(svg_of({.x = {0, 1}, .y = {0, 1}, .stroke = Stroke::dashed}), "stroke-dasharray=\"8 5\"") ==
          1);
    CHECK(count(svg_of({.kind = Mark::Kind::points, .x = {0, 1, 2}, .y = {0, 1, 2}}), "<circle") == 3);
    CHECK(count(svg_of({.kind = Mark::Kind::area, .x = {0, 1, 2}, .y = {1, 2}}), " Z") == 2);
    // Beside the background and the panel's clip.
    CHECK(count(svg_of({.kind = Mark::Kind::bars, .x = {0, 1}, .y = {1, 2}}), "<rect") == 2 + 2);
    const Mark heat{.kind = Mark::Kind::heat, .x = {0, 1, 0, 1}, .y = {0, 1, 2, not_a_number}, .columns = 2};
    CHECK(count(svg_of(heat), "<rect") == 2 + 3);
}

TEST_CASE("a logarithmic axis has powers of ten and leaves out what is not above 0") {
    const Panel panel{.y = {.logarithmic = true}, .marks = {{.x = {0, 1, 2, 3}, .y = {0.001, 10, 0, -5}}}};
    const std::string svg = to_svg({.panels = {panel}});
    CHECK(count(svg, ">1e-3</text>") == 1);
    CHECK(count(svg, ">10</text>") == 1);
    CHECK(count(svg, "nan") == 0);
}
