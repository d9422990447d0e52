using System.Globalization;

namespace FaceDeid.Evaluation;

/// <summary>Judges a set by its strongest attack.</summary>
internal static class VerdictRule
{
    /// <summary>
    /// Safe: the largest risk that the European Medicines Agency (policy 0070) and Health Canada allow for data given to the
    /// public. Unsafe: the risk in a group of five, the largest that is customary where data go to few. Of fewer than 60 people
    /// even one who is named by chance lifts the interval above the first.
    /// </summary>
    public static readonly VerdictThresholds Thresholds = new(Safe: 0.09, Unsafe: 0.2, MinPeople: 60);

    private const double Able = 0.5; // of untouched faces: who names fewer proves nothing by failing

    public static (Verdict Verdict, string Explanation) Judge(
        IReadOnlyList<AttackResult> attacks, IReadOnlyList<AttackResult> controls, int people, double? bound)
    {
        var worst = attacks.MaxBy(attack => attack.Low)!;
        var highest = attacks.MaxBy(attack => attack.High)!;
        var promise = bound is { } most
            ? $" The certificate promises at most {Percent(most)}, which "
                + $"{(attacks.All(attack => attack.WithinBound == true) ? "no attack exceeds" : "is EXCEEDED")}."
            : string.Empty;

        if (worst.Low > Math.Max(Thresholds.Unsafe, worst.Chance))
            return (Verdict.Unsafe, $"{Named(worst)}, {Range(worst)}: more than {Percent(Thresholds.Unsafe)}.{promise}");
        if (people < Thresholds.MinPeople)
        {
            return (Verdict.NotEnoughData,
                $"{people} people are too few to call a set safe: at least {Thresholds.MinPeople} are needed. {Named(worst)}, "
                + $"{Range(worst)}.{promise}");
        }

        if (controls.Count > 0 && controls.Max(control => control.Rank1) < Able)
        {
            return (Verdict.NotEnoughData,
                "The gallery's photos say too little: even untouched pictures are recognised in "
                + $"{Percent(controls.Max(control => control.Rank1))} only. Send better photos, or leave gallery/ out.{promise}");
        }

        return highest.High <= Thresholds.Safe
            ? (Verdict.Safe,
                $"No attack names more than {Percent(Thresholds.Safe)} of {people} people, whatever chance did here. "
                + $"{Named(highest)}, {Range(highest)}.{promise}")
            : (Verdict.Weak,
                $"{Named(highest)}, {Range(highest)}: that it is less than {Percent(Thresholds.Safe)} is not shown.{promise}");
    }

    private static string Named(AttackResult attack)
    {
        var undone = attack.Inversion is { } inversion ? $" by {Word(inversion)}" : string.Empty;
        return $"In the strongest attack ({Word(attack.Threat)}{undone}, {Word(attack.Recogniser)}) {Percent(attack.Rank1)} of "
            + $"{attack.N} faces are recognised among {attack.Gallery} people";
    }

    private static string Range(AttackResult attack) => $"95 % interval {Percent(attack.Low)} to {Percent(attack.High)}";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");

    private static string Word(Threat threat) => threat switch
    {
        Threat.SamePhoto => "same photo",
        _ => threat.ToString().ToLowerInvariant(),
    };

    private static string Word(Inversion inversion) => inversion.ToString().ToLowerInvariant();

    private static string Word(Recogniser recogniser) => recogniser switch
    {
        Recogniser.Lbph => "LBPH",
        Recogniser.Eigenfaces => "Eigenfaces",
        _ => "embedding",
    };
}
