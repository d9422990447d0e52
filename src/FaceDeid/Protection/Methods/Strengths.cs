using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>The strengths of the methods: defaults, and floors below which faces are known to be re-identified.</summary>
internal static class Strengths
{
    /// <summary>A blur that leaves one colour of a face.</summary>
    public const double MostBlur = 1;

    /// <summary>The method's strength when none is asked for; null: it has none.</summary>
    public static double? Default(DeidentificationMethod method) => method switch
    {
        DeidentificationMethod.Replace => 1,
        DeidentificationMethod.Blur => 0.25,
        DeidentificationMethod.Pixelate => 0.25,
        _ => null,
    };

    /// <summary>The strength that holds for a request.</summary>
    /// <exception cref="InvalidOperationException">The method has no strength.</exception>
    public static double Effective(DeidentificationOptions options) =>
        options.Strength ?? Default(options.Method) ?? throw new InvalidOperationException($"{options.Method} has no strength.");

    /// <summary>A donor's share of the inner face's shape; an average, which has no strength, has all of it.</summary>
    public static double OfDonor(DeidentificationOptions options) =>
        options.Method == DeidentificationMethod.Average ? 1 : Effective(options);

    /// <summary>The least strength that is not called weak; null: the method has no strength.</summary>
    public static double? Floor(DeidentificationMethod method) => method switch
    {
        DeidentificationMethod.Replace => 0.75,
        DeidentificationMethod.Blur => 0.15,
        DeidentificationMethod.Pixelate => 0.15,
        _ => null,
    };

    /// <summary>The least and the greatest strength that can be asked for; null: the method has no strength.</summary>
    public static (double Least, double Most)? Range(DeidentificationMethod method) => method switch
    {
        DeidentificationMethod.Replace => (0, 1),
        DeidentificationMethod.Blur or DeidentificationMethod.Pixelate => (0.02, 1),
        _ => null,
    };

    /// <summary>Whether a method is known to be re-identified, however it is used.</summary>
    public static bool IsWeakAtAny(DeidentificationMethod method) =>
        method is DeidentificationMethod.Eyebar or DeidentificationMethod.Threshold or DeidentificationMethod.Merge;

    /// <summary>Whether what is asked for is known to be re-identified.</summary>
    public static bool IsWeak(DeidentificationOptions options) =>
        IsWeakAtAny(options.Method) || options.Strength < Floor(options.Method);
}
