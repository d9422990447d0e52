using FaceDeid.Deidentification;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>A row of the tables: what is done to the pictures.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Options">What the service is asked for; null: the picture stays as it is.</param>
internal sealed record Treatment(string Name, DeidentificationOptions? Options)
{
    private static readonly double[] Weaker = [0, 0.25, 0.5, 0.75];

    /// <summary>Every method as users get it; then replacement alone, without the check that would hide how weak it is when weak.</summary>
    public static IReadOnlyList<Treatment> All { get; } =
    [
        new("none", Options: null),
        .. Enum.GetValues<DeidentificationMethod>().Select(method => new Treatment($"`{method.ToString().ToLowerInvariant()}`", Asking(method))),
        new("`replace`, not verified", Asking(DeidentificationMethod.Replace) with { Verify = false }),
        .. Weaker.Select(strength => new Treatment(
            $"`replace`, strength {strength}, not verified", Asking(DeidentificationMethod.Replace, strength) with { Verify = false })),
    ];

    private static DeidentificationOptions Asking(DeidentificationMethod method, double? strength = null)
    {
        var options = new DeidentificationOptions { Method = method, Strength = strength };
        return options with { AllowWeak = Strengths.IsWeak(options) };
    }
}
