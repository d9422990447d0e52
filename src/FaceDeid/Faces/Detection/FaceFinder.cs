using FaceDeid.Imaging;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// Runs the detector that was asked for, or the union of several, on a picture of any size, and answers in that picture's pixels.
/// A detector that throws ends the search: a face that only it would have found must not be missed in silence.
/// </summary>
internal sealed class FaceFinder(IEnumerable<IFaceDetector> detectors, WorkerGate gate)
{
    /// <summary>CNN scores below this are noise, and make thousands of boxes.</summary>
    public const double LowestNetworkScore = 0.3;

    /// <summary>
    /// A turned search must be this much surer than the upright one to win: upright faces score well when tilted, too.
    /// </summary>
    private const double TurnedHandicap = 0.1;

    /// <summary>
    /// UltraFace and YuNet call more things a face when they are turned; faces that lie on their side score as upright ones.
    /// </summary>
    private const double TurnedNetworkScore = 0.8;

    private readonly ILookup<DetectorKind, IFaceDetector> _detectors = detectors.ToLookup(d => d.Kind);

    /// <summary>What can be asked for, <see cref="DetectorKind.Auto"/> first.</summary>
    public IReadOnlyList<DetectorKind> Kinds => [DetectorKind.Auto, .. _detectors.Select(ofKind => ofKind.Key).Order()];

    /// <summary>
    /// The faces of a picture that any viewer shows, as <see cref="Find(SearchImage, DetectionOptions)"/> gives them.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="apart">
    /// Whether a face in the same place of several appearances counts in each: it may be somebody else.
    /// </param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the detector is not there, or does not know the score.
    /// </exception>
    public IReadOnlyList<FoundFace> Find(PictureViews picture, DetectionOptions options, bool apart = false)
    {
        var faces = Find(picture.As(Appearance.Colours), options);
        if (picture.Appearances.Count == 1)
            return faces;
        var seen = faces.Concat(picture.Appearances.Skip(1).SelectMany(
            appearance => Find(picture.As(appearance), options).Select(face => face with { Seen = appearance })));
        var all = apart ? seen : OneBoxPerFace.OfAppearances(seen);
        return [.. (options.Detector == DetectorKind.Auto ? LeftToRight(all) : all)
            .Select((face, i) => face with { Id = i + 1 })];
    }

    /// <summary>
    /// The faces of a picture: in the detector's order, under <see cref="DetectorKind.Auto"/> from left to right.
    /// </summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the detector is not there, or does not know the score.
    /// </exception>
    public IReadOnlyList<FoundFace> Find(SearchImage image, DetectionOptions options)
    {
        Check(options);
        var faces = options.Detector == DetectorKind.Auto ? Union(image, options) : One(image, options);
        return [.. faces
            .Where(face => Math.Min(face.Box.Width, face.Box.Height) >= options.MinFaceSize)
            .Select((face, i) => face with { Id = i + 1 })];
    }

    private IEnumerable<FoundFace> One(SearchImage image, DetectionOptions options) =>
        options.Thorough || _detectors[options.Detector].Skip(1).Any()
            ? OneBoxPerFace.Merge(Everywhere(options.Detector, image, options), face => face.Box)
            : Search(options.Detector, image, options);

    /// <summary>The faces that any of the detectors finds, one box each, in the common meaning.</summary>
    private List<FoundFace> Union(SearchImage image, DetectionOptions options)
    {
        // CNNs look with minScore, HOG and Haar with their own thresholds: their scores do not compare.
        var own = options with { MinScore = null, Upsample = options.Upsample ?? 0 };
        List<Func<IEnumerable<FoundFace>>> searches =
        [
            () => Everywhere(DetectorKind.UltraFace, image, options),
            () => Everywhere(DetectorKind.Hog, image, own).Select(face => face.ToCommon()),
            () => Search(DetectorKind.YuNet, image, options),
            () => options.Thorough ? Search(DetectorKind.HaarProfile, image, own) : [],
        ];
        var results = gate.Map(searches, search => search().ToList());
        var (networks, hog, profiles) = (results[0].Concat(results[2]), results[1], results[3]);

        // A CNN finds a lying face upright as well, with a poor box. HOG does not: where both see a face, it says which way is
        // up.
        var found = networks
            .Select(face => (Face: face,
                Hog: hog.FirstOrDefault(other => other.Roll == face.Roll && OneBoxPerFace.Covers(face.Box, other.Box))))
            .OrderByDescending(pair => pair.Hog?.Score ?? double.NegativeInfinity)
            // What the predictor learnt from.
            .Select(pair => pair is { Hog: { Roll: 0 } seen } ? pair.Face with { LandmarkBox = seen.LandmarkBox } : pair.Face)
            .Concat(hog)
            .Concat(profiles);
        return [.. LeftToRight(OneBoxPerFace.Merge(found, face => face.Box))];
    }

    private static IEnumerable<FoundFace> LeftToRight(IEnumerable<FoundFace> faces) =>
        faces.OrderBy(face => face.Box.X).ThenBy(face => face.Box.Y).ThenBy(face => face.Box.Width);

    /// <summary>Upright, and turned where the search is thorough; the surest first.</summary>
    private IEnumerable<FoundFace> Everywhere(DetectorKind kind, SearchImage image, DetectionOptions options)
    {
        var found = Search(kind, image, options);
        if (options.Thorough)
        {
            var turnedScore = options.MinScore ?? (IsNetwork(kind) ? TurnedNetworkScore : null);
            found = found.Concat(TurnedSearch.Find(image, (turned, scale) =>
                Search(kind, turned, options with { MinScore = turnedScore, MinFaceSize = (int)(options.MinFaceSize / scale) })));
        }

        return found.OrderByDescending(face => face.Score - (face.Roll == 0 ? 0 : TurnedHandicap));
    }

    private IEnumerable<FoundFace> Search(DetectorKind kind, SearchImage image, DetectionOptions options) =>
        _detectors[kind].SelectMany(detector => Search(detector, image, options));

    private static IEnumerable<FoundFace> Search(IFaceDetector detector, SearchImage image, DetectionOptions options)
    {
        var scale = Math.Max(1.0, Math.Max(image.Width, image.Height) / (double)detector.MaxSide);
        if (scale == 1)
            return detector.Detect(image, options).Select(Face);
        using var reduced = image.Reduced(detector.MaxSide);
        return detector.Detect(reduced, options with { MinFaceSize = (int)(options.MinFaceSize / scale) })
            .Select(found => Face(found with { Box = found.Box.Scaled(scale) }));

        FoundFace Face(RawDetection found) => new(0, found.Box, found.Score, detector.Kind, found.SubDetector)
        {
            LandmarkBox = IsNetwork(detector.Kind) ? found.Box.ForLandmarks() : found.Box,
        };
    }

    private void Check(DetectionOptions options)
    {
        if (options.Detector != DetectorKind.Auto && !_detectors.Contains(options.Detector))
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                "The detector yuNet is not there: its file is not part of FaceDeid. The operator puts the OpenCV model zoo's "
                + $"face_detection_yunet (https://github.com/opencv/opencv_zoo) into models/cache/{YuNetDetector.FileName} and "
                + "starts the service anew; detector=auto needs no file.");
        }

        if ((options.Detector == DetectorKind.Auto || IsNetwork(options.Detector)) && options.MinScore is { } score
            && score is < LowestNetworkScore or > 1)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"'minScore' must be from {LowestNetworkScore} to 1 with the detectors auto, ultraFace and yuNet.");
        }
    }

    private static bool IsNetwork(DetectorKind kind) => kind is DetectorKind.UltraFace or DetectorKind.YuNet;
}
