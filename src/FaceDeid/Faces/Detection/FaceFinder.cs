using FaceDeid.Imaging;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// Runs the detector that was asked for, or the union of several, on a picture of any size, and answers in that picture's pixels.
/// What the networks propose, generously, is looked at twice (<see cref="SecondLook"/>). A detector that throws ends the search:
/// a face that only it would have found must not be missed in silence.
/// </summary>
internal sealed class FaceFinder(IEnumerable<IFaceDetector> detectors, SecondLook secondLook, WorkerGate gate)
{
    /// <summary>Probability from which on something is called a face, unless the caller says otherwise...</summary>
    public const double Uncertain = 0.6;

    /// <summary>...and from which on surely.</summary>
    public const double Certain = 0.8;

    /// <summary>Of a face that surely is upright: no turned one has to be looked at in its place.</summary>
    private const double BeyondDoubt = 0.9999;

    /// <summary>Longest side of a lifted copy in pixels: a larger one would take too much memory.</summary>
    private const int MaxLiftedSide = 2560;

    /// <summary>What is less probable cannot be asked for: everything looks a little like a face.</summary>
    public const double LowestProbability = 0.1;

    /// <summary>
    /// A turned search must be this much surer than the upright one to win: upright faces score well when tilted, too.
    /// </summary>
    private const double TurnedHandicap = 0.1; // of a detector's own score...
    private const double TurnedHandicapOfOdds = 1; // ...and of the log-odds of a face

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
        var faces = options.Detector switch
        {
            DetectorKind.Auto when options.Thorough =>
                LeftToRight(Surest(image, WhichWayIsUp(image, OfNetworks(image, options)))),
            DetectorKind.Auto => LeftToRight(Surest(image, OfNetworks(image, options))),
            DetectorKind.UltraFace or DetectorKind.YuNet => Surest(image, OfNetworks(image, options)),
            _ => Own(image, options),
        };
        return [.. faces
            .Where(face => Math.Min(face.Box.Width, face.Box.Height) >= options.MinFaceSize)
            .Select((face, i) => face with { Id = i + 1 })];
    }

    /// <summary>What one detector finds, by its own word.</summary>
    private IEnumerable<FoundFace> Own(SearchImage image, DetectionOptions options)
    {
        var found = Search(options.Detector, image, options);
        return options.Thorough || _detectors[options.Detector].Skip(1).Any()
            ? Surest(image, found.Concat(options.Thorough ? Turned(image, options, TurnedSearch.Thorough, options.Detector) : []))
            : found;
    }

    /// <summary>What networks find in a picture, and where its edges meet.</summary>
    private List<FoundFace> OfNetworks(SearchImage image, DetectionOptions options)
    {
        var faces = LookedAtTwice(image, options);
        if (Seam.MayBeIn(image))
        {
            image.ForgetHalves(); // what comes takes as much memory
            using var seam = Seam.Of(image);
            faces.AddRange(LookedAtTwice(seam, options).SelectMany(face => Seam.Back(image, face)));
        }

        return faces;
    }

    /// <summary>What is proposed and is a face at the second look, too.</summary>
    private List<FoundFace> LookedAtTwice(SearchImage image, DetectionOptions options)
    {
        List<FoundFace> faces = [];
        Propose(image, options, (pixels, scale, proposals) =>
        {
            var (upright, turned) = (Proposed(face => face.Roll == 0), Proposed(face => face.Roll != 0));
            var inFull = options.MinScore > SecondLook.ProbabilityOfClear;
            var judged = gate.Map(upright, face => Judged(pixels, face, inFull: inFull));
            var lying = gate.Map(turned, face => Judged(pixels, face, options.Thorough ? 0 : Upright(face)))
                .Where(IsFace).ToList();
            var standing = gate.Map([.. upright.Zip(judged)], face =>
                face.Second.Score == SecondLook.ProbabilityOfClear
                    && lying.Exists(other => OneBoxPerFace.Covers(face.Second.Box, other.Box))
                    ? Judged(pixels, face.First, inFull: true)
                    : face.Second).Where(IsFace);
            faces.AddRange(standing.Concat(lying).Select(face => face with
            {
                Box = face.Box.Scaled(scale),
                LandmarkBox = face.LandmarkBox.Scaled(scale),
            }));

            FoundFace[] Proposed(Func<FoundFace, bool> which) => [.. proposals.Where(which)];

            bool IsFace(FoundFace face) => !face.IsProposal || face.Score >= (options.MinScore ?? Uncertain);

            // How clearly a sure upright face is seen in the place of a turned one: the same face, if that is not clearer.
            // One that is not sure, or only around it, hides nothing: it may be left as it is, or covered less.
            double Upright(FoundFace turned) => judged
                .Where(other => other.Score >= Certain && IsFace(other) && OneBoxPerFace.Covers(other.Box, turned.Box))
                .Select(other => other.Score > BeyondDoubt ? 1 : other.SeenAgain).DefaultIfEmpty().Max();
        });
        return faces;
    }

    /// <summary>
    /// What may be a face: upright and turned, and once more in a lifted copy of a dark or bright picture. Each is given with the
    /// pixels in which it was seen, which last as long as the call, and how many times smaller they are than the picture.
    /// Turned faces can be left out, for frames between such as were searched for them, too.
    /// </summary>
    internal void Propose(
        SearchImage image, DetectionOptions options, Action<SearchImage, double, IReadOnlyList<FoundFace>> propose,
        bool turned = true)
    {
        propose(image, 1, In(image));
        if (!ContrastLift.Helps(image))
            return;
        image.ForgetHalves(); // what comes takes as much memory
        var scale = Math.Max(1, Math.Max(image.Width, image.Height) / (double)MaxLiftedSide);
        using var reduced = scale > 1 ? image.Reduced(MaxLiftedSide) : null;
        image.ForgetHalves();
        using var lifted = ContrastLift.Of(reduced ?? image);
        propose(lifted, scale, In(lifted));

        List<FoundFace> In(SearchImage pixels)
        {
            DetectorKind[] networks =
                options.Detector == DetectorKind.Auto ? [DetectorKind.UltraFace, DetectorKind.YuNet] : [options.Detector];
            return
            [
                .. networks.SelectMany(kind => Search(kind, pixels, options)),
                .. turned
                    ? Turned(pixels, options, options.Thorough ? TurnedSearch.Thorough : TurnedSearch.Coarse, networks[0])
                    : [],
                .. options is { Detector: DetectorKind.Auto, Thorough: true } ? Profiles(pixels, options) : [],
            ];
        }
    }

    /// <summary>
    /// A network finds a tilted face upright as well, with a poor box. HOG's detectors for upright faces do not: they say which
    /// way is up.
    /// </summary>
    private IEnumerable<FoundFace> WhichWayIsUp(SearchImage image, IReadOnlyList<FoundFace> faces)
    {
        var options = new DetectionOptions { Detector = DetectorKind.Hog, Upsample = 0, Thorough = true };
        var hog = Search(DetectorKind.Hog, image, options).Concat(Turned(image, options, TurnedSearch.Thorough, DetectorKind.Hog))
            .Where(face => face.SubDetector is not (3 or 4)) // those for faces that are tilted
            .Select(face => face.ToCommon()).OrderByDescending(face => face.Score).ToList();
        return faces.Select(face => face with
        {
            HogScore = hog.Find(other => other.Roll == face.Roll && OneBoxPerFace.Covers(face.Box, other.Box))?.Score,
        });
    }

    // A cascade's count of windows says nothing here.
    private IEnumerable<FoundFace> Profiles(SearchImage image, DetectionOptions options) =>
        Search(DetectorKind.HaarProfile, image, options with { MinScore = null }).Select(face => face with { Score = 0.5 });

    private FoundFace Judged(SearchImage image, FoundFace proposal, double least = 0, bool inFull = false)
    {
        if (!proposal.IsProposal)
            return proposal with { Certainty = Certainty.High };
        var (probability, seen) = secondLook.Judge(image, proposal, least, inFull);
        return proposal with
        {
            Score = probability,
            SeenAgain = seen,
            Certainty = probability >= Certain ? Certainty.High : Certainty.Low,
        };
    }

    private static IEnumerable<FoundFace> LeftToRight(IEnumerable<FoundFace> faces) =>
        faces.OrderBy(face => face.Box.X).ThenBy(face => face.Box.Y).ThenBy(face => face.Box.Width);

    /// <summary>One box per face, the surest. Of boxes that reach beyond the picture, what lies in it counts.</summary>
    private static IReadOnlyList<FoundFace> Surest(SearchImage image, IEnumerable<FoundFace> faces)
    {
        return OneBoxPerFace.Merge(faces.OrderByDescending(Trust), face => Shown(face.Box));

        Box Shown(Box box)
        {
            var (left, top) = (Math.Clamp(box.X, 0, image.Width - 1), Math.Clamp(box.Y, 0, image.Height - 1));
            return new Box(
                left, top, Math.Max(1, Math.Min(image.Width, box.X + box.Width) - left),
                Math.Max(1, Math.Min(image.Height, box.Y + box.Height) - top));
        }
    }

    private static double Trust(FoundFace face)
    {
        var isTurned = face.Roll == 0 ? 0 : 1;
        if (face.HogScore is { } sure)
            return 100 + sure; // before all others
        return face is { IsProposal: true }
            ? Math.Log(face.Score / Math.Max(1 - face.Score, 1e-12)) - (isTurned * TurnedHandicapOfOdds)
            : face.Score - (isTurned * TurnedHandicap);
    }

    // Unless it was asked for, a turned search is for detectors that only propose: they can be wrong.
    private IEnumerable<FoundFace> Turned(SearchImage image, DetectionOptions options, TurnedSearch search, DetectorKind kind) =>
        search.Find(image, (turned, scale) =>
        {
            if (options.Thorough)
                image.ForgetHalves(); // what is turned is large
            return _detectors[kind]
                .Where(detector => options.Thorough || detector.IsLookedAtTwice)
                .SelectMany(detector => Search(detector, turned, options with
                {
                    AtAGlance = !options.Thorough,
                    MinFaceSize = (int)(options.MinFaceSize / scale),
                }));
        });

    private IEnumerable<FoundFace> Search(DetectorKind kind, SearchImage image, DetectionOptions options) =>
        _detectors[kind].SelectMany(detector => Search(detector, image, options));

    private static IEnumerable<FoundFace> Search(IFaceDetector detector, SearchImage image, DetectionOptions options)
    {
        var scale = Math.Max(1.0, Math.Max(image.Width, image.Height) / (double)detector.MaxSide);
        if (scale == 1)
            return detector.Detect(image, options).Select(Face);
        using var reduced = image.Reduced(detector.MaxSide);
        image.ForgetHalves(); // what a detector makes of the copy takes as much memory
        return detector.Detect(reduced, options with { MinFaceSize = (int)(options.MinFaceSize / scale) })
            .Select(found => Face(found with { Box = found.Box.Scaled(scale) }));

        FoundFace Face(RawDetection found) => new FoundFace(0, found.Box, found.Score, detector.Kind, found.SubDetector)
        {
            IsProposal = detector.IsLookedAtTwice,
            LandmarkBox = detector.Kind is DetectorKind.UltraFace or DetectorKind.YuNet ? found.Box.ForLandmarks() : found.Box,
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

        if (options is
            {
                Detector: DetectorKind.Auto or DetectorKind.UltraFace or DetectorKind.YuNet,
                MinScore: < LowestProbability or > 1
            })
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"'minScore' must be from {LowestProbability} to 1 with the detectors auto, ultraFace and yuNet.");
        }
    }
}
