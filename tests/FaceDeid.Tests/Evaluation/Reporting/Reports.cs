using FaceDeid.Evaluation.Utility;

namespace FaceDeid.Tests.Evaluation.Reporting;

/// <summary>Reports that nobody measured: one that has everything, others that have next to nothing.</summary>
internal static class Reports
{
    private const int People = 36;
    private static readonly double[] FalseAcceptRates = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, (i - 60) / 20.0))];

    /// <summary>Every threat by every recogniser, with what may be null partly null.</summary>
    public static EvaluationReport Full { get; } = new(
        EvaluationReport.CurrentSchema,
        Verdict.Unsafe,
        "The same photo is recognised by the embedding in 61.1 % of the searches (48.9 to 72.0): most people can be named.",
        [
            new ThreatVerdict(Threat.Naive, Verdict.Safe, "Nobody is recognised by another photo."),
            new ThreatVerdict(Threat.SamePhoto, Verdict.Unsafe, "The same photo gives people away."),
        ],
        new VerdictThresholds(0.2, 0.5, 20),
        People,
        72,
        0.1,
        [
            .. Attacks(Threat.Naive, null, 0.06, 0.11, 0.31),
            .. Attacks(Threat.SamePhoto, null, 0.18, 0.27, 0.611),
            .. Attacks(Threat.Reverse, null, 0.12, 0.22, 0.52),
            .. Attacks(Threat.Parrot, null, 0.21, 0.36, 0.45),
            .. Attacks(Threat.Reconstruction, Inversion.Deconvolution, 0.24, 0.42, 0.73),
            .. Attacks(Threat.Reconstruction, Inversion.Upsampling, 0.15, 0.25, 0.57),
            .. Attacks(Threat.Reconstruction, Inversion.Unscrambling, 0.03, 0.05, 0.04),
        ],
        [
            new AttackNotRun(
                Threat.Parrot, null,
                "There is no folder gallery-deidentified: put other photos there that were de-identified in the same way."),
            new AttackNotRun(Threat.Reconstruction, Inversion.Upsampling, "No picture has blocks of one colour."),
        ],
        [.. Attacks(Threat.Naive, null, 0.64, 0.71, 0.985)],
        new UtilityReport(
            [
                new DetectorRetention(DetectorKind.Hog, new Agreement(0.931, 0.848, 0.970, 72)),
                new DetectorRetention(DetectorKind.Haar, new Agreement(0.847, 0.747, 0.912, 71)),
                new DetectorRetention(DetectorKind.UltraFace, new Agreement(1, 0.949, 1, 70)),
                new DetectorRetention(DetectorKind.YuNet, new Agreement(null, 0, 1, 0)),
            ],
            new LandmarkError(0.0432, 0.0391, 69),
            new Agreement(0.764, 0.654, 0.847, 68),
            new PoseError(3.42, 2.71, null, 67),
            new PixelLikeness(0.412, 14.83, 66),
            new PixelLikeness(0.998, null, 65),
            new ChangedBytes(0.00037, 2, 64),
            new Agreement(0.952, 0.867, 0.983, 63),
            new Agreement(0.903, 0.805, 0.955, 62),
            new SharpnessRatio(0.873, 61),
            new SkinDifference(1.24, 0.86, 60),
            new RimStepMean(0.37, 59),
            new GazeShift(0.0416, 58)),
        [.. Enumerable.Range(0, 10).Select(LeakOf)],
        [
            new SkippedPart("originals", 73, "No face was found."),
            new SkippedPart("gallery", 205, "The face is too small to be aligned."),
        ],
        [
            "A certificate came with the set, and photos: its bound holds for chips only.",
            "Fewer than 50 people: intervals are wide.",
        ]);

    /// <summary>
    /// One attack, no gallery, nothing else: nulls wherever there may be some, curves of two ranks and three points.
    /// </summary>
    public static EvaluationReport Minimal { get; } = Full with
    {
        Verdict = Verdict.NotEnoughData,
        Explanation = "Two people cannot show anything.",
        ByThreat = [],
        People = 2,
        Pictures = 2,
        Bound = null,
        Attacks = [Short(Attack(Threat.SamePhoto, null, Recogniser.Lbph, 0.5))],
        NotRun = [],
        Controls = [],
        Utility = new UtilityReport(
            [], null, new Agreement(null, 0, 1, 0), null, null, null, null,
            new Agreement(null, 0, 1, 0), new Agreement(null, 0, 1, 0), null, null, null, null),
        Leaks = [],
        Skipped = [],
        Warnings = [],
    };

    /// <summary>No attack could be run.</summary>
    public static EvaluationReport WithoutAttacks { get; } = Minimal with { Attacks = [] };

    /// <summary>The same report with another first value in the curve of its first attack.</summary>
    public static EvaluationReport WithAnotherCmc(EvaluationReport report) =>
        WithFirst(report, attack => attack with { Cmc = [0.9, .. attack.Cmc.Skip(1)] });

    /// <summary>The same report with another point in its first attack's ROC.</summary>
    public static EvaluationReport WithAnotherRoc(EvaluationReport report) =>
        WithFirst(report, attack => attack with { Roc = [attack.Roc[0] with { Tar = 0.9 }, .. attack.Roc.Skip(1)] });

    /// <summary>The reports by names that tests can bear.</summary>
    public static EvaluationReport Named(string name) => name switch
    {
        nameof(Full) => Full,
        nameof(Minimal) => Minimal,
        _ => WithoutAttacks,
    };

    private static EvaluationReport WithFirst(EvaluationReport report, Func<AttackResult, AttackResult> change) =>
        report with { Attacks = [change(report.Attacks[0]), .. report.Attacks.Skip(1)] };

    private static IEnumerable<AttackResult> Attacks(
        Threat threat, Inversion? inversion, double eigenfaces, double lbph, double embedding) =>
    [
        Attack(threat, inversion, Recogniser.Eigenfaces, eigenfaces),
        Attack(threat, inversion, Recogniser.Lbph, lbph),
        Attack(threat, inversion, Recogniser.Embedding, embedding),
    ];

    private static AttackResult Attack(Threat threat, Inversion? inversion, Recogniser recogniser, double rank1)
    {
        var n = 60 + ((int)threat * 3) + (int)recogniser + (inversion is { } i ? (int)i * 5 : 0);
        var (low, high) = new Share(rank1 * n, n).Interval();
        var weak = rank1 < 0.05;
        double[] cmc = [.. Enumerable.Range(1, 20)
            .Select(rank => 1 - ((1 - rank1) * Math.Pow((People - rank) / (People - 1.0), 1 + (3 * rank1))))];
        var power = weak ? 0.98 : Math.Max(0.02, 0.75 * (1 - rank1));
        return new AttackResult(
            threat, recogniser, inversion, rank1, low, high, 1.0 / People, n, People, cmc[4],
            weak ? null : Math.Pow(0.01, power), weak ? null : Math.Pow(0.001, power), 0.5 - (0.45 * rank1), 0.5 + (0.48 * rank1),
            new AttackIntervals(
                new Interval(cmc[4] - 0.08, Math.Min(1, cmc[4] + 0.07)),
                weak ? null : new Interval(Math.Pow(0.01, power) * 0.8, Math.Min(1, Math.Pow(0.01, power) * 1.2)),
                weak ? null : new Interval(Math.Pow(0.001, power) * 0.7, Math.Min(1, Math.Pow(0.001, power) * 1.3)),
                new Interval(0.45 - (0.45 * rank1), 0.55 - (0.45 * rank1)),
                new Interval(0.47 + (0.48 * rank1), Math.Min(1, 0.53 + (0.48 * rank1)))),
            cmc,
            [.. FalseAcceptRates.Select(far => new RocPoint(far, Math.Pow(far, power)))],
            Undone: inversion is null ? null : n - 1,
            low <= 0.1);
    }

    private static AttackResult Short(AttackResult attack) => attack with
    {
        Gallery = 2,
        Chance = 0.5,
        N = 2,
        TarAtFar001 = null,
        TarAtFar0001 = null,
        Intervals = attack.Intervals with { TarAtFar001 = null, TarAtFar0001 = null },
        Cmc = [0.5, 1],
        Roc = [new RocPoint(0.25, 0.5), new RocPoint(0.5, 0.5), new RocPoint(1, 1)],
        WithinBound = null,
    };

    private static Leak LeakOf(int place)
    {
        LeakRank[] ranks =
        [
            .. Enum.GetValues<Threat>()
                .Where(threat => threat != Threat.Reconstruction && (threat != Threat.Parrot || place % 3 != 0))
                .SelectMany(threat => Enum.GetValues<Recogniser>().Select(recogniser => Rank(threat, null, recogniser))),
            .. Enum.GetValues<Recogniser>()
                .Select(recogniser => Rank(Threat.Reconstruction, Inversion.Deconvolution, recogniser)),
        ];
        return new Leak(17 + (place * 11), ranks.Count(rank => rank.Rank == 1), ranks.Length, ranks);

        LeakRank Rank(Threat threat, Inversion? inversion, Recogniser recogniser) =>
            new(threat, recogniser, inversion, 1 + ((int)threat * place * (3 - (int)recogniser) % 29));
    }
}
