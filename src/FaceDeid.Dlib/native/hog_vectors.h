/* What the files of the kernels share: their names in the build for one instruction set, and vectors as wide as its registers. */
#ifndef FACEDEID_HOG_VECTORS_H
#define FACEDEID_HOG_VECTORS_H

#include "hog_kernels.h"

// gcc 12 warns of the deliberately undefined vectors inside its own header.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

#ifndef HOG_KERNELS
#error "HOG_KERNELS names the instruction set: baseline, avx2 or avx512"
#endif

namespace hog
{
/* The kernels are in a namespace of their own for each instruction set, so that no two sets share a symbol. */
namespace built_for::HOG_KERNELS
{
    void resize(const gray_picture& from, uint8_t* to, long width, long height, float* scratch);
    void features(const gray_picture& picture, const feature_map& map, float* scratch);
    void filter(const feature_map& map, const separable_filter* filters, size_t count, float* sums, float* scratch);
}

/* Everything else is in this namespace, here and in the files of the kernels, so that each object has its own. */
namespace
{
#if defined(__AVX512F__)
    constexpr int lanes = 16;
#elif defined(__AVX2__)
    constexpr int lanes = 8;
#else
    constexpr int lanes = 4;
#endif

    typedef float floats __attribute__((vector_size(lanes * 4), aligned(4), may_alias));
    typedef int32_t ints __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

    inline floats& at(float* p) { return *reinterpret_cast<floats*>(p); }
    inline const floats& at(const float* p) { return *reinterpret_cast<const floats*>(p); }
    inline floats all(float value) { return value - floats{}; }
    inline floats converted(ints x) { return __builtin_convertvector(x, floats); }
}
}

#endif
