using System.Globalization;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>
/// What the faces of one request may cost, in milliseconds of one processor core as they were measured, taken before the work is
/// done (docs/deidentify.md, Limits). Given faces may cost less than found ones: they take a line of text to make.
/// </summary>
internal sealed class WorkBudget
{
    private const double OfAll = 40_000; // 1,200 found faces, each replaced and verified
    private const double OfGiven = 14_000;
    private const double OfStrengthening = 2_100;

    private const double Landmarks = 3;
    private const double Embedding = 9;
    private const double Look = Landmarks + (2 * Embedding); // at a treated face
    private const double Trial = 15; // of a donor
    private const double Megapixel = 70; // of a face's region, in all steps

    private double _left = OfAll;
    private double _leftToStrengthen = OfStrengthening;

    /// <summary>Takes what the faces of the picture cost.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyFaces"/>.</exception>
    public void TakeFaces(IReadOnlyList<FoundFace> found, ImageSize picture, DeidentificationOptions options)
    {
        var left = _left;
        var cost = CostOf(GivenBoxes(options), picture, options) + CostOf(found.Select(face => face.Box), picture, options);
        if ((_left -= cost) < 0)
        {
            var faces = found.Count + (options.Faces?.Count ?? 0);
            throw new FaceDeidException(
                FaceDeidError.TooManyFaces,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The picture has {faces} faces, of which about {(int)(faces * left / cost)} could be protected in time. ")
                + "Send it in parts, or set verify=false and look at the result.");
        }
    }

    /// <summary>Refuses given faces that cost too much, before anything is done for them.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooMuchWork"/>.</exception>
    public static void CheckGiven(ImageSize picture, DeidentificationOptions options)
    {
        if (CostOf(GivenBoxes(options), picture, options) > OfGiven)
        {
            throw TooMuch(
                "The faces in 'faces' are too many, or too large together, for one request. Give each face once; "
                + "send the picture in parts, or set verify=false and look at the result.");
        }
    }

    /// <summary>Takes what the people of a reference photo cost.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooMuchWork"/>.</exception>
    public void TakePeople(int faces)
    {
        if ((_left -= faces * (Landmarks + Embedding)) < 0)
            throw TooMuch("The photos in 'keep' or 'only' have too many faces. Send photos, or crops, of these people alone.");
    }

    /// <summary>Takes what it costs to bring faces of a seal back.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooMuchWork"/>.</exception>
    public void TakeRegions(IEnumerable<Box> regions)
    {
        if ((_left -= regions.Sum(region => Area(region.Width, region.Height))) < 0)
        {
            throw TooMuch(
                "The faces of the seal are too many, or too large together, for one request. Name some of them in "
                + "'faces' at a time.");
        }
    }

    /// <summary>Takes what it costs to try donors on; how many may be: a crowd leaves room for few.</summary>
    public int TakeTrials(int wanted)
    {
        var trials = Math.Clamp((int)(_left / Trial), 0, wanted);
        _left -= trials * Trial;
        return trials;
    }

    /// <summary>
    /// Takes what it costs to treat a face once more and to look at it; false: too many were, and what is left is to cover it
    /// unseen.
    /// </summary>
    public bool TryStrengthen() => (_leftToStrengthen -= Look) >= 0;

    private static IEnumerable<Box> GivenBoxes(DeidentificationOptions options) =>
        (options.Faces ?? []).Select(face => face.Box ?? Boxes.Around(face.Polygon!));

    private static double CostOf(IEnumerable<Box> faces, ImageSize picture, DeidentificationOptions options)
    {
        return faces.Sum(face => Landmarks + (FaceDeidentifier.NeedsEmbedding(face, options) ? Embedding : 0)
            + (Verification.Tells(face, options) ? Look : 0) + Shown(face, picture, options.Region));
    }

    private static double Shown(Box face, ImageSize picture, RegionShape region)
    {
        var padding = region == RegionShape.Head ? ProtectedRegion.HeadPadding : ProtectedRegion.EllipsePadding;
        var (x, y) = (padding * face.Width, padding * face.Height);
        return Area(
            Math.Min(picture.Width, face.X + face.Width + x) - Math.Max(0, face.X - x),
            Math.Min(picture.Height, face.Y + face.Height + y) - Math.Max(0, face.Y - y));
    }

    private static double Area(double width, double height) => Math.Max(0, width) * Math.Max(0, height) / 1e6 * Megapixel;

    private static FaceDeidException TooMuch(string detail) => new(FaceDeidError.TooMuchWork, detail);
}
