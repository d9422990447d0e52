// dlib for peer.py: Debian has no Python package of it. One detector and one predictor for the process, used by one thread.
#include <cstdint>
#include <cstring>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

namespace {

dlib::frontal_face_detector detector;
dlib::shape_predictor predictor;

dlib::array2d<unsigned char> Copy(const uint8_t* pixels, int width, int height) {
    dlib::array2d<unsigned char> image(height, width);
    for (int y = 0; y < height; y++) std::memcpy(&image[y][0], pixels + static_cast<size_t>(y) * width, width);
    return image;
}

}  // namespace

extern "C" {

void shim_load(const char* model) {
    detector = dlib::get_frontal_face_detector();
    dlib::deserialize(model) >> predictor;
}

// Boxes as left, top, right, bottom; looks in the picture doubled once. Returns how many there are, at most `most`.
int shim_detect(const uint8_t* pixels, int width, int height, int32_t* boxes, int most) {
    auto image = Copy(pixels, width, height);
    dlib::pyramid_up(image);
    const dlib::pyramid_down<2> pyramid;
    int count = 0;
    for (const auto& found : detector(image)) {
        if (count == most) break;
        const dlib::rectangle box = pyramid.rect_down(found);  // rounded: it comes back in fractions
        int32_t* out = boxes + 4 * count++;
        out[0] = box.left(), out[1] = box.top(), out[2] = box.right(), out[3] = box.bottom();
    }
    return count;
}

// The 68 points of a box, x and y in turn.
void shim_landmarks(const uint8_t* pixels, int width, int height, const int32_t* box, int32_t* points) {
    const auto image = Copy(pixels, width, height);
    const auto shape = predictor(image, dlib::rectangle(box[0], box[1], box[2], box[3]));
    for (unsigned long i = 0; i < shape.num_parts(); i++) {
        points[2 * i] = shape.part(i).x();
        points[2 * i + 1] = shape.part(i).y();
    }
}
}
