using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using OpenCvSharp;

namespace FaceDeid.Faces;

/// <summary>
/// One work's way through the steps: each is named, timed, and not begun once the caller has given up. For one thread at a time.
/// </summary>
internal sealed class Reading : IDisposable
{
    private const long LargePicture = 20_000_000; // pixels

    private readonly FaceReader _reader;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<byte[], OpenedPicture> _opened = []; // by the very array
    private IDisposable? _room;
    private int _uploaded; // bytes

    internal Reading(FaceReader reader, CancellationToken cancellationToken)
    {
        _reader = reader;
        _cancellationToken = cancellationToken;
    }

    public T Step<T>(string name, Func<T> work) => FaceDeidDiagnostics.Step(name, work, _cancellationToken);

    public void Step(string name, Action work) => Step(name, () =>
    {
        work();
        return true;
    });

    /// <summary>Reads the headers of files, and waits for room for their pixels.</summary>
    internal void Open(IReadOnlyList<byte[]> files)
    {
        foreach (var file in files.Distinct())
        {
            _opened.Add(file, Step("inspect", () => _reader.Decoder.Open(file)));
            _uploaded += file.Length;
        }

        if (files.Count > 0)
            _room = Step("reserve", () => _reader.Budget.Take(files.Select(file => _opened[file].Header), _cancellationToken));
    }

    /// <summary>The upright picture; the caller owns it. A file that the work did not begin with is opened here.</summary>
    public UprightImage Decode(byte[] file, DetectionOptions options) => Step("decode", () =>
    {
        if (_opened.Remove(file, out var opened))
        {
            using (opened)
            {
                return _reader.Decoder.Decode(
                    opened, colourManaged: !options.NotebookCompatible, options.OnDamage, _cancellationToken);
            }
        }

        _uploaded += file.Length;
        return _reader.Decoder.Decode(
            file, colourManaged: !options.NotebookCompatible, options.OnDamage, cancellationToken: _cancellationToken);
    });

    /// <summary>Whether a picture that was written has opacity.</summary>
    public bool HasAlpha(byte[] written) => _reader.Decoder.Inspect(written).HasAlpha;

    /// <summary>
    /// All pixels, hidden ones too, to look for faces in, as viewers may show them; the caller owns them. The notebook sees
    /// colours only.
    /// </summary>
    public static PictureViews Look(UprightImage picture, DetectionOptions options) =>
        new(picture, options.NotebookCompatible ? DetectionOptions.NotebookSide : null);

    /// <summary>The faces of a picture, whoever sees them.</summary>
    /// <inheritdoc cref="FaceFinder.Find(PictureViews, DetectionOptions, bool)"/>
    public IReadOnlyList<FoundFace> Detect(PictureViews picture, DetectionOptions options, bool apart = false) =>
        Detect(() => _reader.Finder.Find(picture, options, apart), () => picture.Now, options);

    /// <summary>The faces of a picture as it is shown in one way.</summary>
    public IReadOnlyList<FoundFace> Detect(SearchImage picture, DetectionOptions options) =>
        Detect(() => _reader.Finder.Find(picture, options), () => picture, options);

    /// <summary>The faces of a picture with their landmarks.</summary>
    public IReadOnlyList<FaceLandmarks> Landmarks(PictureViews picture, DetectionOptions options)
    {
        var faces = Detect(picture, options);
        return Step("landmarks", () => picture.Examine(faces, face => face, (image, together) =>
            together.Select(face => new FaceLandmarks(face, _reader.Predictor.Predict(image.Gray, face))).ToArray()));
    }

    /// <summary>The landmarks of the face that stands for a picture: the main one, or the notebook's choice, the first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="options">How faces are found.</param>
    /// <param name="part">Name of the picture's part in the request, for the error text.</param>
    /// <returns>The landmarks, and the size of the frame that they are in.</returns>
    public (Landmarks68 Landmarks, ImageSize Frame) LandmarksOfMain(UprightImage picture, DetectionOptions options, string part)
    {
        using var views = Look(picture, options);
        var faces = Detect(views, options);
        if (faces.Count == 0)
            throw NoFace(part);
        var face = options.NotebookCompatible ? faces[0] : MainFace.Choose(faces);
        return (Step("landmarks", () => _reader.Predictor.Predict(views.As(face.Seen).Gray, face)), views.Size);
    }

    /// <summary>A file of pixels.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.TooManyPixels"/>: this format takes more memory than the upload may.
    /// </exception>
    public byte[] Encode(Mat pixels, Mat? alpha, ImageOutput output) => Step("encode", () =>
    {
        MemoryLimit.Check(_uploaded, pixels.ImageSize(), ImageEncoder.BytesPerPixel(output.Format));
        return ImageEncoder.Encode(pixels, alpha, output);
    });

    public static FaceDeidException NoFace(string part) => new(
        FaceDeidError.NoFace,
        $"No face was found in '{part}'. Send a picture with a clearer or larger face, raise 'upsample', or try "
        + "another 'detector'.");

    public void Dispose()
    {
        foreach (var opened in _opened.Values)
            opened.Dispose();
        _room?.Dispose();
    }

    private IReadOnlyList<FoundFace> Detect(
        Func<IReadOnlyList<FoundFace>> find, Func<SearchImage> lookedAt, DetectionOptions options)
    {
        var faces = Step("detect", find);
        lookedAt().ForgetHalves();
        if (lookedAt().Bgr.Total() > LargePicture)
            _reader.Spare.GiveBackNative(); // what detectors keep is in the way of the next steps' pixels
        FaceDeidDiagnostics.CountFaces(options.Detector, faces.Count);
        return faces;
    }
}
