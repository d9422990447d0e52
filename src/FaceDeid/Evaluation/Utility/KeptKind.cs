using FaceDeid.Faces.Recognition;

namespace FaceDeid.Evaluation.Utility;

/// <summary>Whether a face looks of the same sex and age class before and after: no more of either is known of a row.</summary>
/// <param name="Sex">
/// Whether the sex is the same; null: the network is not sure of it in the original, or takes that for a child's.
/// </param>
/// <param name="AgeClass">Whether the age class is the same.</param>
internal readonly record struct KeptKind(bool? Sex, bool AgeClass)
{
    private const int GrownUp = 13; // years: of children the network does not know the sex
    private const int Old = 60; // years
    private const int Tolerance = 5; // years at each border: the network errs by as much
    private const double Sure = 0.2; // from the middle, in probability

    /// <summary>Compares; a face that is not found any more looks like nobody of any age.</summary>
    public static KeptKind Compare(AgeAndSex before, AgeAndSex? after) => new(
        before.Age < GrownUp || Math.Abs(before.Male - 0.5) < Sure
            ? null
            : after is { } looks && looks.Male > 0.5 == before.Male > 0.5,
        after is { } seen && IsOfClass(before.Age, seen.Age));

    private static bool IsOfClass(double before, double after)
    {
        var (from, to) = before < GrownUp ? (0, GrownUp) : before < Old ? (GrownUp, Old) : (Old, int.MaxValue - Tolerance);
        return after >= from - Tolerance && after < to + Tolerance;
    }
}
