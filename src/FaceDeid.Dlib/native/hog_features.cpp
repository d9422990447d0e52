#include "hog_vectors.h"

namespace hog
{
namespace
{
    typedef float four_floats __attribute__((vector_size(16), aligned(4), may_alias));

    inline floats least(floats a, floats b) { return a < b ? a : b; }

    inline floats square_root(floats x)
    {
#if defined(__AVX512F__)
        return (floats)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
        return (floats)_mm256_sqrt_ps((__m256)x);
#else
        return (floats)_mm_sqrt_ps((__m128)x);
#endif
    }

    inline ints widened(const uint8_t* p)
    {
#if defined(__AVX512F__)
        return (ints)_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
#elif defined(__AVX2__)
        return (ints)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
#else
        return ints{p[0], p[1], p[2], p[3]};
#endif
    }

    /// Which of the 18 orientations, 20 degrees apart, is nearest to a gradient: the one with the largest scalar product among
    /// dlib's rounded unit vectors, the first of equals.
    inline ints orientation(ints x, ints y)
    {
        const floats a = converted(x < 0 ? -x : x), b = converted(y < 0 ? -y : y);
        // -1 for each border between two orientations of a quadrant that the gradient has passed. Of the numbers that part all
        // gradients of 8-bit pixels as dlib does, those in the middle.
        const ints sector = -((b > 0.17635f * a) + (b > 0.577435f * a) + (b > 1.191745f * a) + (b > 2.7486f * a));
        const ints mirrored = ((x ^ y) < 0) & (x != 0);
        const ints half = (mirrored != 0 ? 9 - sector : sector) + ((y < 0) & 9);
        return half == 18 ? half - 18 : half;
    }

    /// The two rows of cells that a row of pixels votes for, interleaved so that the four cells around a pixel lie side by side:
    /// for each orientation (upper, lower) of cell 0, of cell 1, ...
    struct open_rows
    {
        float* votes;
        long stride;

        float* of(long orientation) const { return votes + orientation * stride; }
    };

    struct closed_row
    {
        float* votes; /* 18 rows of cells */
        float* norm;
    };

    inline void vote(float* cells_around, four_floats parts) { *reinterpret_cast<four_floats*>(cells_around) += parts; }

    /// Four vectors to the fours of their elements, of which the i-th begins at in_fours(i).
    inline void interleave(floats a, floats b, floats c, floats d, float* fours)
    {
#if defined(__AVX512F__)
        const __m512 x = _mm512_unpacklo_ps((__m512)a, (__m512)b), y = _mm512_unpackhi_ps((__m512)a, (__m512)b);
        const __m512 z = _mm512_unpacklo_ps((__m512)c, (__m512)d), w = _mm512_unpackhi_ps((__m512)c, (__m512)d);
        const auto store = [&](int i, __m512d lines) { _mm512_store_pd(fours + i * lanes, lines); };
        store(0, _mm512_unpacklo_pd((__m512d)x, (__m512d)z));
        store(1, _mm512_unpackhi_pd((__m512d)x, (__m512d)z));
        store(2, _mm512_unpacklo_pd((__m512d)y, (__m512d)w));
        store(3, _mm512_unpackhi_pd((__m512d)y, (__m512d)w));
#elif defined(__AVX2__)
        const __m256 x = _mm256_unpacklo_ps((__m256)a, (__m256)b), y = _mm256_unpackhi_ps((__m256)a, (__m256)b);
        const __m256 z = _mm256_unpacklo_ps((__m256)c, (__m256)d), w = _mm256_unpackhi_ps((__m256)c, (__m256)d);
        const auto store = [&](int i, __m256d lines) { _mm256_store_pd(reinterpret_cast<double*>(fours + i * lanes), lines); };
        store(0, _mm256_unpacklo_pd((__m256d)x, (__m256d)z));
        store(1, _mm256_unpackhi_pd((__m256d)x, (__m256d)z));
        store(2, _mm256_unpacklo_pd((__m256d)y, (__m256d)w));
        store(3, _mm256_unpackhi_pd((__m256d)y, (__m256d)w));
#else
        _MM_TRANSPOSE4_PS(a, b, c, d);
        at(fours) = a;
        at(fours + 4) = b;
        at(fours + 8) = c;
        at(fours + 12) = d;
#endif
    }

