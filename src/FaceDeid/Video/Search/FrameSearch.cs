using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Video.Tracking;
using OpenCvSharp;

namespace FaceDeid.Video.Search;

/// <summary>The search of one frame: nothing is calculated, not even its colours, before it is asked for.</summary>
internal sealed class FrameSearch(FrameSearcher searcher, Mat frame, DetectionOptions options) : IFrameSearch, IDisposable
{
    private const double Threshold = 0.3; // score from which on a face is seen
    private const double NearSides = 3; // of the face, that are looked at around a place
    private const int NearSide = 160; // pixels to which they are brought: 53 for the face
    private const int LargestNear = 128; // pixels of a face there
    private const double Touching = 2; // pixels from that square's edge: what it cuts has no good box
    private static readonly int[] Upright = [0];
    private static readonly int[] Rolls = [30, -30, 90, -90, 180];

    private SearchImage? _image;
    private SearchImage? _lifted;
    private bool? _isLifted;
    private IReadOnlyList<Sighting>? _everywhere;
    private bool _wasTurned;

    /// <summary>The frame's colours; owned by this object.</summary>
    public SearchImage Image => _image ??= new SearchImage(frame.CvtColor(ColorConversionCodes.YUV2BGR_I420));

    /// <summary>Whether a lifted copy is looked at as well: much of the frame is dark or bright.</summary>
    private bool IsLifted => _isLifted ??= ContrastLift.Helps(Image);

    public IReadOnlyList<Sighting> Everywhere(bool turned)
    {
        if (_everywhere is not null && (_wasTurned || !turned))
            return _everywhere;
        List<Sighting> seen = [];
        if (options.Detector is DetectorKind.Auto or DetectorKind.UltraFace or DetectorKind.YuNet)
        {
            searcher.Finder.Propose(
                Image, options,
                (_, scale, faces) => seen.AddRange(faces.Select(face =>
                    new Sighting(ToBox(face.Box).Scaled(scale), face.Score, face.Roll))),
                turned);
        }
        else
        {
            // Detectors of other kinds have scores of their own, and their word counts.
            seen.AddRange(searcher.Finder.Find(Image, options)
                .Select(face => new Sighting(ToBox(face.ToCommon().Box), Score: 1, face.Roll)));
        }

        _wasTurned = turned;
        return _everywhere = seen;
    }

    public IReadOnlyList<Sighting> Near(FaceBox place) => Look(place, Upright);

    public IReadOnlyList<Sighting> Turned(FaceBox place) => Look(place, Rolls);

    public double Probability(Sighting seen)
    {
        if (options.Detector is not (DetectorKind.Auto or DetectorKind.UltraFace or DetectorKind.YuNet))
            return 1;
        var box = Boxes.Around(seen.Box.CentreX, seen.Box.CentreY, seen.Box.Width, seen.Box.Height);
        var face = new FoundFace(0, box, seen.Score, DetectorKind.UltraFace, null) { IsProposal = true, Roll = seen.Roll };
        var probability = searcher.SecondLook.Judge(Image, face).Probability;
        if (probability >= FaceFinder.Certain || !IsLifted)
            return probability;
        _lifted ??= ContrastLift.Of(Image);
        return Math.Max(probability, searcher.SecondLook.Judge(_lifted, face).Probability);
    }

    public void Dispose()
    {
        _image?.Dispose();
        _lifted?.Dispose();
    }

    private static FaceBox ToBox(Box box) => new(box.X, box.Y, box.Width, box.Height);

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
            foreach (var (i, found) in searcher.Network.Look(squares, Threshold, LargestNear).Index())
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
