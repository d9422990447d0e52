/* Compares each build of the kernels with dlib's own code on the pictures of standard input, each "width height\n" and its gray
 * pixels, to the last bit. Prints what differs, and how much was compared; exits with 1 when something differs. */
#include "hog_detector.h"

#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include <cstdio>
#include <cstring>

namespace
{
    struct build
    {
        const char* name;
        const hog::kernels& code;
    };

    const build builds[] = {{"baseline", hog::baseline}, {"avx2", hog::avx2}, {"avx512", hog::avx512}};
    long differences = 0, resized = 0, mapped = 0, faces = 0;

    void check(bool equal, const char* what, const build& with, long width, long height)
    {
        if (equal)
            return;
        ++differences;
        std::printf("%s of %ldx%ld differ with %s\n", what, width, height, with.name);
    }

    hog::gray_picture view(const dlib::array2d<unsigned char>& picture)
    {
        return {&picture[0][0], picture.nc(), picture.nr(), picture.nc()};
    }

    void compare_resize(const build& with, const dlib::array2d<unsigned char>& picture, long width, long height)
    {
        dlib::array2d<unsigned char> expected(height, width);
        dlib::resize_image(picture, expected);
        std::vector<uint8_t> actual(static_cast<size_t>(width * height));
        std::vector<float> scratch(hog::resize_scratch(width));
        with.code.resize(view(picture), actual.data(), width, height, scratch.data());
        check(std::memcmp(actual.data(), &expected[0][0], actual.size()) == 0, "resized pixels", with, width, height);
        ++resized;
    }

    void compare_features(const build& with, const dlib::array2d<unsigned char>& picture)
    {
        dlib::array<dlib::array2d<float>> expected;
        dlib::extract_fhog_features(picture, expected, hog::cell, hog::taps, hog::taps);
        const hog::feature_map shape = hog::map_for(view(picture));
        check((expected[0].size() == 0) == shape.empty(), "sizes of features", with, picture.nc(), picture.nr());
        if (shape.empty())
            return;
        std::vector<float> values(static_cast<size_t>(hog::planes * shape.plane + hog::slack)), scratch(hog::features_scratch(picture.nc()));
        hog::feature_map map = shape;
        map.values = values.data();
        with.code.features(view(picture), map, scratch.data());
        bool equal = expected[0].nr() == map.rows && expected[0].nc() == map.columns;
        for (int plane = 0; equal && plane < hog::planes; ++plane)
        {
            for (long row = 0; equal && row < map.rows; ++row)
                equal = std::memcmp(map.values + plane * map.plane + row * map.stride, &expected[plane][row][0], static_cast<size_t>(map.columns) * sizeof(float)) == 0;
        }
        check(equal, "features", with, picture.nc(), picture.nr());
        ++mapped;
    }

    void compare_faces(const build& with, const hog::model& model, dlib::frontal_face_detector& detector, const dlib::array2d<unsigned char>& picture, double threshold)
    {
        for (unsigned upsample = 0; upsample < 3; ++upsample)
        {
            const dlib::pyramid_down<2> doubling;
            dlib::array2d<unsigned char> larger;
            dlib::assign_image(larger, picture);
            for (unsigned i = 0; i < upsample; ++i)
                dlib::pyramid_up(larger, doubling);
            std::vector<dlib::rect_detection> expected;
            detector(larger, expected, threshold);

            hog::search search(model, view(picture), upsample, threshold, 0);
            for (size_t level = search.levels(); level-- > 0;)
                search.scan(level);
            const auto actual = search.faces();
            bool equal = actual.size() == expected.size();
            for (size_t i = 0; equal && i < actual.size(); ++i)
            {
                const auto box = upsample > 0 ? dlib::rectangle(doubling.rect_down(expected[i].rect, upsample)) : expected[i].rect;
                equal = actual[i].rect == box && actual[i].weight_index == expected[i].weight_index
                    && actual[i].detection_confidence == expected[i].detection_confidence;
            }
            check(equal, "faces", with, picture.nc(), picture.nr());
            faces += static_cast<long>(expected.size());
        }
    }
}

int main()
{
    auto detector = dlib::get_frontal_face_detector();
    std::vector<hog::model> models;
    for (const auto& with : builds)
        models.push_back(hog::load_model(with.code));

    long width = 0, height = 0;
    while (std::scanf("%ld %ld", &width, &height) == 2 && std::getchar() == '\n')
    {
        dlib::array2d<unsigned char> picture(height, width);
        if (std::fread(&picture[0][0], 1, static_cast<size_t>(width * height), stdin) != static_cast<size_t>(width * height))
            return 2;
        for (size_t i = 0; i < models.size(); ++i)
        {
            if (!hog::can_run(builds[i].code))
                continue;
            compare_resize(builds[i], picture, 5 * width / 6 + 1, 5 * height / 6 + 1);
            compare_resize(builds[i], picture, 2 * width + 2, 2 * height + 1);
            compare_features(builds[i], picture);
            compare_faces(builds[i], models[i], detector, picture, -0.7);
        }
    }
    std::printf("%ld differences in %ld resized pictures, %ld feature maps, %ld faces\n", differences, resized, mapped, faces);
    return differences == 0 ? 0 : 1;
}
