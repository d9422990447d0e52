namespace FaceDeid.Reports;

/// <summary>The report's names and figures as people read them.</summary>
internal static class EvaluationWords
{
    public const string Nothing = "\u2013";

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Safe => "Safe",
        Verdict.Weak => "Weak",
        Verdict.Unsafe => "Unsafe",
        _ => "Not enough data",
    };

    public static string Word(Recogniser recogniser) => recogniser switch
    {
        Recogniser.Eigenfaces => "Eigenfaces",
        Recogniser.Lbph => "LBPH",
        _ => "Embedding",
    };

    public static string Word(AttackLine line) => line switch
    {
        { Inversion: Inversion.Deconvolution } => "Reconstruction: deconvolution",
        { Inversion: Inversion.Upsampling } => "Reconstruction: upsampling",
        { Inversion: Inversion.Unscrambling } => "Reconstruction: unscrambling",
        { Threat: Threat.Naive } => "Naive",
        { Threat: Threat.SamePhoto } => "Same photo",
        { Threat: Threat.Reverse } => "Reverse",
        { Threat: Threat.Parrot } => "Parrot",
        _ => "Reconstruction",
    };

    /// <summary>What the attackers do, as the end of "attackers ...".</summary>
    public static string Meaning(AttackLine line) => line switch
    {
        { Inversion: Inversion.Deconvolution } => "undo the blur by Wiener's filter, then compare with the very originals",
        { Inversion: Inversion.Upsampling } => "interpolate between the blocks, then compare with the very originals",
        { Inversion: Inversion.Unscrambling } => "put the moved blocks back, then compare with the very originals",
        { Threat: Threat.Naive } => "compare with other photos of the people",
        { Threat: Threat.SamePhoto } => "compare with the very originals",
        { Threat: Threat.Reverse } => "have an original, and look for it among the de-identified pictures",
        { Threat: Threat.Parrot } => "de-identify other photos in the same way, and compare with those",
        _ => "undo what was done as far as they can, then compare with the very originals",
    };

    public static string Word(DetectorKind detector) => detector switch
    {
        DetectorKind.Hog => "HOG",
        DetectorKind.Haar => "Haar cascade",
        DetectorKind.HaarProfile => "Haar cascade for profiles",
        DetectorKind.Auto => "all detectors together",
        _ => detector.ToString(),
    };

    /// <summary>What a verdict is judged by.</summary>
    public static string Word(VerdictThresholds thresholds) =>
        $"Safe: no attack's 95 % interval of rank-1 reaches above {100 * thresholds.Safe:0.#} %. Unsafe: an interval lies above "
        + $"{100 * thresholds.Unsafe:0.#} %, and above chance. Weak: neither. Fewer than {thresholds.MinPeople} people cannot "
        + "show that a set is safe.";

    public static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.0} %");

    public static string Percent(double? share) => share is { } value ? Percent(value) : Nothing;

    /// <summary>Both ends of an interval of shares, without their unit.</summary>
    public static string Ends(double low, double high) => FormattableString.Invariant($"{100 * low:0.0} to {100 * high:0.0}");

    /// <summary>A share with its interval; a dash for what could not be measured.</summary>
    public static string Share(Agreement agreement) =>
        agreement.Share is { } share ? $"{Percent(share)} ({Ends(agreement.Low, agreement.High)})" : Nothing;

    /// <summary>An area or a likeness between 0 and 1.</summary>
    public static string Fraction(double value) => FormattableString.Invariant($"{value:0.000}");

    public static string Degrees(double? value) =>
        value is { } angle ? FormattableString.Invariant($"{angle:0.0}\u00B0") : Nothing;

    /// <summary>A difference of lightness in CIE L*.</summary>
    public static string Lightness(double? value) => value is { } step ? $"{Plain(step)} L*" : Nothing;

    /// <summary>A figure that has no unit.</summary>
    public static string Plain(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.0}") : Nothing;

    public static string Decibels(double? value) =>
        value is { } psnr ? FormattableString.Invariant($"{psnr:0.0} dB") : "no difference";

    public static string Count(int number, string one, string many) =>
        FormattableString.Invariant($"{number} {(number == 1 ? one : many)}");
}

/// <summary>
/// What one line of a plot and one group of rows of a table stand for: a threat, for reconstruction by what is undone.
/// </summary>
internal readonly record struct AttackLine(Threat Threat, Inversion? Inversion)
{
    public static AttackLine Of(AttackResult attack) => new(attack.Threat, attack.Inversion);

    /// <summary>The attacks in the order of threats and of what is undone, each line's together.</summary>
    public static IEnumerable<IGrouping<AttackLine, AttackResult>> Group(IEnumerable<AttackResult> attacks) => attacks
        .OrderBy(attack => attack.Threat).ThenBy(attack => attack.Inversion).ThenBy(attack => attack.Recogniser)
        .GroupBy(Of);
}
