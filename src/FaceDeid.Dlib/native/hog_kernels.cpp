#include "hog_vectors.h"

namespace hog
{
    const kernels HOG_KERNELS = {built_for::HOG_KERNELS::resize, built_for::HOG_KERNELS::features, built_for::HOG_KERNELS::filter};
}
