using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Video.Tracking;
using OpenCvSharp;

namespace FaceDeid.Video.Search;

/// <summary>The search of one frame: nothing is calculated, not even its colours, before it is asked for.</summary>
internal sealed class FrameSearch : IFrameSearch, IDisposable
{
    private const double Threshold = 0.3; // score from which on a face is seen
    private const double NearSides = 3; // of the face, that are looked at around a place
    private const int NearSide = 160; // pixels to which they are brought: 53 for the face
    private const int LargestNear = 128; // pixels of a face there
    private const double Touching = 2; // pixels from that square's edge: what it cuts has no good box
    private const int LiftSide = 320; // pixels of a frame by which it is decided whether it is lifted
    private static readonly int[] Upright = [0];
    private static readonly int[] Rolls = [30, -30, 90, -90, 180];

    private readonly FrameSearcher _searcher;
    private readonly DetectionOptions _options;
    private readonly Point2f[][] _ignored;
    private readonly Lazy<SearchImage> _image;
    private readonly Lazy<SearchImage> _lifted;
    private readonly Lazy<bool> _isLifted;
    private IReadOnlyList<Sighting>? _everywhere;
    private SearchExtent _searched;

    /// <summary>Searches a frame in I420, which must live as long.</summary>
    public FrameSearch(
        FrameSearcher searcher, Mat frame, DetectionOptions options, IReadOnlyList<IReadOnlyList<PixelPoint>> ignored)
    {
        (_searcher, _options) = (searcher, options);
        _ignored = [.. ignored.Select(polygon => polygon.Select(corner => new Point2f(corner.X, corner.Y)).ToArray())];
        _image = new Lazy<SearchImage>(() => new SearchImage(frame.CvtColor(ColorConversionCodes.YUV2BGR_I420)));
        _lifted = new Lazy<SearchImage>(() => ContrastLift.Of(Image));
        _isLifted = new Lazy<bool>(() => HelpsLifting(Image));
    }

    /// <summary>The frame's colours; owned by this object.</summary>
    public SearchImage Image => _image.Value;

    /// <summary>Whether a lifted copy is looked at as well: much of the frame is dark or bright.</summary>
    private bool IsLifted => _isLifted.Value;

    public IReadOnlyList<Sighting> Everywhere(SearchExtent extent)
    {
        if (_everywhere is not null && _searched >= extent)
            return _everywhere;
        List<Sighting> seen = [];
        if (_options.Detector is DetectorKind.Auto or DetectorKind.UltraFace or DetectorKind.YuNet)
        {
            _searcher.Finder.Propose(
                Image, _options with { InHalf = extent == SearchExtent.Half },
                (_, scale, faces) => seen.AddRange(faces.Select(face =>
                    new Sighting(FaceBox.Of(face.Box).Scaled(scale), face.Score, face.Roll))),
                turned: extent == SearchExtent.Turned);
        }
        else
        {
            // Detectors of other kinds have scores of their own, and their word counts.
            seen.AddRange(_searcher.Finder.Find(Image, _options)
                .Select(face => new Sighting(FaceBox.Of(face.ToCommon().Box), Score: 1, face.Roll)));
        }

        _searched = extent;
        return _everywhere = Heeded(seen);
    }

    public IReadOnlyList<Sighting> Near(FaceBox place) => Heeded(Look(place, Upright));

    public IReadOnlyList<Sighting> Turned(FaceBox place) => Heeded(Look(place, Rolls));

    public double Probability(Sighting seen)
    {
        if (_options.Detector is not (DetectorKind.Auto or DetectorKind.UltraFace or DetectorKind.YuNet))
            return 1;
        var box = Boxes.Around(seen.Box.CentreX, seen.Box.CentreY, seen.Box.Width, seen.Box.Height);
        var face = new FoundFace(0, box, seen.Score, DetectorKind.UltraFace, null) { IsProposal = true, Roll = seen.Roll };
        var probability = _searcher.SecondLook.Judge(Image, face).Probability;
        if (probability >= FaceFinder.Certain || !IsLifted)
            return probability;
        return Math.Max(probability, _searcher.SecondLook.Judge(_lifted.Value, face).Probability);
    }

