#include "hog_detector.h"

#include "frontal_faces.h"

#include <dlib/image_processing/frontal_face_detector.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>

namespace hog
{
    namespace
    {
        typedef dlib::pyramid_down<6> pyramid;
        typedef dlib::pyramid_down<2> doubling;

        /// Where the detection window stands that has its middle in this cell, in pixels of the level.
        dlib::rectangle window_at(long column, long row)
        {
            return dlib::fhog_to_image(dlib::centered_rect(dlib::point(column, row), taps, taps), cell, taps, taps);
        }
    }

    feature_map map_for(const gray_picture& picture)
    {
        const long across = cells(picture.width) - 2, down = cells(picture.height) - 2;
        if (across <= 0 || down <= 0)
            return {nullptr, 0, 0, 0, 0};
        const long rows = down + taps - 1, columns = across + taps - 1, stride = (columns + slack + 15) / 16 * 16;
        return {nullptr, rows, columns, stride, rows * stride};
    }

    memory_pool::block::block(memory_pool& pool, size_t bytes) : _pool(pool), _size(bytes), _used(bytes)
    {
        {
            const std::lock_guard<std::mutex> lock(pool._mutex);
            const auto fits = std::find_if(pool._idle.begin(), pool._idle.end(), [&](const auto& idle) { return idle.first >= bytes; });
            if (fits != pool._idle.end())
            {
                _size = fits->first;
                _bytes = std::move(fits->second);
                pool._idle.erase(fits);
                return;
            }
        }
        _bytes = std::unique_ptr<uint8_t[]>(new uint8_t[bytes]());
    }

    memory_pool::block::~block()
    {
        if (_size > largest_kept)
            return;
        std::memset(_bytes.get(), 0, _used);
        const std::lock_guard<std::mutex> lock(_pool._mutex);
        auto& idle = _pool._idle; // smallest first, so that a search takes the smallest that fits
        idle.insert(std::upper_bound(idle.begin(), idle.end(), _size, [](size_t size, const auto& other) { return size < other.first; }),
            std::make_pair(_size, std::move(_bytes)));
        if (idle.size() > most_kept)
            idle.erase(idle.begin());
    }

    void memory_pool::give_back()
    {
        const std::lock_guard<std::mutex> lock(_mutex);
        _idle.clear();
    }

    bool can_run(const kernels& code)
    {
        if (&code == &avx512)
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
                && __builtin_cpu_supports("avx512vl");
        return &code != &avx2 || __builtin_cpu_supports("avx2");
    }

    const kernels& best_kernels()
    {
        return can_run(avx512) ? avx512 : can_run(avx2) ? avx2 : baseline;
    }

    model load_model(const kernels& code)
    {
        std::istringstream serialized(std::string(reinterpret_cast<const char*>(frontal_faces), frontal_faces_size));
        dlib::frontal_face_detector detector;
        deserialize(detector, serialized);
        const auto& scanner = detector.get_scanner();
        if (scanner.get_cell_size() != cell || scanner.get_padding() != 0 || scanner.get_fhog_window_width() != taps
            || scanner.get_fhog_window_height() != taps || scanner.get_max_pyramid_levels() < 100)
            throw std::logic_error("dlib's frontal face detector is not the one that is known here.");

        model loaded;
        loaded.overlap = detector.get_overlap_tester();
        loaded.smallest_width = static_cast<long>(scanner.get_min_pyramid_layer_width());
        loaded.smallest_height = static_cast<long>(scanner.get_min_pyramid_layer_height());
        loaded.code = &code;
        loaded.memory = std::make_unique<memory_pool>();
        for (unsigned long i = 0; i < detector.num_detectors(); ++i)
        {
            const auto& weights = detector.get_processed_w(i);
            const auto& bank = weights.get_detect_argument();
            model::sub_detector sub;
            sub.threshold = weights.w(scanner.get_num_dimensions());
            for (size_t plane = 0; plane < bank.row_filters.size(); ++plane)
            {
                for (size_t j = 0; j < bank.row_filters[plane].size(); ++j)
                {
                    separable_filter filter;
                    filter.plane = static_cast<int>(plane);
                    for (int n = 0; n < taps; ++n)
                    {
                        filter.across[n] = bank.row_filters[plane][j](n);
                        filter.down[n] = bank.col_filters[plane][j](n);
                    }
                    sub.filters.push_back(filter);
                }
            }
            // dlib would then use the filters as they are, which is another sum.
            if (sub.filters.empty() || static_cast<double>(sub.filters.size()) > planes * taps / 3.0)
                throw std::logic_error("dlib's frontal face detector is not separable.");
            loaded.detectors.push_back(std::move(sub));
        }
        return loaded;
    }

