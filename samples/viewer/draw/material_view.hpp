// What the material preview shows and from where: plain data, as a session file keeps it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace viewer {

// The plane is an upright tile, as thin as a board. Each stands on the floor, about two units high.
enum class MaterialShape : uint8_t { sphere, cube, plane };

// Values out of range are drawn as the nearest in range.
struct MaterialView {
    MaterialShape shape = MaterialShape::sphere;
    // Of the camera around the object, radians. Yaw 0 is in front of it; positive moves the camera to the
    // right. Pitch is -1.5 to 1.5, positive: from above.
    float yaw = 0.4f, pitch = 0.22f;
    float distance = 5;  // of the camera from the object's middle, 2 to 20
    // Of the direction that the light comes from, radians; as yaw and pitch, but the camera does not move it.
    float light_yaw = 0.9f, light_pitch = 0.75f;
    float light_strength = 1;  // 0 (off) to 10
    float tiles = 2;           // repeats from the object's top to its bottom, 1 to 8
    float roughness = 0.4f;    // where there is no map: 0 (polished) to 1 (matt)
    float bumpiness = 0.3f;    // where there is no normal map: 0 (smooth) to 1 (deep)
    float exposure = 0;        // stops, -8 to 8: 1 is twice as bright

    bool operator==(const MaterialView&) const = default;
};

}  // namespace viewer
