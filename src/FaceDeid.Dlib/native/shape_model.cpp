#include "shape_model.h"

#include <dlib/image_processing/shape_predictor.h>

#include <cmath>
#include <cstdio>
#include <cstring>

/// dlib's portable numbers: a byte with a length and a sign, then so many bytes, lowest first; floats are a mantissa and an exponent.
class shape_model::reader
{
public:
    explicit reader(std::FILE* file) : _file(file) {}

    int64_t integer()
    {
        if (_end - _next < 9)
            refill();
        if (_next == _end)
            throw corrupt_model("it ends too early.");
        const unsigned control = *_next, length = control & 0x0f;
        if ((control & 0x70) != 0 || length > 8)
            throw corrupt_model("a number is not in dlib's format.");
        if (_end - _next < 1 + static_cast<ptrdiff_t>(length))
            throw corrupt_model("it ends too early.");
        uint64_t value = 0; // read whole, which the buffer has room for, and cut off
        std::memcpy(&value, _next + 1, sizeof value);
        if (length < 8)
            value &= (uint64_t(1) << (8 * length)) - 1;
        _next += 1 + length;
        return (control & 0x80) != 0 ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
    }

    size_t count(size_t most)
    {
        const int64_t value = integer();
        if (value < 0 || static_cast<uint64_t>(value) > most)
            throw corrupt_model("it states an impossible length or index.");
        return static_cast<size_t>(value);
    }

    float number()
    {
        const int64_t mantissa = integer(), exponent = integer();
        if (exponent < -1000 || exponent > 1000)
            throw corrupt_model("a number is not finite.");
        if (exponent < -100 || exponent > 100)
            return std::ldexp(static_cast<float>(mantissa), static_cast<int>(exponent));
        const uint32_t bits = static_cast<uint32_t>(exponent + 127) << 23; // 2 to the exponent; the product is exact
        float scale;
        std::memcpy(&scale, &bits, sizeof scale);
        return static_cast<float>(mantissa) * scale;
    }

    /// A column of floats: dlib writes the negative of its measures.
    void column(float* to, size_t length)
    {
        if (integer() != -static_cast<int64_t>(length) || integer() != -1)
            throw corrupt_model("a shape has another length than the first.");
        for (size_t i = 0; i < length; ++i)
            to[i] = number();
    }

    bool at_end()
    {
        refill();
        return _next == _end;
    }

private:
    void refill()
    {
        const size_t left = static_cast<size_t>(_end - _next);
        std::memmove(_buffer, _next, left);
        _next = _buffer;
        _end = _buffer + left + std::fread(_buffer + left, 1, size - left, _file);
    }

    std::FILE* _file;
    static constexpr size_t size = 1 << 16;
    unsigned char _buffer[size + 8];
    unsigned char *_next = _buffer, *_end = _buffer;
};

namespace
{
    constexpr size_t most_parts = 4096, most_cascades = 1000, most_trees = 100000, most_probes = 65536, most_depth = 10;
}

shape_model::shape_model(std::FILE* from)
{
    reader file(from);
    if (file.integer() != 1)
        throw corrupt_model("it is of another version.");
    const int64_t length = -file.integer();
    if (length < 2 || length % 2 != 0 || length / 2 > static_cast<int64_t>(most_parts) || file.integer() != -1)
        throw corrupt_model("it predicts no points.");
    _initial.set_size(length);
    for (auto& value : _initial)
        value = file.number();
    read_trees(file);
    read_probes(file);
    if (!file.at_end())
        throw corrupt_model("it has bytes after its end.");
}