    search::search(const model& with, const gray_picture& picture, unsigned upsample, double threshold, long smallest)
        : _model(with), _threshold(threshold), _upsample(upsample)
    {
        // The sizes of all pictures first, so that they get one block of memory.
        std::vector<std::pair<long, long>> sizes; // width, height
        std::pair<long, long> size(picture.width, picture.height);
        for (unsigned i = 0; i < upsample; ++i)
        {
            const dlib::rectangle larger = doubling().rect_up(dlib::rectangle(0, 0, size.first - 1, size.second - 1));
            sizes.push_back(size = {larger.right() + 1, larger.bottom() + 1});
        }
        dlib::rectangle frame(0, 0, size.first - 1, size.second - 1);
        for (;;)
        {
            frame = pyramid().rect_down(frame);
            if (static_cast<long>(frame.width()) < _model.smallest_width || static_cast<long>(frame.height()) < _model.smallest_height)
                break;
            sizes.push_back(size = {5 * size.first / 6, 5 * size.second / 6});
        }
        size_t pixels = 0, scratch_size = 0;
        for (const auto& one : sizes)
        {
            pixels += static_cast<size_t>(one.first * one.second);
            scratch_size = std::max(scratch_size, resize_scratch(one.first) * sizeof(float));
        }
        _pixels = std::make_unique<memory_pool::block>(*with.memory, scratch_size + pixels);

        gray_picture current = picture;
        float* const scratch = reinterpret_cast<float*>(_pixels->get()); // first, where it is aligned
        uint8_t* next = _pixels->get() + scratch_size;
        for (size_t i = 0; i <= sizes.size(); ++i)
        {
            if (i >= upsample)
                add_level(current, static_cast<unsigned>(i - upsample), smallest);
            if (i == sizes.size())
                break;
            const gray_picture to = {next, sizes[i].first, sizes[i].second, sizes[i].first};
            _model.code->resize(current, next, to.width, to.height, scratch);
            next += to.width * to.height;
            current = to;
        }
    }

    void search::add_level(const gray_picture& picture, unsigned depth, long smallest)
    {
        // The window's size in the picture that was given; rounding may make a box a pixel larger.
        dlib::rectangle window = pyramid().rect_up(window_at(taps, taps), depth);
        if (_upsample > 0)
            window = doubling().rect_down(window, _upsample);
        if (static_cast<long>(window.width()) + 1 >= smallest)
            _levels.push_back({picture, depth, decltype(level::found)(_model.detectors.size())});
    }

    void search::scan(size_t index)
    {
        level& here = _levels[index];
        feature_map map = map_for(here.picture);
        if (map.empty())
            return;

        const size_t map_floats = static_cast<size_t>(planes * map.plane + slack);
        const size_t scratch_size = std::max(features_scratch(here.picture.width), filter_scratch(map.rows));
        const size_t sums_size = static_cast<size_t>(map.plane);
        const memory_pool::block memory(*_model.memory, (map_floats + sums_size + scratch_size) * sizeof(float));
        map.values = reinterpret_cast<float*>(memory.get());
        float *sums = map.values + map_floats, *scratch = sums + sums_size;
        _model.code->features(here.picture, map, scratch);

        const long before = taps / 2, after = (taps - 1) / 2;
        for (size_t d = 0; d < _model.detectors.size(); ++d)
        {
            const auto& detector = _model.detectors[d];
            const double threshold = detector.threshold + _threshold;
            _model.code->filter(map, detector.filters.data(), detector.filters.size(), sums, scratch);
            for (long r = before; r < map.rows - after; ++r)
            {
                for (long c = before; c < map.columns - after; ++c)
                {
                    if (sums[r * map.stride + c] >= threshold)
                        here.found[d].push_back({sums[r * map.stride + c], pyramid().rect_up(window_at(c, r), here.depth)});
                }
            }
        }
    }

    std::vector<dlib::rect_detection> search::faces() const
    {
        // The same sorts of the same sequences as dlib's, so that equal scores fall into the same order.
        std::vector<dlib::rect_detection> all, best;
        for (size_t d = 0; d < _model.detectors.size(); ++d)
        {
            std::vector<std::pair<double, dlib::rectangle>> found;
            for (const auto& level : _levels)
                found.insert(found.end(), level.found[d].begin(), level.found[d].end());
            std::sort(found.rbegin(), found.rend(), [](const auto& a, const auto& b) { return a.first < b.first; });
            for (const auto& face : found)
                all.push_back({face.first - _model.detectors[d].threshold, d, face.second});
        }
        std::sort(all.rbegin(), all.rend());
        for (const auto& face : all)
        {
            if (std::none_of(best.begin(), best.end(), [&](const auto& other) { return _model.overlap(other.rect, face.rect); }))
                best.push_back(face);
        }
        for (auto& face : best)
        {
            if (_upsample > 0)
                face.rect = doubling().rect_down(face.rect, _upsample);
        }
        return best;
    }
}
