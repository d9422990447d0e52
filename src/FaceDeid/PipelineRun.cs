using FaceDeid.Deidentification;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using OpenCvSharp;

namespace FaceDeid;

/// <summary>One request's way through the steps: each is named, timed, and not begun once the caller has given up.</summary>
internal sealed class PipelineRun(
    ImageDecoder decoder, FaceFinder finder, LandmarkPredictor predictor, ReferenceExaminer references,
    CancellationToken cancellationToken)
{
    /// <summary>What its faces may cost.</summary>
    public WorkBudget Budget { get; } = new();

    public T Step<T>(string name, Func<T> work) => FaceDeidDiagnostics.Step(name, work, cancellationToken);

    public void Step(string name, Action work) => Step(name, () =>
    {
        work();
        return true;
    });

    /// <summary>The upright picture; the caller owns it.</summary>
    public UprightImage Decode(byte[] file, DetectionOptions options) =>
        Step(
            "decode",
            () => decoder.Decode(file, colourManaged: !options.NotebookCompatible, options.OnDamage, cancellationToken));

    /// <summary>
    /// All pixels, hidden ones too, to look for faces in; the caller owns them. The notebook stretches no contrast.
    /// </summary>
    public static SearchImage ToSearch(UprightImage picture, DetectionOptions options) =>
        options.NotebookCompatible ? new SearchImage(Frame(picture.Bgr, options)) : SearchImage.Of(picture);

    /// <summary>The pixels that may be shown, in the frame in which faces are answered; the caller owns them.</summary>
    public static Mat Visible(UprightImage picture, DetectionOptions options)
    {
        using var visible = picture.ToVisible();
        return Frame(visible, options);
    }

    /// <summary>The same in gray; the caller owns them.</summary>
    public static Mat VisibleGray(UprightImage picture, DetectionOptions options)
    {
        using var visible = Visible(picture, options);
        return visible.ToGray();
    }

    public IReadOnlyList<DetectedFace> Detect(SearchImage image, DetectionOptions options)
    {
        var faces = Step("detect", () => finder.Find(image, options));
        FaceDeidDiagnostics.CountFaces(options.Detector, faces.Count);
        return faces;
    }

    public IReadOnlyList<FaceLandmarks> Landmarks(SearchImage image, DetectionOptions options)
    {
        var faces = Detect(image, options);
        return Step("landmarks", () => faces.Select(face => new FaceLandmarks(face, predictor.Predict(image.Gray, face))).ToArray());
    }

    /// <summary>The landmarks of the face that stands for a picture: the main one, or the notebook's choice, the first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="options">How faces are found.</param>
    /// <param name="part">Name of the picture's part in the request, for the error text.</param>
    /// <returns>The landmarks, and the size of the frame that they are in.</returns>
    public (Landmarks68 Landmarks, ImageSize Frame) MainFace(UprightImage picture, DetectionOptions options, string part)
    {
        using var image = ToSearch(picture, options);
        var faces = Detect(image, options);
        if (faces.Count == 0)
            throw NoFace(part);
        var face = options.NotebookCompatible ? faces[0] : Detection.MainFace.Of(faces);
        return (Step("landmarks", () => predictor.Predict(image.Gray, face)), image.Bgr.ImageSize());
    }

    /// <summary>Who stays visible, by the reference photos of a request.</summary>
    /// <exception cref="FaceDeidException">A photo is refused, or does not say who is meant.</exception>
    public Visibility Visibility(DeidentificationOptions options) => new(
    [
        .. options.Keep.Select((file, i) => Reference(file, options.Detection.OnDamage, ReferencePart.Keep, i + 1)),
        .. options.Only.Select((file, i) => Reference(file, options.Detection.OnDamage, ReferencePart.Only, i + 1)),
    ]);

    private Reference Reference(byte[] file, DamagePolicy onDamage, ReferencePart part, int photo)
    {
        using var picture = Decode(file, ReferenceExaminer.Detection with { OnDamage = onDamage });
        using var search = SearchImage.Of(picture);
        var faces = Detect(search, ReferenceExaminer.Detection);
        Budget.TakePeople(faces.Count);
        return Step("recognise", () => references.Examine(search, faces, part, photo));
    }

    public byte[] Encode(Mat pixels, Mat? alpha, ImageOutput output) => Step("encode", () => ImageEncoder.Encode(pixels, alpha, output));

    public static FaceDeidException NoFace(string part) => new(
        ErrorCode.NoFace,
        $"No face was found in '{part}'. Send a picture with a clearer or larger face, raise 'upsample', or try another 'detector'.");

    public static FaceDeidException NoFaceGiven() => new(
        ErrorCode.NoFace, "'faces' is empty, so there is nothing to protect. Add a face, set 'redetect' to true, or allow it with onNoFace=pass.");

    /// <summary>The notebook's square, or the picture as it is.</summary>
    private static Mat Frame(Mat pixels, DetectionOptions options) =>
        options.NotebookCompatible ? pixels.Squeeze(DeidentificationPipeline.NotebookSide) : pixels.Share();
}
