#include "hog_vectors.h"

namespace hog
{
namespace
{
    typedef uint8_t bytes __attribute__((vector_size(lanes), aligned(1), may_alias));

    /// The bytes at eight places (times two for wide registers), each within 16 bytes of the first of its eight.
    inline ints picked(const uint8_t* row, const int32_t* places, const uint8_t* picks, int shift)
    {
#if defined(__AVX2__)
        const auto eight = [&](int i)
        {
            const __m128i window = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row + places[i]));
            return _mm_shuffle_epi8(window, _mm_add_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(picks + i)), _mm_set1_epi8(static_cast<char>(shift))));
        };
#if defined(__AVX512F__)
        return (ints)_mm512_cvtepu8_epi32(_mm_unpacklo_epi64(eight(0), eight(8)));
#else
        return (ints)_mm256_cvtepu8_epi32(eight(0));
#endif
#else
        (void)picks;
        return ints{row[places[0] + shift], row[places[1] + shift], row[places[2] + shift], row[places[3] + shift]};
#endif
    }

    /// The columns of a row that dlib computes four at a time, in floats; the rest is computed one by one, in doubles.
    struct columns
    {
        int32_t* left;
        float* fraction;
        uint8_t* picks; /* by how many bytes `left` is after that of the first of its eight */
        long count;
        long in_vectors; /* of which so many may be read 16 bytes at a time */
        double scale;
    };

    void place_columns(columns& place, long from_width, long to_width)
    {
        const double scale = place.scale = (from_width - 1) / static_cast<double>(to_width > 2 ? to_width - 1 : 1);
        const double before = -4 * scale;
        const float step = static_cast<float>(4 * scale);
        float x[4] = {static_cast<float>(before), static_cast<float>(before + scale), static_cast<float>(before + 2 * scale),
            static_cast<float>(before + 3 * scale)};
        for (place.count = 0; place.count + 4 <= to_width; place.count += 4)
        {
            for (float& position : x)
                position += step;
            if (static_cast<int32_t>(x[3]) + 1 >= from_width)
                break;
            for (int i = 0; i < 4; ++i)
            {
                place.left[place.count + i] = static_cast<int32_t>(x[i]);
                place.fraction[place.count + i] = x[i] - static_cast<float>(place.left[place.count + i]);
            }
        }
        for (long c = 0; c < place.count; ++c)
            place.picks[c] = static_cast<uint8_t>(place.left[c] - place.left[c / 8 * 8]);
        for (place.in_vectors = 0; place.in_vectors + lanes <= place.count; place.in_vectors += lanes)
        {
            if (place.left[place.in_vectors + lanes - 1] + 17 > from_width)
                break;
        }
    }

    void resize_row(const uint8_t* top, const uint8_t* bottom, long from_width, double down, const columns& place, uint8_t* to, long to_width)
    {
        const floats lower = all(static_cast<float>(down)), upper = all(static_cast<float>(1 - down));
        long c = 0;
        for (; c < place.in_vectors; c += lanes)
        {
            const ints tl = picked(top, place.left + c, place.picks + c, 0), tr = picked(top, place.left + c, place.picks + c, 1);
            const ints bl = picked(bottom, place.left + c, place.picks + c, 0), br = picked(bottom, place.left + c, place.picks + c, 1);
            const floats right_part = at(place.fraction + c), left_part = 1 - right_part;
            const floats value = (upper * left_part) * converted(tl) + (upper * right_part) * converted(tr)
                + (lower * left_part) * converted(bl) + (lower * right_part) * converted(br);
            // Rounded up from a half on, without the rounding error of adding it.
            const ints whole = __builtin_convertvector(value, ints);
            const ints rounded = whole - (value - converted(whole) >= 0.5f);
            *reinterpret_cast<bytes*>(to + c) = __builtin_convertvector(rounded, bytes);
        }
        for (; c < place.count; ++c)
        {
            const float u = static_cast<float>(1 - down), d = static_cast<float>(down), r = place.fraction[c], l = 1 - r;
            const uint8_t *t = top + place.left[c], *b = bottom + place.left[c];
            const float value = (u * l) * t[0] + (u * r) * t[1] + (d * l) * b[0] + (d * r) * b[1];
            to[c] = static_cast<uint8_t>(value + 0.5);
        }
        double x = -place.scale + static_cast<double>(c) * place.scale;
        for (; c < to_width; ++c)
        {
            x += place.scale;
            const long left = static_cast<long>(__builtin_floor(x)), right = left + 1 < from_width ? left + 1 : from_width - 1;
            const float across = static_cast<float>(x - static_cast<double>(left));
            const float tl = top[left], tr = top[right], bl = bottom[left], br = bottom[right];
            const float value = static_cast<float>(
                (1 - down) * ((1 - across) * tl + across * tr) + down * ((1 - across) * bl + across * br));
            to[c] = value <= 255 ? static_cast<uint8_t>(value) : 255;
        }
    }
}

namespace built_for::HOG_KERNELS
{
    void resize(const gray_picture& from, uint8_t* to, long width, long height, float* scratch)
    {
        columns place;
        place.fraction = scratch;
        place.left = reinterpret_cast<int32_t*>(scratch + width);
        place.picks = reinterpret_cast<uint8_t*>(scratch + 2 * width);
        place_columns(place, from.width, width);
        const double scale = (from.height - 1) / static_cast<double>(height > 2 ? height - 1 : 1);
        double y = -scale;
        for (long row = 0; row < height; ++row)
        {
            y += scale;
            const long top = static_cast<long>(__builtin_floor(y)), bottom = top + 1 < from.height ? top + 1 : from.height - 1;
            resize_row(from.pixels + top * from.stride, from.pixels + bottom * from.stride, from.width, y - static_cast<double>(top), place,
                to + row * width, width);
        }
    }
}
}
