#include "hog_vectors.h"

namespace hog
{
namespace
{
    /// Ten products, added as dlib adds them: three running sums where it works on eight elements at once, one at the end of a row.
    template <bool at_once>
    inline floats weighted(const float* p, long step, const floats* weights)
    {
        if (at_once)
        {
            const floats first = at(p) * weights[0] + at(p + 3 * step) * weights[3] + at(p + 6 * step) * weights[6] + at(p + 9 * step) * weights[9];
            const floats second = at(p + step) * weights[1] + at(p + 4 * step) * weights[4] + at(p + 7 * step) * weights[7];
            const floats third = at(p + 2 * step) * weights[2] + at(p + 5 * step) * weights[5] + at(p + 8 * step) * weights[8];
            return first + (second + third);
        }
        floats sum = at(p) * weights[0];
        for (int n = 1; n < taps; ++n)
            sum += at(p + n * step) * weights[n];
        return sum;
    }

    /// One strip of columns, as wide as a register, from top to bottom.
    template <bool at_once>
    void filter_strip(const feature_map& map, const separable_filter* filters, size_t count, long column, float* sums, float* scratch)
    {
        constexpr long before = taps / 2, after = (taps - 1) / 2;
        for (long r = 0; r < map.rows; ++r)
            at(sums + r * lanes) = floats{};
        for (size_t f = 0; f < count;)
        {
            // Two filters of one plane share what they read.
            const bool two = f + 1 < count && filters[f + 1].plane == filters[f].plane;
            const float* p = map.values + filters[f].plane * map.plane + column - before;
            floats weights[taps], others[taps];
            for (int n = 0; n < taps; ++n)
            {
                weights[n] = all(filters[f].across[n]);
                others[n] = all(filters[f + two].across[n]);
            }
            for (long r = 0; r < map.rows; ++r, p += map.stride)
            {
                at(scratch + r * lanes) = weighted<at_once>(p, 1, weights);
                if (two)
                    at(scratch + (map.rows + r) * lanes) = weighted<at_once>(p, 1, others);
            }

            for (const float* lines = scratch; lines <= scratch + two * map.rows * lanes; lines += map.rows * lanes, ++f)
            {
                for (int n = 0; n < taps; ++n)
                    weights[n] = all(filters[f].down[n]);
                for (long r = before; r < map.rows - after; ++r)
                    at(sums + r * lanes) += weighted<at_once>(lines + (r - before) * lanes, lanes, weights);
            }
        }
    }
}

namespace built_for::HOG_KERNELS
{
    void filter(const feature_map& map, const separable_filter* filters, size_t count, float* sums, float* scratch)
    {
        constexpr long before = taps / 2, after = (taps - 1) / 2;
        const long width = map.columns - after - before, at_once = width > 0 ? width / 8 * 8 : 0;
        float *strip = scratch, *lines = scratch + map.rows * 16;
        const auto run = [&](bool many, long first, long last)
        {
            for (long c = first; c < last; c += lanes)
            {
                if (many)
                    filter_strip<true>(map, filters, count, before + c, strip, lines);
                else
                    filter_strip<false>(map, filters, count, before + c, strip, lines);
                const long used = last - c < lanes ? last - c : lanes;
                for (long r = before; r < map.rows - after; ++r)
                {
                    for (long i = 0; i < used; ++i)
                        sums[r * map.stride + before + c + i] = strip[r * lanes + i];
                }
            }
        };
        run(true, 0, at_once);
        run(false, at_once, width);
    }
}
}
