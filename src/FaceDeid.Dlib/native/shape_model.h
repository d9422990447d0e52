/* dlib's shape predictor with its numbers in two arrays: the same points, read and computed in a quarter of the time. */
#ifndef FACEDEID_SHAPE_MODEL_H
#define FACEDEID_SHAPE_MODEL_H

#include "hog_kernels.h"

#include <dlib/geometry.h>
#include <dlib/matrix.h>

#include <stdexcept>
#include <string>
#include <vector>

/// A file that is no whole shape predictor.
struct corrupt_model : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// An ensemble of regression trees (Kazemi and Sullivan 2014). It does not change: any number of threads may share it.
class shape_model
{
public:
    /// Reads a file that dlib's serialize has written, and checks every index in it.
    explicit shape_model(std::FILE* file);

    size_t parts() const { return static_cast<size_t>(_initial.size()) / 2; }

    /// The points of the face in `box`, in pixels of the picture.
    std::vector<dlib::point> points(const hog::gray_picture& picture, const dlib::rectangle& box) const;

private:
    struct split
    {
        uint16_t first, second; // two pixels of the cascade
        float threshold;        // go left when the first is brighter than the second by more
    };

    /// Where a pixel is: at a vector from one of the points, in the frame of the initial shape.
    struct probe
    {
        uint16_t part;
        dlib::vector<float, 2> offset;
    };

    struct cascade
    {
        std::vector<probe> probes;
        size_t first_tree, trees;
    };

    float* leaves_of(size_t tree) { return _leaves.data() + tree * (_splits_per_tree + 1) * static_cast<size_t>(_initial.size()); }

    dlib::matrix<float, 0, 1> _initial;
    std::vector<cascade> _cascades;
    size_t _splits_per_tree = 0;
    std::vector<split> _splits; // tree after tree, each a whole binary tree from its root
    std::vector<float> _leaves; // tree after tree, leaf after leaf: what is added to the shape

    class reader;
    void read_trees(reader& file);
    void read_probes(reader& file);
};

#endif