    constexpr int in_fours(int i) { return i % 4 * lanes + i / 4 * 4; }

    /// The votes of a row of pixels: the length of each gradient, for its orientation, shared by the four cells around it.
    void vote_row(const gray_picture& picture, long y, long first, long last, float up, float down, const open_rows& open)
    {
        const uint8_t *row = picture.pixels + y * picture.stride, *above = row - picture.stride, *below = row + picture.stride;
        floats count;
        for (int i = 0; i < lanes; ++i)
            count[i] = static_cast<float>(i);
        for (long next = first; next < last; next += lanes)
        {
            // The last vector overlaps the one before it rather than reading beyond the picture.
            const long x = next + lanes <= last ? next : last - lanes;
            const ints right = widened(row + x + 1) - widened(row + x - 1), lower = widened(below + x) - widened(above + x);
            const floats length = square_root(converted(right * right + lower * lower));
            const floats place = (static_cast<float>(x) + count + 0.5f) / static_cast<float>(cell) + 0.5f;
            const ints cells_left = __builtin_convertvector(place, ints);
            const floats nearness = place - converted(cells_left);
            const floats to_left = (1.0f - nearness) * length, to_right = nearness * length;
            alignas(64) float parts[4 * lanes];
            alignas(64) int32_t places[lanes];
            *reinterpret_cast<ints*>(places) = orientation(right, lower) * static_cast<int32_t>(open.stride) + 2 * cells_left;
            interleave(up * to_left, down * to_left, up * to_right, down * to_right, parts);
            for (long i = next - x; i < lanes; ++i)
                vote(open.votes + places[i], *reinterpret_cast<four_floats*>(parts + in_fours(static_cast<int>(i))));
        }
    }

    /// The same for the columns that dlib computes one by one, where products are rounded in another order.
    void vote_rest(const gray_picture& picture, long y, long first, long last, float up, float down, const open_rows& open)
    {
        const uint8_t *row = picture.pixels + y * picture.stride, *above = row - picture.stride, *below = row + picture.stride;
        for (long x = first; x < last; ++x)
        {
            const int right = row[x + 1] - row[x - 1], lower = below[x] - above[x];
            const float length = __builtin_sqrtf(static_cast<float>(right * right + lower * lower));
            const float place = static_cast<float>((static_cast<double>(x) + 0.5) / cell + 0.5);
            const int cells_left = static_cast<int>(place);
            const float nearness = place - static_cast<float>(cells_left), farness = 1 - nearness;
            const four_floats parts = {up * farness * length, down * farness * length, up * nearness * length, down * nearness * length};
            vote(open.of(orientation(right - ints{}, lower - ints{})[0]) + 2 * cells_left, parts);
        }
    }

    /// Takes the upper of the open rows, computes its norms, and lets the lower one become the upper.
    void close_row(const open_rows& open, const closed_row& closed, long row_cells, long stride)
    {
        for (long c = 0; c < row_cells + 2; ++c)
            closed.norm[c] = 0;
        for (long o = 0; o < 18; ++o)
        {
            float *pairs = open.of(o), *to = closed.votes + o * stride;
            for (long c = 0; c < row_cells + 2; ++c)
            {
                to[c] = pairs[2 * c];
                pairs[2 * c] = pairs[2 * c + 1];
                pairs[2 * c + 1] = 0;
            }
        }
        for (long o = 0; o < 9; ++o)
        {
            const float *forth = closed.votes + o * stride, *back = closed.votes + (o + 9) * stride;
            for (long c = 0; c < row_cells + 2; ++c)
            {
                const float both = forth[c] + back[c];
                closed.norm[c] += both * both;
            }
        }
    }

