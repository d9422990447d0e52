using FaceDeid.Fuzz.Recipes;

namespace FaceDeid.Fuzz.Running;

/// <summary>What came of a recipe.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Kinds">What was done to file and form.</param>
/// <param name="Status">The answer's; 0: there was none.</param>
/// <param name="Code">The problem's code, else the answer's media type.</param>
/// <param name="Length">The answer's bytes.</param>
/// <param name="Seconds">Processor time.</param>
/// <param name="Growth">Most memory above what was resident before, in bytes.</param>
/// <param name="Violation">What must not be; null: all is well.</param>
internal sealed record Outcome(
    Recipe Recipe, IReadOnlyList<string> Kinds, int Status, string Code, int Length, double Seconds,
    long Growth, string? Violation)
{
    /// <summary>What an execution of the same kind has too: only one that has another is worth to be kept.</summary>
    public string Signature =>
        $"{Brief} {Recipe.Seed.Split('-')[0]} {(Length == 0 ? 0 : (int)Math.Log2(Length) / 2)} "
        + $"{(int)Math.Log2(1 + (Seconds * 20))}";

    /// <summary>How far it came: 3, to an answer; 2, to what reads the file; 1, to the form.</summary>
    public int Depth => Status switch { 200 => 3, 403 or 415 or 422 => 2, _ => 1 };

    /// <summary>The same, told coarsely: by what a corpus is thinned out.</summary>
    public string Brief => $"{Recipe.Target.Name} {(Kinds.Count == 0 ? "-" : Kinds[^1])} {Answer}";

    /// <summary>The status, and why.</summary>
    public string Answer => $"{Status} {Code}";
}
