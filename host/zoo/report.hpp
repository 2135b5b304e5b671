// What a verification says: as text, as JSON, and the page of all.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/zoo/zoo.hpp"

namespace vkgan {

struct ZooReport {
    std::string name, tier, device, driver, date;  // date: YYYY-MM-DD
    int seeds = 1;
    ZooVerdict verdict;
};
std::string to_text(const ZooReport& report);
std::string to_json(const ZooReport& report);  // one object; pictures from the folder that it lies in
std::string zoo_list(bool json);

// Markdown with a row and a picture for every entry, from files NAME-S.json and NAME-M.json in `results`,
// whose pictures lie beside them as NAME.png.
Result<std::string> zoo_page(const std::filesystem::path& results, const std::string& link);

}  // namespace vkgan
