/* dlib's frontal face detector, searched with kernels of our own (hog_kernels.h). */
#ifndef FACEDEID_HOG_DETECTOR_H
#define FACEDEID_HOG_DETECTOR_H

#include "hog_kernels.h"

#include <dlib/image_processing/box_overlap_testing.h>
#include <dlib/image_processing/object_detector.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hog
{
    /// Memory that pictures and features are worked on in. It is kept from one search to the next, because to get pages from the
    /// kernel takes a fifth of a search; it is cleared before it is kept, so that nothing of a picture stays. Thread-safe.
    class memory_pool
    {
    public:
        class block
        {
        public:
            block(memory_pool& pool, size_t bytes);
            block(const block&) = delete;
            block& operator=(const block&) = delete;
            ~block();

            /// All zeros at first.
            uint8_t* get() const { return _bytes.get(); }

        private:
            memory_pool& _pool;
            size_t _size, _used;
            std::unique_ptr<uint8_t[]> _bytes;
            friend class memory_pool;
        };

        // With room for all that are kept and the one that makes them too many, so that a block's destructor never allocates.
        memory_pool() { _idle.reserve(most_kept + 1); }

        /// Frees what nobody works with.
        void give_back();

    private:
        static constexpr size_t largest_kept = size_t(16) << 20, most_kept = 8;

        std::mutex _mutex;
        std::vector<std::pair<size_t, std::unique_ptr<uint8_t[]>>> _idle; // with their sizes
    };

    /// What dlib's detector was trained to. Any number of threads may share it.
    struct model
    {
        struct sub_detector
        {
            std::vector<separable_filter> filters;
            double threshold;
        };

        std::vector<sub_detector> detectors;
        dlib::test_box_overlap overlap;
        long smallest_width, smallest_height; // of a level of the pyramid
        const kernels* code;
        std::unique_ptr<memory_pool> memory;
    };

    /// Loads dlib's model and binds it to kernels that this processor can run.
    model load_model(const kernels& code);

    /// The measures of a picture's features, without memory; empty for a picture that is too small to have any.
    feature_map map_for(const gray_picture& picture);

    /// The kernels that are quickest on this processor.
    const kernels& best_kernels();

    /// Whether this processor can run them.
    bool can_run(const kernels& code);

    /// The search of one picture. Levels may be scanned by several threads at once, each level once.
    class search
    {
    public:
        /// The picture is read until the last level has been scanned. Faces narrower or lower than `smallest` pixels of it are not
        /// looked for.
        search(const model& with, const gray_picture& picture, unsigned upsample, double threshold, long smallest);

        size_t levels() const { return _levels.size(); }
        void scan(size_t level);

        /// All faces, best first, without those that a better one of any sub-detector overlaps.
        std::vector<dlib::rect_detection> faces() const;

    private:
        struct level
        {
            gray_picture picture;
            unsigned depth; // how often it was reduced
            std::vector<std::vector<std::pair<double, dlib::rectangle>>> found; // by sub-detector
        };

        void add_level(const gray_picture& picture, unsigned depth, long smallest);

        const model& _model;
        double _threshold;
        unsigned _upsample;
        std::unique_ptr<memory_pool::block> _pixels;
        std::vector<level> _levels;
    };
}

#endif
