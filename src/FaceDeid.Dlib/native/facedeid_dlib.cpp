#include "facedeid_dlib.h"

#include <dlib/array2d.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/image_transforms.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{
    /// A picture in somebody else's memory, which dlib reads in place.
    struct gray_view
    {
        const uint8_t* pixels;
        long width, height, stride;
    };

    // dlib finds these by argument-dependent lookup; see <dlib/image_processing/generic_image.h>.
    long num_rows(const gray_view& view) { return view.height; }
    long num_columns(const gray_view& view) { return view.width; }
    long width_step(const gray_view& view) { return view.stride; }
    const void* image_data(const gray_view& view) { return view.pixels; }
}

namespace dlib
{
    template <>
    struct image_traits<gray_view>
    {
        typedef unsigned char pixel_type;
    };

    template <>
    struct image_traits<const gray_view> : image_traits<gray_view>
    {
    };
}

struct facedeid_detector
{
    dlib::frontal_face_detector detector;
    std::vector<facedeid_detection> faces;
};

struct facedeid_predictor
{
    dlib::shape_predictor predictor;
};

namespace
{
    thread_local char last_error[512];

    struct failure : std::runtime_error
    {
        failure(facedeid_status status, const std::string& text) : std::runtime_error(text), status(status) {}
        facedeid_status status;
    };

    void require(bool condition, const char* otherwise)
    {
        if (!condition)
            throw failure(FACEDEID_INVALID_ARGUMENT, otherwise);
    }

    facedeid_status fail(facedeid_status status, const char* text) noexcept
    {
        std::snprintf(last_error, sizeof last_error, "%s", text);
        return status;
    }

    /// The wall: runs `body` and turns whatever it throws into a status and a text.
    template <typename Body>
    facedeid_status guarded(const Body& body) noexcept
    {
        last_error[0] = '\0';
        try
        {
            body();
            return FACEDEID_OK;
        }
        catch (const failure& error)
        {
            return fail(error.status, error.what());
        }
        catch (const std::bad_alloc&)
        {
            return fail(FACEDEID_OUT_OF_MEMORY, "Out of memory.");
        }
        catch (const std::exception& error)
        {
            return fail(FACEDEID_INTERNAL, error.what());
        }
        catch (...)
        {
            return fail(FACEDEID_INTERNAL, "Unknown C++ exception.");
        }
    }

    gray_view view_of(const uint8_t* pixels, int32_t width, int32_t height, int32_t stride)
    {
        require(pixels != nullptr, "pixels is NULL.");
        require(width > 0 && height > 0, "width and height must be positive.");
        require(stride >= width, "stride must be at least width.");
        return {pixels, width, height, stride};
    }

    // Callers have checked that the coordinates of the picture, and so those of dlib's answers, fit.
    int32_t narrow(long value)
    {
        if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max())
            throw failure(FACEDEID_INTERNAL, "A coordinate does not fit into 32 bits.");
        return static_cast<int32_t>(value);
    }

    /// Takes its own copy of the detector: dlib leaves the features of the picture, from which a face can be guessed, in the
    /// detector that has run (6 bytes per pixel). The copy costs 0.1 ms; a run with reused memory was no faster.
    std::vector<dlib::rect_detection> run(
        dlib::frontal_face_detector detector, const gray_view& picture, unsigned upsample, double threshold)
    {
        std::vector<dlib::rect_detection> found;
        if (upsample == 0)
        {
            detector(picture, found, threshold);
            return found;
        }

        const dlib::pyramid_down<2> pyramid;
        dlib::array2d<unsigned char> larger;
        dlib::pyramid_up(picture, larger, pyramid);
        for (unsigned level = 1; level < upsample; ++level)
            dlib::pyramid_up(larger, pyramid);
        detector(larger, found, threshold);
        for (auto& face : found)
            face.rect = pyramid.rect_down(face.rect, upsample);
        return found;
    }

    void load(dlib::shape_predictor& predictor, const std::string& path)
    {
        std::error_code ignored;
        std::ifstream file(path, std::ios::binary);
        if (!file || !std::filesystem::is_regular_file(path, ignored))
            throw failure(FACEDEID_FILE_UNREADABLE, "Cannot read the file '" + path + "'.");

        const auto corrupt = [&](const std::string& why)
        { return failure(FACEDEID_CORRUPT_MODEL, "'" + path + "' is not a whole dlib shape predictor: " + why); };
        try
        {
            deserialize(predictor, file);
        }
        catch (const dlib::serialization_error& error)
        {
            throw corrupt(error.what());
        }
        catch (const std::length_error&)
        {
            throw corrupt("it states an impossible length.");
        }
        if (predictor.num_parts() == 0)
            throw corrupt("it predicts no points.");
        if (file.peek() != std::ifstream::traits_type::eof())
            throw corrupt("it has bytes after its end.");
    }
}

