using System.Numerics;
using FaceDeid.Faces.Networks;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// Looks again at what a first look proposed: a network that is sure of a texture at one size is not sure of it at another, and
/// points that it puts on a texture move about when the box does. Says how probably a person would call it a face. Thread-safe.
/// </summary>
internal sealed class SecondLook(UltraFace network, LandmarkNetwork landmarks, SecondLookModel model)
{
    /// <summary>Side in pixels of what the network is shown.</summary>
    private const int Side = 128;

    private const int Largest = 64; // pixels of a face in it

    /// <summary>Boxes that overlap more than this (intersection over union) are the proposal's.</summary>
    private const double SameOverlap = 0.35;

    /// <summary>Size of a face, the smaller side of its box, that is neither small nor large.</summary>
    private const double MiddleSize = 24;

    private const double UsualSlimness = 1.3; // height of a face's box in its widths

    private const double LeastScore = 0.002; // less says no more

    private const double LeastSeen = 0.07; // of 4,000 true proposals in scenes and groups half of a hundredth are below

    /// <summary>What an upright face gets that its first two looks see clearly.</summary>
    public const double ProbabilityOfClear = 0.999; // 2,872 of 2,872 proposals that are so clear were faces
    private const double Clear = 0.95;

    private static readonly Look[] TellingLook = [new(4)];
    private static readonly Look[] OtherLooks = [new(2.4), new(6), new(4, Mirrored: true)];

    /// <summary>By how much the box is moved and enlarged, in parts of its side, to see what its points do.</summary>
    private static readonly (Complex Shift, double Scale)[] Moves = [(new(0.08, 0.05), 1.12), (new(-0.08, -0.05), 1)];

    /// <summary>What <see cref="Features"/> gives, in its order.</summary>
    public static readonly IReadOnlyList<string> FeatureNames = Named();

    /// <summary>
    /// How probably a person would call a proposal a face, 0 to 1, and the score of the look that tells most; the probability is
    /// 0 where that look sees nothing, or not more than <paramref name="least"/>.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="proposal">What may be a face in it.</param>
    /// <param name="least">What that look must exceed; 1 or more: nothing is looked at.</param>
    /// <param name="inFull">Whether all looks count, however clear the first are.</param>
    public (double Probability, double Seen) Judge(
        SearchImage image, FoundFace proposal, double least = 0, bool inFull = false)
    {
        WorkerGate.Checkpoint();
        if (least >= 1)
            return default;
        var seen = Looked(image, proposal, TellingLook)[0];
        if (seen < LeastSeen || seen <= least)
            return (0, seen);
        return !inFull && proposal.Roll == 0 && proposal.Score >= Clear && seen >= Clear
            ? (ProbabilityOfClear, seen)
            : (model.Probability(Describe(image, proposal, seen)), seen);
    }

    /// <summary>
    /// What the decision is made of (docs/detection.md); null where the look that tells most sees nothing: a quarter of the false
    /// proposals ends there.
    /// </summary>
    public double[]? Features(SearchImage image, FoundFace proposal)
    {
        var seen = Looked(image, proposal, TellingLook)[0];
        return seen < LeastSeen ? null : Describe(image, proposal, seen);
    }

    private double[] Describe(SearchImage image, FoundFace proposal, double told)
    {
        double[] seen = [told, .. Looked(image, proposal, OtherLooks)];
        double[] scores = [LogOdds(proposal.Score), .. seen.Select(LogOdds)];
        var steadiness = Math.Log(0.001 + Movement(image, proposal));
        var size = Math.Clamp(Math.Log2(Math.Min(proposal.Box.Width, proposal.Box.Height) / MiddleSize), -1.5, 3);
        double[] all = [.. scores, steadiness];
        var (width, height) = Math.Abs(proposal.Roll) == 90
            ? (proposal.Box.Height, proposal.Box.Width)
            : (proposal.Box.Width, proposal.Box.Height);
        var slimness = Math.Log(height / (double)width / UsualSlimness);
        return
        [
            .. all, proposal.Roll == 0 ? 0 : 1, size, size * size, scores.Min(), scores.Max(), scores.Average(),
            .. all.Select(value => size * value), slimness, slimness * slimness,
        ];
    }

