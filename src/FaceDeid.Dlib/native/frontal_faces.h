/* dlib's frontal face detector as dlib::serialize writes it; the build unpacks it from dlib's headers (unpack_detector.cpp). */
#ifndef FACEDEID_FRONTAL_FACES_H
#define FACEDEID_FRONTAL_FACES_H

#include <cstddef>

namespace hog
{
    extern const size_t frontal_faces_size;
    extern const unsigned char frontal_faces[];
}

#endif
