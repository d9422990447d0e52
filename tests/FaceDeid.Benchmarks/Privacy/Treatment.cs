using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>A row of the tables: what is done to the pictures.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Options">What the service is asked for; null: the picture stays as it is.</param>
internal sealed record Treatment(string Name, DeidentificationOptions? Options)
{
    private const double Floor = 0.15; // below it allowWeak is needed

    /// <summary>
    /// Every method as users get it; then those with a strength as weak as they come without allowWeak, and replacement without
    /// its check.
    /// </summary>
    public static IReadOnlyList<Treatment> All { get; } =
    [
        new("none", Options: null),
        .. Enum.GetValues<DeidentificationMethod>()
            .Select(method => new Treatment($"`{method.ToString().ToLowerInvariant()}`", Asking(method))),
        new($"`blur`, strength {Floor}", Asking(DeidentificationMethod.Blur, Floor)),
        new($"`pixelate`, strength {Floor}", Asking(DeidentificationMethod.Pixelate, Floor)),
        new("`replace`, not verified", Asking(DeidentificationMethod.Replace) with { Verify = false }),
    ];

    private static DeidentificationOptions Asking(DeidentificationMethod method, double? strength = null)
    {
        var options = new DeidentificationOptions { Method = method, Strength = strength };
        return options with { AllowWeak = Strengths.IsWeak(options) };
    }
}
