// What undo brings back, and what it leaves alone.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/history.hpp"

#include <doctest/doctest.h>

using viewer::History;
using viewer::ViewerState;

TEST_CASE("a drag is one change, undone and redone at once") {
    History history;
    ViewerState state;
    history.note(state, false);
    CHECK_FALSE(history.can_undo());
    for (int i = 1; i <= 5; ++i) {
        state.truncation = 1 + 0.1 * i;
        history.note(state, true);
    }
    CHECK_FALSE(history.can_undo());  // it is still held
    history.note(state, false);
    REQUIRE(history.can_undo());
    history.undo(state);
    CHECK(state.truncation == 1);
    CHECK_FALSE(history.can_undo());
    history.note(state, false);  // undoing is no change of its own
    REQUIRE(history.can_redo());
    history.redo(state);
    CHECK(state.truncation == doctest::Approx(1.5));
    CHECK_FALSE(history.can_redo());
}

TEST_CASE("a new change forgets what was undone") {
    History history;
    ViewerState state;
    history.note(state, false);
    state.plane.seed = 5;
    history.note(state, false);
    history.undo(state);
    state.plane.seed = 11;
    history.note(state, false);
    CHECK_FALSE(history.can_redo());
    history.undo(state);
    CHECK(state.plane.seed == ViewerState().plane.seed);
}

TEST_CASE("looking around and what moves by itself are no changes") {
    History history;
    ViewerState state;
    state.plane.animated = true;
    state.controls = {{.name = "Smiling", .set = true, .animated = true}};
    history.note(state, false);
    state.page = viewer::Page::material;
    state.canvas.zoom = 4;
    state.plane.x += 0.3;
    state.controls[0].value = 0.8;
    state.seconds = 12;
    history.note(state, false);
    CHECK_FALSE(history.can_undo());
    state.plane.seed = 3;
    history.note(state, false);
    state.canvas.zoom = 8;
    REQUIRE(history.can_undo());
    history.undo(state);
    CHECK(state.plane.seed == ViewerState().plane.seed);
    CHECK(state.canvas.zoom == 8);  // one goes on looking where one looked
    CHECK(state.page == viewer::Page::material);
}

TEST_CASE("the oldest of very many changes are forgotten") {
    History history;
    ViewerState state;
    history.note(state, false);
    for (int i = 0; i < 500; ++i) {
        state.plane.seed = 100 + i;
        history.note(state, false);
    }
    size_t undone = 0;
    for (; history.can_undo(); ++undone) history.undo(state);
    CHECK(undone == History::most);
    CHECK(state.plane.seed == 100 + 500 - 1 - int64_t(History::most));
}