    public void Dispose()
    {
        if (_image.IsValueCreated)
            _image.Value.Dispose();
        if (_lifted.IsValueCreated)
            _lifted.Value.Dispose();
    }

    /// <summary>Those whose centre lies in no area that is ignored.</summary>
    private List<Sighting> Heeded(List<Sighting> seen)
    {
        if (_ignored.Length > 0)
        {
            seen.RemoveAll(sighting => _ignored.Any(area => Cv2.PointPolygonTest(
                area, new Point2f((float)sighting.Box.CentreX, (float)sighting.Box.CentreY), measureDist: false) >= 0));
        }

        return seen;
    }

    /// <summary>By single pixels: means of all would take longer than the search of a place.</summary>
    private static bool HelpsLifting(SearchImage image)
    {
        var times = Math.Max(1, Math.Max(image.Width, image.Height) / LiftSide);
        using var few = new SearchImage(
            image.Bgr.Resize(new Size(image.Width / times, image.Height / times), 0, 0, InterpolationFlags.Nearest));
        return ContrastLift.Helps(few);
    }

    /// <summary>One pass of the network over the surroundings of a place, turned by each of some angles.</summary>
    private List<Sighting> Look(FaceBox place, int[] rolls)
    {
        var side = NearSides * Math.Max(place.Width, place.Height);
        var pixels = Image.HalvedFor(side / NearSide);
        var scale = pixels.Width / (double)Image.Width;
        var centre = (scale * new Complex(place.CentreX, place.CentreY)) - new Complex(0.5, 0.5);
        SimilarityTransform[] views = [.. rolls.Select(roll => SimilarityTransform.ToSquare(
            centre, scale * side, Complex.FromPolarCoordinates(1, roll * Math.PI / 180), NearSide))];
        List<Mat> squares = [];
        try
        {
            foreach (var view in views)
            {
                squares.Add(pixels.WarpReduced(view, new Size(NearSide, NearSide)));
                if (IsLifted)
                    squares.Add(Lifted(squares[^1]));
            }

            List<Sighting> seen = [];
            foreach (var (i, found) in _searcher.Network.Look(squares, Threshold, LargestNear).Index())
            {
                var view = i * views.Length / squares.Count;
                seen.AddRange(found.Where(IsWhole).Select(face =>
                    new Sighting(Back(face.Box, views[view].Inverse, rolls[view], scale), face.Score, rolls[view])));
            }

            return seen;
        }
        finally
        {
            squares.ForEach(square => square.Dispose());
        }
    }

    private static Mat Lifted(Mat square)
    {
        using var image = new SearchImage(square.Clone());
        using var lifted = ContrastLift.Of(image);
        return lifted.Bgr.Clone();
    }

    private static bool IsWhole((Rect2d Box, double Score) face) =>
        face.Box.Left > Touching && face.Box.Top > Touching
        && face.Box.Right < NearSide - Touching && face.Box.Bottom < NearSide - Touching;

    /// <summary>
    /// The face as an upright box around the same centre: one around the corners of the turned box would be far too large.
    /// </summary>
    private static FaceBox Back(Rect2d box, SimilarityTransform back, int roll, double scale)
    {
        var centre = back.Apply(new Complex(box.X + (box.Width / 2), box.Y + (box.Height / 2))) + new Complex(0.5, 0.5);
        var (width, height) = Math.Abs(roll) == 90 ? (box.Height, box.Width) : (box.Width, box.Height);
        var size = back.Scale / scale;
        return FaceBox.Around(centre.Real / scale, centre.Imaginary / scale, width * size, height * size);
    }
}
