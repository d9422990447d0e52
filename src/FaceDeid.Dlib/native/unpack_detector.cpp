/* Writes dlib's frontal face detector, which dlib carries packed, as C++: to unpack it takes longer than all else that a start does
   with it. Runs at build. */
#include <dlib/image_processing/frontal_face_detector.h>

#include <cstdio>
#include <string>

int main()
{
    const std::string unpacked = dlib::get_serialized_frontal_faces();
    std::printf("#include \"frontal_faces.h\"\n\nconst size_t hog::frontal_faces_size = %zu;\nconst unsigned char hog::frontal_faces[] = {", unpacked.size());
    for (size_t i = 0; i < unpacked.size(); ++i)
        std::printf("%s%d,", i % 32 == 0 ? "\n" : "", static_cast<unsigned char>(unpacked[i]));
    std::printf("\n};\n");
    return std::ferror(stdout) != 0 || std::fflush(stdout) != 0;
}
