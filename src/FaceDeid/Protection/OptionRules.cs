using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>What a request for de-identification may ask for. All mistakes are listed at once, by option.</summary>
internal static class OptionRules
{
    private const int MaxReferences = 8;
    private const int MaxKeyLength = 256;
    private const int MaxFaces = 512;
    private const int MaxFaceId = 1_000_000;
    private const int MinCorners = 3;
    private const int MaxCorners = 256;

    /// <summary>Checks what can be checked before the picture is known.</summary>
    /// <exception cref="FaceDeidException">Something is out of its range, contradictory, or weak without leave.</exception>
    public static void Check(DeidentificationOptions options, ImageLimits limits)
    {
        var mistakes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (OfMethod(options) is { } ofMethod)
            mistakes["method"] = ofMethod;
        if (OfStrength(options) is { } ofStrength)
            mistakes["strength"] = ofStrength;
        if (options.Faces is { } faces && OfFaces(faces, limits.MaxSide) is { } ofFaces)
            mistakes["faces"] = ofFaces;
        if (options.Keep.Count > MaxReferences)
            mistakes["keep"] = $"takes at most {MaxReferences} pictures.";
        if (options.Only.Count > MaxReferences)
            mistakes["only"] = $"takes at most {MaxReferences} pictures.";
        if (options.Keep.Count > 0 && options.Only.Count > 0)
            mistakes["only"] = "cannot be combined with 'keep'. Leave one of the two out.";
        if (options.PseudonymKey is { Length: 0 or > MaxKeyLength })
            mistakes["pseudonymKey"] = $"must have 1 to {MaxKeyLength} characters.";
        if (mistakes.Count > 0)
            throw FaceDeidException.Invalid(mistakes);
    }

    /// <summary>
    /// Checks that the method can have the picture, and that the given faces are in the picture they were drawn on: one beside it
    /// would leave a face unprotected.
    /// </summary>
    /// <exception cref="FaceDeidException">They are not.</exception>
    public static void CheckAgainst(UprightImage image, DeidentificationOptions options)
    {
        if (options.Method == DeidentificationMethod.Scramble && image.IsTransparent())
        {
            throw FaceDeidException.Invalid(
                "method",
                "cannot be scramble with a picture that has transparency: its blocks would not come back. Flatten the picture, "
                + "or use another method.");
        }

        var picture = image.Bgr.ImageSize();
        if (options.FacesImage is { } drawnOn && drawnOn != picture)
        {
            throw FaceDeidException.Invalid(
                "faces",
                "must be in pixels of the whole upright picture: the size given with them is another. Detect without "
                + "compat=notebook.");
        }

        foreach (var (number, face) in (options.Faces ?? []).Index())
        {
            if (!GivenFaces.IsIn(image.Bgr.Size(), face))
            {
                throw FaceDeidException.Invalid(
                    "faces", Entry(number, "lies outside of the picture. Move it into the picture, or leave it out"));
            }
        }
    }

    private static string? OfMethod(
        DeidentificationOptions options) => Strengths.IsWeakAtAny(options.Method) && !options.AllowWeak
            ? "must be another: eyebar, threshold and merge leave most people recognisable. To use it all the same, set "
                + "'allowWeak' to true."
            : null;

    private static string? OfStrength(DeidentificationOptions options)
    {
        if (options.Strength is not { } strength)
            return null;
        if (Strengths.Range(options.Method) is not var (least, most))
            return "belongs to replace, blur and pixelate only. Leave it out.";
        if (!(strength >= least && strength <= most))
            return $"must be between {least} and {most} with this method.";
        var floor = Strengths.Floor(options.Method);
        return strength < floor && !options.AllowWeak
            ? $"must be at least {floor} with this method: less leaves people recognisable. To use it all the same, set "
                + "'allowWeak' to true."
            : null;
    }

    private static string? OfFaces(IReadOnlyList<EditedFace> faces, int maxSide)
    {
        if (faces.Count > MaxFaces)
            return $"takes at most {MaxFaces} faces.";
        var ids = new HashSet<int>();
        foreach (var (number, face) in faces.Index())
        {
            if (face.Id is < 1 or > MaxFaceId || (face.Id is { } id && !ids.Add(id)))
                return Entry(number, $"needs an 'id' of its own between 1 and {MaxFaceId}, or none");
            if (face.Box is null == face.Polygon is null)
                return Entry(number, "needs either a 'box' or a 'polygon'");
            if (face.Box is { } box && (box.Width < 1 || box.Height < 1 || box.Width > maxSide || box.Height > maxSide))
                return Entry(number, $"needs a box whose width and height are between 1 and {maxSide}");
            if (face.Polygon is { Count: < MinCorners or > MaxCorners })
                return Entry(number, $"needs a polygon of {MinCorners} to {MaxCorners} points");
            if (face.Polygon?.Any(corner => IsFar(corner, maxSide)) == true)
                return Entry(number, $"needs points between -{maxSide} and {2 * maxSide}");
        }

        return null;
    }

    // Twice the longest side is further than any picture reaches, and near enough for the arithmetic of regions.
    private static bool IsFar(PixelPoint corner, int maxSide) =>
        corner.X < -maxSide || corner.Y < -maxSide || corner.X > 2 * maxSide || corner.Y > 2 * maxSide;

    private static string Entry(int number, string mistake) => $"has a mistake: entry {number + 1} {mistake}.";
}
