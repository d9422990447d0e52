using System.Runtime.InteropServices;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// YuNet by OpenCV's <see cref="FaceDetectorYN"/>, with a file that the operator brings. It is made for one size of picture, in a
/// few milliseconds, and OpenCvSharp cannot change that size: so each call makes its own, and threads share nothing.
/// </summary>
internal sealed class YuNetDetector : IFaceDetector
{
    /// <summary>Name of the model's file in <c>models/cache</c>.</summary>
    public const string FileName = "face_detection_yunet.onnx";

    private const float Threshold = 0.4f; // from which on a face is proposed
    private const float Overlap = 0.3f; // FaceDetectorYN's own
    private const int Candidates = 5000; // FaceDetectorYN's own
    private const int Columns = 15; // x, y, width, height, five points, score

    private readonly string _modelFile;

    public YuNetDetector(string modelFile)
    {
        _modelFile = modelFile;
        using var black = new SearchImage(new Mat(32, 32, MatType.CV_8UC3, Scalar.Black));
        Detect(black, new DetectionOptions()); // a broken file shows at start, not at the first request
    }

    public DetectorKind Kind => DetectorKind.YuNet;

    public int MaxSide => 1600;

    public bool IsLookedAtTwice => true;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
    {
        using var found = new Mat();
        try
        {
            using var network = FaceDetectorYN.Create(
                _modelFile, string.Empty, image.Bgr.Size(), Threshold, Overlap, Candidates);
            network.Detect(image.Bgr, found);
        }
        catch (Exception e) when (e is OpenCVException or ExternalException or ArgumentException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The network {_modelFile} does not work. Replace it by the OpenCV model zoo's, or delete it.", e);
        }

        List<RawDetection> faces = [];
        var rows = found.Rows;
        for (var row = 0; row < rows; row++)
        {
            float At(int column) => found.At<float>(row, column);
            faces.Add(new RawDetection(
                Boxes.Around(At(0) + (At(2) / 2), At(1) + (At(3) / 2), At(2), At(3)), At(Columns - 1)));
        }

        return faces;
    }
}
