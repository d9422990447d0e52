using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

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
            () => decoder.Decode(file, colourManaged: !options.NotebookCompatible, options.OnDamage, cancellationToken: cancellationToken));

    /// <summary>Whether a picture that was written has opacity.</summary>
    public bool HasAlpha(byte[] written) => decoder.Inspect(written).HasAlpha;

    /// <summary>
    /// All pixels, hidden ones too, to look for faces in, as viewers may show them; the caller owns them. The notebook sees colours only.
    /// </summary>
    public static PictureViews Look(UprightImage picture, DetectionOptions options) =>
        new(picture, options.NotebookCompatible ? DetectionOptions.NotebookSide : null);

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

    /// <summary>The faces of a picture, whoever sees them.</summary>
    /// <inheritdoc cref="FaceFinder.Find(PictureViews, DetectionOptions, bool)"/>
    public IReadOnlyList<FoundFace> Detect(PictureViews picture, DetectionOptions options, bool apart = false) =>
        Detect(() => finder.Find(picture, options, apart), options);

    public IReadOnlyList<FaceLandmarks> Landmarks(PictureViews picture, DetectionOptions options)
    {
        var faces = Detect(picture, options);
        return Step("landmarks", () => picture.Examine(faces, face => face, (image, together) =>
            together.Select(face => new FaceLandmarks(face, predictor.Predict(image.Gray, face))).ToArray()));
    }

    /// <summary>The landmarks of the face that stands for a picture: the main one, or the notebook's choice, the first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="options">How faces are found.</param>
    /// <param name="part">Name of the picture's part in the request, for the error text.</param>
    /// <returns>The landmarks, and the size of the frame that they are in.</returns>
    public (Landmarks68 Landmarks, ImageSize Frame) MainFace(UprightImage picture, DetectionOptions options, string part)
    {
        using var views = Look(picture, options);
        var faces = Detect(views, options);
        if (faces.Count == 0)
            throw NoFace(part);
        var face = options.NotebookCompatible ? faces[0] : Faces.MainFace.Of(faces);
        return (Step("landmarks", () => predictor.Predict(views.As(face.Seen).Gray, face)), views.Size);
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
        using var views = new PictureViews(picture);
        IReadOnlyList<FoundFace> faces = [];
        // One appearance is enough to tell who is meant: in a cut-out the outline of the head may look like a face, too.
        foreach (var appearance in views.Appearances.TakeWhile(_ => faces.Count == 0))
            faces = Detect(() => finder.Find(views.As(appearance), ReferenceExaminer.Detection), ReferenceExaminer.Detection);
        Budget.TakePeople(faces.Count);
        return Step("recognise", () => references.Examine(views.Now, faces, part, photo));
    }

    private IReadOnlyList<FoundFace> Detect(Func<IReadOnlyList<FoundFace>> find, DetectionOptions options)
    {
        var faces = Step("detect", find);
        FaceDeidDiagnostics.CountFaces(options.Detector, faces.Count);
        return faces;
    }

    public byte[] Encode(Mat pixels, Mat? alpha, ImageOutput output) => Step("encode", () => ImageEncoder.Encode(pixels, alpha, output));

    public static FaceDeidException NoFace(string part) => new(
        FaceDeidError.NoFace,
        $"No face was found in '{part}'. Send a picture with a clearer or larger face, raise 'upsample', or try another 'detector'.");

    public static FaceDeidException NoFaceGiven() => new(
        FaceDeidError.NoFace, "'faces' is empty, so there is nothing to protect. Add a face, set 'redetect' to true, or allow it with onNoFace=pass.");

    /// <summary>The notebook's square, or the picture as it is.</summary>
    private static Mat Frame(Mat pixels, DetectionOptions options) =>
        options.NotebookCompatible ? pixels.Squeeze(DetectionOptions.NotebookSide) : pixels.Share();
}
