using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using OpenCvSharp;

namespace FaceDeid;

/// <summary>One request's way through the steps: each is named, timed, and not begun once the caller has given up.</summary>
internal sealed class PipelineRun(ImageDecoder decoder, FaceFinder finder, LandmarkPredictor predictor, CancellationToken cancellationToken)
{
    public T Step<T>(string name, Func<T> work) => FaceDeidDiagnostics.Step(name, work, cancellationToken);

    /// <summary>The upright picture, squeezed where the notebook would have done so; the caller owns it.</summary>
    public UprightImage Decode(byte[] file, DetectionOptions options) => Step("decode", () =>
    {
        var picture = decoder.Decode(file, colourManaged: !options.NotebookCompatible);
        if (!options.NotebookCompatible)
            return picture;
        using (picture)
            return new UprightImage(picture.Bgr.Squeeze(DeidentificationPipeline.NotebookSide), alpha: null);
    });

    /// <summary>The same in gray; the caller owns it.</summary>
    public Mat DecodeGray(byte[] file, DetectionOptions options)
    {
        using var picture = Decode(file, options);
        return picture.ToGray();
    }

    public IReadOnlyList<DetectedFace> Detect(Mat gray, DetectionOptions options)
    {
        var faces = Step("detect", () => finder.Find(gray, options));
        FaceDeidDiagnostics.CountFaces(options.Detector, faces.Count);
        return faces;
    }

    public IReadOnlyList<FaceLandmarks> Landmarks(Mat gray, DetectionOptions options)
    {
        var faces = Detect(gray, options);
        return Step("landmarks", () => faces.Select(face => new FaceLandmarks(face, predictor.Predict(gray, face.Box))).ToArray());
    }

    /// <summary>The landmarks of the face that stands for a picture: the largest, or the notebook's choice, the first.</summary>
    /// <param name="gray">The picture.</param>
    /// <param name="options">How faces are found.</param>
    /// <param name="part">Name of the picture's part in the request, for the error text.</param>
    public Landmarks68 MainFace(Mat gray, DetectionOptions options, string part)
    {
        var faces = Detect(gray, options);
        if (faces.Count == 0)
            throw NoFace(part);
        var face = options.NotebookCompatible ? faces[0] : faces.MaxBy(f => f.Box.Width * f.Box.Height)!;
        return Step("landmarks", () => predictor.Predict(gray, face.Box));
    }

    public EncodedImage Encode(Mat pixels, Mat? alpha, ImageOutput output) =>
        Step("encode", () => new EncodedImage(ImageEncoder.Encode(pixels, alpha, output), output.Format));

    public static FaceDeidException NoFace(string part) => new(
        ErrorCode.NoFace,
        $"No face was found in '{part}'. Send a picture with a clearer or larger face, raise 'upsample', or try another 'detector'.");
}
