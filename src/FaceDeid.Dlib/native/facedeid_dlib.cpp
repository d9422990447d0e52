#include "facedeid_dlib.h"

#include "hog_detector.h"
#include "shape_model.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

struct facedeid_detector
{
    std::shared_ptr<const hog::model> model;
};

struct facedeid_search
{
    std::shared_ptr<const hog::model> model; // outlives its detector
    hog::search search;
    std::vector<facedeid_detection> faces;
};

struct facedeid_predictor
{
    shape_model model;
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

    hog::gray_picture picture_of(const uint8_t* pixels, int32_t width, int32_t height, int32_t stride)
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

    const hog::kernels& kernels_of(int32_t instruction_set)
    {
        const hog::kernels* const all[] = {&hog::best_kernels(), &hog::baseline, &hog::avx2, &hog::avx512};
        require(instruction_set >= 0 && instruction_set < 4, "instruction_set is none of facedeid_instruction_set.");
        require(hog::can_run(*all[instruction_set]), "This processor does not have the instruction set.");
        return *all[instruction_set];
    }

    shape_model load(const std::string& path)
    {
        std::error_code ignored;
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
        if (!file || !std::filesystem::is_regular_file(path, ignored))
            throw failure(FACEDEID_FILE_UNREADABLE, "Cannot read the file '" + path + "'.");
        try
        {
            return shape_model(file.get());
        }
        catch (const corrupt_model& error)
        {
            throw failure(FACEDEID_CORRUPT_MODEL, "'" + path + "' is not a whole dlib shape predictor: " + error.what());
        }
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

facedeid_status facedeid_detector_create(int32_t instruction_set, facedeid_detector** detector)
{
    return guarded([&] {
        require(detector != nullptr, "detector is NULL.");
        *detector = nullptr;
        *detector = new facedeid_detector{std::make_shared<hog::model>(hog::load_model(kernels_of(instruction_set)))};
    });
}

void facedeid_detector_destroy(facedeid_detector* detector)
{
    delete detector;
}

facedeid_status facedeid_detector_give_back(const facedeid_detector* detector)
{
    return guarded([&] {
        require(detector != nullptr, "detector is NULL.");
        detector->model->memory->give_back();
    });
}

facedeid_status facedeid_search_create(const facedeid_detector* detector, const uint8_t* pixels, int32_t width, int32_t height,
    int32_t stride, int32_t upsample, double threshold, int32_t smallest, facedeid_search** search, int32_t* levels)
{
    return guarded([&] {
        require(search != nullptr && levels != nullptr, "search or levels is NULL.");
        *search = nullptr;
        *levels = 0;
        require(detector != nullptr, "detector is NULL.");
        const hog::gray_picture picture = picture_of(pixels, width, height, stride);
        require(upsample >= 0 && upsample <= FACEDEID_MAX_UPSAMPLE, "upsample must be 0, 1 or 2.");
        const int32_t longest = std::numeric_limits<int32_t>::max() >> (FACEDEID_MAX_UPSAMPLE + 1);
        require(width <= longest && height <= longest, "the picture is too large.");
        require(std::isfinite(threshold), "threshold must be finite.");

        const auto& model = detector->model;
        *search = new facedeid_search{model, hog::search(*model, picture, static_cast<unsigned>(upsample), threshold, smallest), {}};
        *levels = static_cast<int32_t>((*search)->search.levels());
    });
}

void facedeid_search_destroy(facedeid_search* search)
{
    delete search;
}

facedeid_status facedeid_search_scan(facedeid_search* search, int32_t level)
{
    return guarded([&] {
        require(search != nullptr, "search is NULL.");
        require(level >= 0 && static_cast<size_t>(level) < search->search.levels(), "level is none of the picture's.");
        search->search.scan(static_cast<size_t>(level));
    });
}

facedeid_status facedeid_search_finish(facedeid_search* search, int32_t* count)
{
    return guarded([&] {
        require(search != nullptr && count != nullptr, "search or count is NULL.");
        search->faces.clear();
        for (const auto& face : search->search.faces())
        {
            const facedeid_rectangle box = {
                narrow(face.rect.left()), narrow(face.rect.top()), narrow(face.rect.right()), narrow(face.rect.bottom())};
            search->faces.push_back({box, face.detection_confidence, static_cast<int32_t>(face.weight_index)});
        }
        *count = static_cast<int32_t>(search->faces.size());
    });
}

facedeid_status facedeid_search_results(const facedeid_search* search, facedeid_detection* results, int32_t capacity)
{
    return guarded([&] {
        require(search != nullptr, "search is NULL.");
        const auto& faces = search->faces;
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
        *predictor = new facedeid_predictor{load(path)};
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
        *count = static_cast<int32_t>(predictor->model.parts());
    });
}

facedeid_status facedeid_predictor_predict(const facedeid_predictor* predictor, const uint8_t* pixels, int32_t width,
    int32_t height, int32_t stride, const facedeid_rectangle* face, facedeid_point* points, int32_t capacity)
{
    return guarded([&] {
        require(predictor != nullptr && face != nullptr && points != nullptr, "predictor, face or points is NULL.");
        const hog::gray_picture picture = picture_of(pixels, width, height, stride);
        require(face->left <= face->right && face->top <= face->bottom, "face is empty.");
        // dlib computes in floats: beyond 2^24 they no longer hold every whole number.
        const int32_t farthest = 1 << 24;
        require(face->left >= -farthest && face->top >= -farthest && face->right <= farthest && face->bottom <= farthest,
            "face is too far away.");
        require(capacity >= 0 && static_cast<size_t>(capacity) >= predictor->model.parts(),
            "capacity is below the number of points.");

        const auto found = predictor->model.points(picture, {face->left, face->top, face->right, face->bottom});
        for (size_t part = 0; part < found.size(); ++part)
            points[part] = {narrow(found[part].x()), narrow(found[part].y())};
    });
}