    /// <summary>The network's best score for the proposal in each look.</summary>
    private double[] Looked(SearchImage image, FoundFace proposal, Look[] looks)
    {
        List<Mat> pictures = [];
        try
        {
            foreach (var look in looks)
                pictures.Add(Cut(image, proposal, look));
            var seen = network.Look(pictures, LeastScore, Largest);
            return [.. looks.Select((look, i) => Best(seen[i], proposal.Box, look))];
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
        }
    }

    private static Mat Cut(SearchImage image, FoundFace proposal, Look look)
    {
        var side = look.Times * Longer(proposal.Box);
        var (pixels, scale) = Near(image, side / Side); // the rest is reduced as it is cut out
        var square = SimilarityTransform.ToSquare(Centre(proposal.Box, scale), scale * side, Direction(proposal), Side);
        var cut = pixels.WarpReduced(square, new Size(Side, Side));
        if (look.Mirrored)
            Cv2.Flip(cut, cut, FlipMode.Y);
        return cut;
    }

    private static double Best(IReadOnlyList<(Rect2d Box, double Score)> seen, Box box, Look look)
    {
        var scale = Side / (look.Times * Longer(box));
        var (width, height) = (box.Width * scale, box.Height * scale);
        var expected = new Rect2d((Side - width) / 2, (Side - height) / 2, width, height);
        var best = 0.0;
        foreach (var (found, score) in seen)
        {
            if (score > best && Overlap(found, expected) > SameOverlap)
                best = score;
        }

        return best;
    }

    private static double Overlap(Rect2d a, Rect2d b)
    {
        var both = Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left))
            * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
        return both / ((a.Width * a.Height) + (b.Width * b.Height) - both);
    }

    /// <summary>How far points move in the mean, in parts of the face's side, when their square does.</summary>
    private double Movement(SearchImage image, FoundFace proposal)
    {
        var mean = (proposal.Box.Width + proposal.Box.Height) / 2.0;
        var (pixels, scale) = Near(image, mean / LandmarkNetwork.Side);
        var (centre, side, turn) = (Centre(proposal.Box, scale), scale * mean, Direction(proposal));
        var still = landmarks.Points(pixels, centre, side, turn);
        return Moves.Average(move =>
            landmarks.Points(pixels, centre + (move.Shift * side * turn), side * move.Scale, turn)
                .Zip(still, (moved, point) => (moved - point).Magnitude).Average() / side);
    }

    /// <summary>The picture about so many times smaller, not smaller than that, and what one of its pixels is there.</summary>
    private static (Mat Pixels, double Scale) Near(SearchImage image, double reduction)
    {
        var pixels = image.HalvedFor(reduction);
        return (pixels, pixels.Width / (double)image.Width);
    }

    private static Complex Centre(Box box, double scale) =>
        (scale * new Complex(box.CentreX(), box.CentreY())) - new Complex(0.5, 0.5);

    private static Complex Direction(FoundFace proposal) =>
        Complex.FromPolarCoordinates(1, proposal.Roll * Math.PI / 180);

    private static int Longer(Box box) => Math.Max(box.Width, box.Height);

    private static double LogOdds(double probability)
    {
        var bounded = Math.Clamp(probability, LeastScore, 0.9995);
        return Math.Log(bounded / (1 - bounded));
    }

    private static string[] Named()
    {
        string[] own = ["score", .. TellingLook.Concat(OtherLooks).Select(look =>
            FormattableString.Invariant($"look {look.Times}{(look.Mirrored ? " mirrored" : "")}")), "movement"];
        return
        [
            .. own, "turned", "size", "size squared", "least", "most", "mean", .. own.Select(name => $"size x {name}"),
            "slimness", "slimness squared",
        ];
    }

    /// <summary>One look.</summary>
    /// <param name="Times">Side of the square around the face that is shown, in longer sides of its box.</param>
    /// <param name="Mirrored">Whether it is shown mirrored.</param>
    private readonly record struct Look(double Times, bool Mirrored = false);
}
