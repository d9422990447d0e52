/* The arithmetic of dlib's frontal face detector, once for each instruction set: bilinear resizing, the HOG features of
 * Felzenszwalb et al. 2010 (31 planes, cells of 8 pixels), and separable filters over them.
 *
 * Every kernel computes what dlib 19.24 computes when it is compiled with SSE4.1, to the last bit: the same operations on each
 * element in the same order, on more elements at once. Their files (those that include hog_vectors.h) are compiled once for each
 * instruction set, and use no templates or inline functions of other headers: the linker would keep one copy of these for all
 * sets. Those below are static for that reason. No kernel takes memory of its own. */
#ifndef FACEDEID_HOG_KERNELS_H
#define FACEDEID_HOG_KERNELS_H

#include <stddef.h>
#include <stdint.h>

namespace hog
{
    constexpr int cell = 8;          /* pixels a side */
    constexpr int planes = 31;       /* 18 signed orientations, 9 unsigned, 4 textures */
    constexpr int taps = 10;         /* cells a side of the detection window: 80 pixels */
    constexpr int slack = 32;        /* floats that kernels may read beyond the end of a row */

    struct gray_picture
    {
        const uint8_t* pixels;
        long width, height, stride;
    };

    /* 31 planes of cells, with the border of zeros that filters of 10 x 10 need: rows = cells down + 9, columns likewise. */
    struct feature_map
    {
        float* values;
        long rows, columns, stride, plane;

        bool empty() const { return rows == 0; }
    };

    /* One of the separable filters of a face detector, over one plane. */
    struct separable_filter
    {
        int plane;
        float across[taps], down[taps];
    };

    struct kernels
    {
        /* dlib's resize_image with bilinear interpolation. `scratch` has resize_scratch(width) floats. */
        void (*resize)(const gray_picture& from, uint8_t* to, long width, long height, float* scratch);

        /* dlib's extract_fhog_features, into a map whose border is zero already. `scratch` has features_scratch(width) floats. */
        void (*features)(const gray_picture& picture, const feature_map& map, float* scratch);

        /* The sum of the filters' answers, as dlib's apply_filters_to_fhog: `sums` has rows x stride floats, of which rows 5 to
         * rows - 5 and columns 5 to columns - 5 are written. `scratch` has filter_scratch(rows) floats. */
        void (*filter)(const feature_map& map, const separable_filter* filters, size_t count, float* sums, float* scratch);
    };

    extern const kernels baseline, avx2, avx512;

    static inline long cells(long pixels) { return static_cast<long>(static_cast<float>(pixels) / static_cast<float>(cell) + 0.5); }

    /* Floats that a row of cells takes in the scratch memory of `features`. */
    static inline long cell_stride(long width) { return cells(width) + 2 + slack; }

    /* For each column of the new picture two numbers and a byte. */
    static inline size_t resize_scratch(long width) { return static_cast<size_t>(2 * width + (width + 3) / 4); }

    /* Two rows of cells under work (interleaved), and four finished ones with their norms. */
    static inline size_t features_scratch(long width) { return static_cast<size_t>((2 * 18 + 4 * 18 + 4) * cell_stride(width)); }

    /* A strip of sums and one for each of two filters, as wide as the widest register. */
    static inline size_t filter_scratch(long rows) { return static_cast<size_t>(3 * 16 * rows); }
}

#endif