void shape_model::read_trees(reader& file)
{
    const size_t length = static_cast<size_t>(_initial.size());
    _cascades.resize(file.count(most_cascades));
    size_t tree = 0;
    for (auto& cascade : _cascades)
    {
        cascade.first_tree = tree;
        cascade.trees = file.count(most_trees);
        for (size_t last = tree + cascade.trees; tree < last; ++tree)
        {
            const size_t splits = file.count((size_t(1) << most_depth) - 1);
            if (tree == 0)
            {
                // All cascades have as many trees as the first, as dlib trains them: one allocation for all.
                _splits_per_tree = splits;
                _splits.reserve(_cascades.size() * cascade.trees * splits);
                _leaves.reserve(_cascades.size() * cascade.trees * (splits + 1) * length);
            }
            if (splits != _splits_per_tree || (splits & (splits + 1)) != 0)
                throw corrupt_model("its trees are not whole, or of several depths.");
            for (size_t i = 0; i < splits; ++i)
            {
                const auto first = static_cast<uint16_t>(file.count(most_probes - 1)), second = static_cast<uint16_t>(file.count(most_probes - 1));
                _splits.push_back({first, second, file.number()});
            }
            if (file.count(splits + 1) != splits + 1)
                throw corrupt_model("a tree has too few leaves.");
            _leaves.resize((tree + 1) * (splits + 1) * length);
            for (size_t leaf = 0; leaf <= splits; ++leaf)
                file.column(leaves_of(tree) + leaf * length, length);
        }
    }
}

void shape_model::read_probes(reader& file)
{
    const auto of_each_cascade = [&](const auto& read)
    {
        if (file.count(most_cascades) != _cascades.size())
            throw corrupt_model("its parts do not fit together.");
        for (auto& cascade : _cascades)
            read(cascade, file.count(most_probes));
    };
    of_each_cascade([&](cascade& to, size_t count)
    {
        to.probes.resize(count);
        for (auto& probe : to.probes)
            probe.part = static_cast<uint16_t>(file.count(parts() - 1));
        for (size_t i = to.first_tree * _splits_per_tree; i < (to.first_tree + to.trees) * _splits_per_tree; ++i)
        {
            if (_splits[i].first >= count || _splits[i].second >= count)
                throw corrupt_model("a tree asks for a pixel that is not there.");
        }
    });
    of_each_cascade([&](cascade& to, size_t count)
    {
        if (count != to.probes.size())
            throw corrupt_model("its parts do not fit together.");
        for (auto& probe : to.probes)
        {
            const float x = file.number();
            probe.offset = {x, file.number()};
        }
    });
}

std::vector<dlib::point> shape_model::points(const hog::gray_picture& picture, const dlib::rectangle& box) const
{
    using namespace dlib::impl;
    const size_t length = static_cast<size_t>(_initial.size());
    const auto to_picture = unnormalizing_tform(box);
    const dlib::rectangle area(0, 0, picture.width - 1, picture.height - 1);
    dlib::matrix<float, 0, 1> shape = _initial;
    std::vector<float> pixels;
    std::vector<const float*> chosen;
    for (const auto& cascade : _cascades)
    {
        const dlib::matrix<float, 2, 2> turn = dlib::matrix_cast<float>(find_tform_between_shapes(_initial, shape).get_m());
        pixels.clear();
        for (const auto& probe : cascade.probes)
        {
            const dlib::point p = to_picture(turn * probe.offset + location(shape, probe.part));
            pixels.push_back(area.contains(p) ? picture.pixels[p.y() * picture.stride + p.x()] : 0);
        }

        // The leaves are all over the memory: they are fetched while the next trees are walked, and added when all are known.
        chosen.clear();
        for (size_t tree = cascade.first_tree; tree < cascade.first_tree + cascade.trees; ++tree)
        {
            const split* splits = _splits.data() + tree * _splits_per_tree;
            size_t node = 0;
            while (node < _splits_per_tree)
                node = 2 * node + (pixels[splits[node].first] - pixels[splits[node].second] > splits[node].threshold ? 1 : 2);
            const float* leaf = _leaves.data() + (tree * (_splits_per_tree + 1) + node - _splits_per_tree) * length;
            for (size_t i = 0; i < length; i += 16)
                __builtin_prefetch(leaf + i);
            chosen.push_back(leaf);
        }
        for (const float* leaf : chosen)
        {
            for (size_t i = 0; i < length; ++i)
                shape(static_cast<long>(i)) += leaf[i];
        }
    }

    std::vector<dlib::point> points(parts());
    for (size_t i = 0; i < points.size(); ++i)
        points[i] = to_picture(location(shape, i));
    return points;
}
