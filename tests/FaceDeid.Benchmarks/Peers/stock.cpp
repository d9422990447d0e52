// What a C++ programmer would write with Debian's dlib and OpenCV: the calls that the service makes, on one thread, without a service.
//
//     stock MODEL PICTURE...       reads the files, then a command a line from standard input, pictures by their number from 0:
//
//     landmarks N                  milliseconds, number of faces, and for each: left, top, right, bottom, 68 times x and y
//     merge N M                    milliseconds, bytes of the PNG
//     blur N                       milliseconds, bytes of the JPEG
//     rate landmarks SECONDS       pictures a second, all pictures in turn and equally often
//     rate merge SECONDS           the same with each picture and the next
//
// The clock runs from the file's bytes in memory to the result in memory.
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/opencv.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace {

using Bytes = std::vector<unsigned char>;
using Clock = std::chrono::steady_clock;
using Face = dlib::full_object_detection;

const int kSide = 300;
const int kQuality = 95;  // the service's, for a picture in the format that it came in

class Stock {
public:
    explicit Stock(const char* model) : detector_(dlib::get_frontal_face_detector()) { dlib::deserialize(model) >> predictor_; }

    std::vector<Face> Landmarks(const Bytes& file) { return Place(Gray(Decode(file))); }

    // sqrt(a^2 + b^2) / 2, pixel by pixel, without the fraction.
    Bytes Merge(const Bytes& first, const Bytes& second) {
        const cv::Mat a = Square(first), b = Square(second);
        cv::Mat merged(kSide, kSide, CV_8UC1);
        for (int y = 0; y < kSide; y++)
            for (int x = 0; x < kSide; x++) {
                const double p = a.at<uchar>(y, x), q = b.at<uchar>(y, x);
                merged.at<uchar>(y, x) = static_cast<uchar>(std::sqrt(p * p + q * q) / 2);
            }
        Bytes png;
        cv::imencode(".png", merged, png);
        return png;
    }

    Bytes Blur(const Bytes& file) {
        cv::Mat picture = Decode(file);
        const cv::Rect whole(0, 0, picture.cols, picture.rows);
        for (const auto& box : Detect(Gray(picture))) {
            const cv::Rect inside = cv::Rect(box.left(), box.top(), box.width(), box.height()) & whole;
            cv::Mat face = picture(inside);
            cv::GaussianBlur(face, face, cv::Size(), std::max(1.0, inside.width / 8.0));
        }
        Bytes jpeg;
        cv::imencode(".jpg", picture, jpeg, {cv::IMWRITE_JPEG_QUALITY, kQuality});
        return jpeg;
    }

private:
    static cv::Mat Decode(const Bytes& file) {
        const cv::Mat picture = cv::imdecode(file, cv::IMREAD_COLOR);
        if (picture.empty()) throw std::runtime_error("a picture cannot be decoded");
        return picture;
    }

    static cv::Mat Gray(const cv::Mat& picture) {
        cv::Mat gray;
        cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
        return gray;
    }

    static cv::Mat Square(const Bytes& file) {
        cv::Mat square;
        cv::resize(Gray(Decode(file)), square, cv::Size(kSide, kSide), 0, 0, cv::INTER_AREA);
        return square;
    }

    // Looks in the picture doubled once, as dlib's own example does, and brings the boxes back.
    std::vector<dlib::rectangle> Detect(const cv::Mat& gray) {
        dlib::array2d<unsigned char> doubled;
        dlib::assign_image(doubled, dlib::cv_image<unsigned char>(gray));
        dlib::pyramid_up(doubled);
        std::vector<dlib::rectangle> boxes = detector_(doubled);
        const dlib::pyramid_down<2> pyramid;
        for (auto& box : boxes) box = pyramid.rect_down(box);
        return boxes;
    }

    std::vector<Face> Place(const cv::Mat& gray) {
        const dlib::cv_image<unsigned char> pixels(gray);
        std::vector<Face> faces;
        for (const auto& box : Detect(gray)) faces.push_back(predictor_(pixels, box));
        return faces;
    }

    dlib::frontal_face_detector detector_;
    dlib::shape_predictor predictor_;
};

double Seconds(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void Print(const std::vector<Face>& faces) {
    std::cout << faces.size();
    for (const auto& face : faces) {
        const auto& box = face.get_rect();
        std::cout << ' ' << box.left() << ' ' << box.top() << ' ' << box.right() << ' ' << box.bottom();
        for (unsigned long i = 0; i < face.num_parts(); i++) std::cout << ' ' << face.part(i).x() << ' ' << face.part(i).y();
    }
}

void Print(const Bytes& file) { std::cout << file.size(); }

template <typename Call>
void Time(Call call) {
    const auto start = Clock::now();
    const auto result = call();
    std::cout << 1000 * Seconds(start) << ' ';
    Print(result);
}

template <typename Call>
void Rate(double seconds, size_t pictures, Call call) {
    const auto start = Clock::now();
    size_t calls = 0;
    while (Seconds(start) < seconds || calls % pictures != 0) call(calls++);
    std::cout << static_cast<double>(calls) / Seconds(start);
}

void Answer(Stock& stock, const std::vector<Bytes>& pictures, std::istringstream& line) {
    const auto at = [&pictures](size_t i) -> const Bytes& { return pictures[i % pictures.size()]; };
    std::string command;
    size_t first = 0, second = 0;
    line >> command;
    if (command == "landmarks" && line >> first) {
        Time([&] { return stock.Landmarks(at(first)); });
    } else if (command == "merge" && line >> first >> second) {
        Time([&] { return stock.Merge(at(first), at(second)); });
    } else if (command == "blur" && line >> first) {
        Time([&] { return stock.Blur(at(first)); });
    } else if (double seconds = 0; command == "rate" && line >> command >> seconds) {
        if (command == "landmarks")
            Rate(seconds, pictures.size(), [&](size_t i) { stock.Landmarks(at(i)); });
        else
            Rate(seconds, pictures.size(), [&](size_t i) { stock.Merge(at(i), at(i + 1)); });
    } else {
        throw std::runtime_error("not understood: " + line.str());
    }
    std::cout << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 3) throw std::runtime_error("usage: stock MODEL PICTURE...");
    cv::setNumThreads(1);
    Stock stock(argv[1]);
    std::vector<Bytes> pictures;
    for (int i = 2; i < argc; i++) {
        std::ifstream file(argv[i], std::ios::binary);
        pictures.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    for (std::string text; std::getline(std::cin, text);) {
        std::istringstream line(text);
        Answer(stock, pictures, line);
    }
    return 0;
} catch (const std::exception& e) {
    std::cerr << "stock: " << e.what() << '\n';
    return 1;
}
