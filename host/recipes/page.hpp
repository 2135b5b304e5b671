// Recipes as a page for people: what each is, its parameters, networks, step program and controls.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/recipes/recipe.hpp"

#include <string>

namespace vkgan {

std::string recipes_page();  // Markdown, of all recipes with their defaults: docs/recipes.md
// A statement as model.hpp writes it: fake = apply(z; network: G).
std::string to_text(const Statement& statement);

}  // namespace vkgan