int32_t facedeid_abi_version(void)
{
    return FACEDEID_ABI_VERSION;
}

const char* facedeid_last_error(void)
{
    return last_error;
}

facedeid_status facedeid_detector_create(facedeid_detector** detector)
{
    return guarded([&] {
        require(detector != nullptr, "detector is NULL.");
        *detector = nullptr;
        *detector = new facedeid_detector{dlib::get_frontal_face_detector(), {}};
    });
}

facedeid_status facedeid_detector_clone(const facedeid_detector* source, facedeid_detector** detector)
{
    return guarded([&] {
        require(detector != nullptr, "detector is NULL.");
        *detector = nullptr;
        require(source != nullptr, "source is NULL.");
        *detector = new facedeid_detector{source->detector, {}};
    });
}

void facedeid_detector_destroy(facedeid_detector* detector)
{
    delete detector;
}

facedeid_status facedeid_detector_run(facedeid_detector* detector, const uint8_t* pixels, int32_t width, int32_t height,
    int32_t stride, int32_t upsample, double threshold, int32_t* count)
{
    return guarded([&] {
        require(detector != nullptr && count != nullptr, "detector or count is NULL.");
        *count = 0;
        detector->faces.clear();
        const gray_view picture = view_of(pixels, width, height, stride);
        require(upsample >= 0 && upsample <= FACEDEID_MAX_UPSAMPLE, "upsample must be 0, 1 or 2.");
        const int32_t longest = std::numeric_limits<int32_t>::max() >> (FACEDEID_MAX_UPSAMPLE + 1);
        require(width <= longest && height <= longest, "the picture is too large.");
        require(std::isfinite(threshold), "threshold must be finite.");

        for (const auto& face : run(detector->detector, picture, static_cast<unsigned>(upsample), threshold))
        {
            const facedeid_rectangle box = {
                narrow(face.rect.left()), narrow(face.rect.top()), narrow(face.rect.right()), narrow(face.rect.bottom())};
            detector->faces.push_back({box, face.detection_confidence, static_cast<int32_t>(face.weight_index)});
        }
        *count = static_cast<int32_t>(detector->faces.size());
    });
}

facedeid_status facedeid_detector_results(const facedeid_detector* detector, facedeid_detection* results, int32_t capacity)
{
    return guarded([&] {
        require(detector != nullptr, "detector is NULL.");
        const auto& faces = detector->faces;
        require(capacity >= 0 && static_cast<size_t>(capacity) >= faces.size(), "capacity is below the number of faces.");
        require(faces.empty() || results != nullptr, "results is NULL.");
        std::copy(faces.begin(), faces.end(), results);
    });
}

facedeid_status facedeid_predictor_load(const char* path, facedeid_predictor** predictor)
{
    return guarded([&] {
        require(predictor != nullptr, "predictor is NULL.");
        *predictor = nullptr;
        require(path != nullptr, "path is NULL.");
        auto loaded = std::make_unique<facedeid_predictor>();
        load(loaded->predictor, path);
        *predictor = loaded.release();
    });
}

void facedeid_predictor_destroy(facedeid_predictor* predictor)
{
    delete predictor;
}

facedeid_status facedeid_predictor_point_count(const facedeid_predictor* predictor, int32_t* count)
{
    return guarded([&] {
        require(predictor != nullptr && count != nullptr, "predictor or count is NULL.");
        *count = static_cast<int32_t>(predictor->predictor.num_parts());
    });
}

facedeid_status facedeid_predictor_predict(const facedeid_predictor* predictor, const uint8_t* pixels, int32_t width,
    int32_t height, int32_t stride, const facedeid_rectangle* face, facedeid_point* points, int32_t capacity)
{
    return guarded([&] {
        require(predictor != nullptr && face != nullptr && points != nullptr, "predictor, face or points is NULL.");
        const gray_view picture = view_of(pixels, width, height, stride);
        require(face->left <= face->right && face->top <= face->bottom, "face is empty.");
        // dlib computes in floats: beyond 2^24 they no longer hold every whole number.
        const int32_t farthest = 1 << 24;
        require(face->left >= -farthest && face->top >= -farthest && face->right <= farthest && face->bottom <= farthest,
            "face is too far away.");
        require(capacity >= 0 && static_cast<unsigned long>(capacity) >= predictor->predictor.num_parts(),
            "capacity is below the number of points.");

        const auto shape = predictor->predictor(picture, {face->left, face->top, face->right, face->bottom});
        for (unsigned long part = 0; part < shape.num_parts(); ++part)
            points[part] = {narrow(shape.part(part).x()), narrow(shape.part(part).y())};
    });
}