    /// A row of features from the votes of one row of cells and the norms of it and its neighbours. Cell 0 is the border.
    void write_row(const closed_row& before, const closed_row& row, const closed_row& after, long row_features, long stride, float* to, long plane)
    {
        for (long x = 0; x < row_features; x += lanes)
        {
            const float *n0 = before.norm + x + 1, *n1 = row.norm + x + 1, *n2 = after.norm + x + 1;
            const floats energy[4] = {
                at(n1 + 1) + at(n1 + 2) + at(n2 + 1) + at(n2 + 2),
                at(n0 + 1) + at(n0 + 2) + at(n1 + 1) + at(n1 + 2),
                at(n1) + at(n1 + 1) + at(n2) + at(n2 + 1),
                at(n0) + at(n0 + 1) + at(n1) + at(n1 + 1)};
            floats bound[4], scale[4], texture[4];
            for (int i = 0; i < 4; ++i)
            {
                bound[i] = 0.2f * square_root(energy[i] + 0.0001f);
                scale[i] = 0.1f / bound[i];
                texture[i] = floats{};
            }
            const auto sum_of = [&](floats votes, floats* normed)
            {
                for (int i = 0; i < 4; ++i)
                    normed[i] = least(votes, bound[i]) * scale[i];
                return (normed[0] + normed[1]) + (normed[2] + normed[3]);
            };

            const float* votes = row.votes + x + 2;
            float* out = to + x;
            floats h0[4], h1[4], h2[4];
            for (int o = 0; o < 18; o += 3)
            {
                at(out + o * plane) = sum_of(at(votes + o * stride), h0);
                at(out + (o + 1) * plane) = sum_of(at(votes + (o + 1) * stride), h1);
                at(out + (o + 2) * plane) = sum_of(at(votes + (o + 2) * stride), h2);
                for (int i = 0; i < 4; ++i)
                    texture[i] += h0[i] + h1[i] + h2[i];
            }
            for (int o = 0; o < 9; ++o)
                at(out + (18 + o) * plane) = sum_of(at(votes + o * stride) + at(votes + (o + 9) * stride), h0);
            for (int i = 0; i < 4; ++i)
                at(out + (27 + i) * plane) = texture[i] * static_cast<float>(2 * 0.2357);
        }
    }
}

namespace built_for::HOG_KERNELS
{
    void features(const gray_picture& picture, const feature_map& map, float* scratch)
    {
        const long across = cells(picture.width), down = cells(picture.height), stride = cell_stride(picture.width);
        const long row_features = across - 2, border = (taps - 1) / 2;
        const long visible_rows = (down * cell < picture.height ? down * cell : picture.height) - 1;
        const long visible_columns = (across * cell < picture.width ? across * cell : picture.width) - 1;
        const long at_once = visible_columns > 8 ? (visible_columns - 1) / 8 * 8 : 0;

        const open_rows open = {scratch, 2 * stride};
        float* next = scratch + 2 * 18 * stride;
        closed_row closed[4];
        for (closed_row& row : closed)
        {
            row = {next, next + 18 * stride};
            next += 19 * stride;
        }
        for (float* p = scratch; p < next; ++p)
            *p = 0;

        long finished = -1; // rows of cells that have all their votes; the first is the border
        const auto close = [&]
        {
            ++finished;
            close_row(open, closed[finished & 3], across, stride);
            // Rows 1 to `down` are cells; features need a cell on each side.
            const long row = finished - 3;
            if (row >= 0 && finished <= down)
            {
                write_row(closed[(finished - 2) & 3], closed[(finished - 1) & 3], closed[finished & 3], row_features, stride,
                    map.values + (row + border) * map.stride + border, map.plane);
            }
        };

        for (long y = 1; y < visible_rows; ++y)
        {
            const float place = static_cast<float>((static_cast<float>(y) + 0.5) / static_cast<float>(cell) - 0.5);
            const int cells_above = static_cast<int>(__builtin_floorf(place));
            const float nearness = place - static_cast<float>(cells_above), up = static_cast<float>(1.0 - nearness);
            while (finished < cells_above)
                close();
            vote_row(picture, y, 1, 1 + at_once, up, nearness, open);
            vote_rest(picture, y, 1 + at_once, visible_columns, up, nearness, open);
        }
        while (finished < down)
            close();

        // Whole vectors were written: the border to the right has to be zero again.
        for (long plane = 0; plane < planes; ++plane)
        {
            for (long row = border; row < border + down - 2; ++row)
            {
                for (long c = border + row_features; c < map.columns; ++c)
                    map.values[plane * map.plane + row * map.stride + c] = 0;
            }
        }
    }
}
}
