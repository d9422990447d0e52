/* A C face for two tools of dlib 19.24: the frontal face detector and the shape predictor.
 *
 * Conventions
 *   - Every function that can fail returns a facedeid_status; facedeid_last_error() then tells why. Nothing throws.
 *   - A handle is made by *_create or *_load and freed by *_destroy, which accepts NULL.
 *   - A picture is 8-bit gray, top row first: `pixels` is its first byte, `stride` the bytes from one row to the next
 *     (at least `width`). It is never written, and read during the call only, or as long as the search lives.
 *   - Coordinates are pixels of that picture; right and bottom edges are inclusive, as in dlib.
 *
 * Threads
 *   - Detectors and predictors are immutable: any number of threads may share them.
 *   - A search is one picture's. Its levels may be scanned by several threads at once; everything else is one thread's at a time.
 */
#ifndef FACEDEID_DLIB_H
#define FACEDEID_DLIB_H

#include <stdint.h>

#define FACEDEID_API __attribute__((visibility("default")))
#define FACEDEID_ABI_VERSION 3
#define FACEDEID_MAX_UPSAMPLE 2

#ifdef __cplusplus
extern "C" {
#endif

typedef enum facedeid_status
{
    FACEDEID_OK = 0,
    FACEDEID_INVALID_ARGUMENT = 1,
    FACEDEID_OUT_OF_MEMORY = 2,
    FACEDEID_FILE_UNREADABLE = 3,
    FACEDEID_CORRUPT_MODEL = 4,
    FACEDEID_INTERNAL = 5
} facedeid_status;

/* Which of the library's builds of the same arithmetic is used; all give the same faces to the last bit. */
typedef enum facedeid_instruction_set
{
    FACEDEID_BEST = 0, /* of what this processor has */
    FACEDEID_BASELINE = 1,
    FACEDEID_AVX2 = 2,
    FACEDEID_AVX512 = 3
} facedeid_instruction_set;

typedef struct facedeid_point
{
    int32_t x, y;
} facedeid_point;

typedef struct facedeid_rectangle
{
    int32_t left, top, right, bottom;
} facedeid_rectangle;

typedef struct facedeid_detection
{
    facedeid_rectangle box;
    double score;         /* distance to the decision border; 0 is dlib's own threshold */
    int32_t sub_detector; /* dlib's weight_index, 0..4: front, left, right, front rotated left, front rotated right */
} facedeid_detection;

typedef struct facedeid_detector facedeid_detector;
typedef struct facedeid_search facedeid_search;
typedef struct facedeid_predictor facedeid_predictor;

/* FACEDEID_ABI_VERSION of the library that is loaded. */
FACEDEID_API int32_t facedeid_abi_version(void);

/* Why the calling thread's last failed call failed: UTF-8, never NULL, valid until that thread's next call. */
FACEDEID_API const char* facedeid_last_error(void);

/* Unpacks the detector that is built into dlib: 0.1 to 0.3 s. */
FACEDEID_API facedeid_status facedeid_detector_create(int32_t instruction_set, facedeid_detector** detector);
FACEDEID_API void facedeid_detector_destroy(facedeid_detector* detector);

/* Frees the memory that the detector keeps for its next search, up to 128 MB; searches may be under way. */
FACEDEID_API facedeid_status facedeid_detector_give_back(const facedeid_detector* detector);

/* What Python's dlib calls detector.run(picture, upsample, threshold), in steps: create, scan each of the `levels` of the
 * picture's pyramid (level 0 is the largest), finish, results. `upsample` is 0 to FACEDEID_MAX_UPSAMPLE; `threshold` is finite and
 * added to dlib's own: lower finds more; levels whose faces would all be narrower than `smallest` pixels of the picture are
 * left out. The picture must stay where it is until the search is destroyed. */
FACEDEID_API facedeid_status facedeid_search_create(const facedeid_detector* detector, const uint8_t* pixels, int32_t width,
    int32_t height, int32_t stride, int32_t upsample, double threshold, int32_t smallest, facedeid_search** search, int32_t* levels);
FACEDEID_API void facedeid_search_destroy(facedeid_search* search);
FACEDEID_API facedeid_status facedeid_search_scan(facedeid_search* search, int32_t level);
FACEDEID_API facedeid_status facedeid_search_finish(facedeid_search* search, int32_t* count);

/* Copies the faces, best score first; `capacity` is how many `results` has room for, at least the count of _finish. */
FACEDEID_API facedeid_status facedeid_search_results(const facedeid_search* search, facedeid_detection* results, int32_t capacity);

/* Loads a dlib shape predictor file (`path` is UTF-8), and checks its structure and the indices inside it. */
FACEDEID_API facedeid_status facedeid_predictor_load(const char* path, facedeid_predictor** predictor);
FACEDEID_API void facedeid_predictor_destroy(facedeid_predictor* predictor);
FACEDEID_API facedeid_status facedeid_predictor_point_count(const facedeid_predictor* predictor, int32_t* count);

/* The landmarks of the face in `face` (not empty, may reach beyond the picture, and so may the landmarks). `capacity` is how many
 * points `points` has room for, at least the predictor's point count. */
FACEDEID_API facedeid_status facedeid_predictor_predict(const facedeid_predictor* predictor, const uint8_t* pixels,
    int32_t width, int32_t height, int32_t stride, const facedeid_rectangle* face, facedeid_point* points, int32_t capacity);

#ifdef __cplusplus
}
#endif

#endif
