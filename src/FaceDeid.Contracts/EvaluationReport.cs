using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>
/// What a de-identified set is worth: who is still recognised, by which attack, and what the faces are still good for
/// (docs/evaluation.md). All shares are 0 to 1.
/// </summary>
/// <param name="Schema">Name and version of this format.</param>
/// <param name="Verdict">In one word.</param>
/// <param name="Explanation">In one or two sentences.</param>
/// <param name="ByThreat">The same of each threat that was run, for who knows what attackers have.</param>
/// <param name="Thresholds">What the verdict is judged by.</param>
/// <param name="People">How many people are in the rows that were used.</param>
/// <param name="Pictures">How many rows were used.</param>
/// <param name="Bound">What the certificate promises; null: there is none.</param>
/// <param name="Attacks">Every attack by every recogniser.</param>
/// <param name="NotRun">The attacks that could not be run, and why.</param>
/// <param name="Controls">
/// The naive attack on the untouched originals: what the recognisers can do at all. Empty without a gallery.
/// </param>
/// <param name="Utility">What the faces are still good for.</param>
/// <param name="Leaks">The ten rows that attackers recognise most.</param>
/// <param name="Skipped">Rows and gallery pictures that were left out.</param>
/// <param name="Warnings">What to know when reading the figures.</param>
public sealed record EvaluationReport(
    string Schema,
    Verdict Verdict,
    string Explanation,
    IReadOnlyList<ThreatVerdict> ByThreat,
    VerdictThresholds Thresholds,
    int People,
    int Pictures,
    double? Bound,
    IReadOnlyList<AttackResult> Attacks,
    IReadOnlyList<AttackNotRun> NotRun,
    IReadOnlyList<AttackResult> Controls,
    UtilityReport Utility,
    IReadOnlyList<Leak> Leaks,
    IReadOnlyList<SkippedPart> Skipped,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The format that is written.</summary>
    public const string CurrentSchema = "facedeid-evaluation-1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The report as the bytes of a JSON file.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}

/// <summary>What can be said of a de-identified set.</summary>
public enum Verdict
{
    /// <summary>Every attack's interval lies below <see cref="VerdictThresholds.Safe"/>.</summary>
    Safe,

    /// <summary>Neither safe nor unsafe.</summary>
    Weak,

    /// <summary>The interval of an attack lies above <see cref="VerdictThresholds.Unsafe"/>.</summary>
    Unsafe,

    /// <summary>There are too few people, or attackers who recognise nobody in untouched pictures either.</summary>
    [JsonStringEnumMemberName("not enough data")]
    NotEnoughData,
}

/// <summary>What can be said of a threat alone.</summary>
/// <param name="Threat">What attackers have.</param>
/// <param name="Verdict">As the verdict of the set, by this threat's attacks only.</param>
/// <param name="Explanation">In one or two sentences.</param>
public sealed record ThreatVerdict(Threat Threat, Verdict Verdict, string Explanation);

/// <summary>What a verdict is judged by: rank-1 with its 95 % interval.</summary>
/// <param name="Safe">Safe: no interval reaches above it.</param>
/// <param name="Unsafe">Unsafe: an interval lies above it, and above chance.</param>
/// <param name="MinPeople">Fewer people cannot show that a set is safe.</param>
public sealed record VerdictThresholds(double Safe, double Unsafe, int MinPeople);

/// <summary>What attackers have and look for (Newton, Sweeney and Malin 2005).</summary>
public enum Threat
{
    /// <summary>The gallery holds other photos of the people.</summary>
    Naive,

    /// <summary>The gallery holds the very originals.</summary>
    SamePhoto,

    /// <summary>The gallery holds the de-identified pictures, and an original is looked for.</summary>
    Reverse,

    /// <summary>The gallery holds other photos that were de-identified in the same way.</summary>
    Parrot,

    /// <summary>The gallery holds the very originals, and what was done to the pictures is undone as far as it can be.</summary>
    Reconstruction,
}

/// <summary>Who compares faces.</summary>
public enum Recogniser
{
    /// <summary>Principal components of the gallery's aligned pixels (Turk and Pentland 1991).</summary>
    Eigenfaces,

    /// <summary>Histograms of local binary patterns (Ahonen, Hadid and Pietikäinen 2004).</summary>
    Lbph,

    /// <summary>A deep network, the one by which FaceDeid itself chooses and verifies replacements.</summary>
    Embedding,
}

/// <summary>How de-identification is undone.</summary>
public enum Inversion
{
    /// <summary>A blur by Wiener's filter.</summary>
    Deconvolution,

    /// <summary>Blocks of one colour by interpolation.</summary>
    Upsampling,

    /// <summary>A permutation of blocks by solving the puzzle.</summary>
    Unscrambling,
}

/// <summary>An attack by one recogniser.</summary>
/// <param name="Threat">What attackers have.</param>
/// <param name="Recogniser">Who compares.</param>
/// <param name="Inversion">What is undone first; null: nothing.</param>
/// <param name="Rank1">
/// Part of the probes whose nearest person in the gallery is the right one. Ties count in part: a guess among m people is worth
/// 1/m.
/// </param>
/// <param name="Low">Lower end of rank-1's 95 % interval (Wilson 1927).</param>
/// <param name="High">Upper end.</param>
/// <param name="Chance">Rank-1 of guessing: 1 / gallery.</param>
/// <param name="N">How many probes.</param>
/// <param name="Gallery">How many people are in the gallery.</param>
/// <param name="Rank5">Part of the probes with the right person among the nearest five.</param>
/// <param name="TarAtFar001">
/// True accept rate at a false accept rate of 0.01; null: there are fewer than 100 pairs of different people.
/// </param>
/// <param name="TarAtFar0001">
/// True accept rate at a false accept rate of 0.001; null: there are fewer than 1,000 pairs of different people.
/// </param>
/// <param name="Eer">Equal error rate; 0.5 is chance.</param>
/// <param name="Auc">Area under the ROC curve; 0.5 is chance.</param>
/// <param name="Intervals">95 % intervals of the other figures.</param>
/// <param name="Cmc">
/// Cumulative match characteristic: the part of the probes with the right person among the nearest 1, 2, ..., up to 20.
/// </param>
/// <param name="Roc">Receiver operating characteristic, at false accept rates from 0.001 to 1.</param>
/// <param name="Undone">In how many of the probes something was undone; null: that was not tried.</param>
/// <param name="WithinBound">Whether the interval does not lie above the certificate's bound; null: there is none.</param>
public sealed record AttackResult(
    Threat Threat,
    Recogniser Recogniser,
    Inversion? Inversion,
    double Rank1,
    double Low,
    double High,
    double Chance,
    int N,
    int Gallery,
    double Rank5,
    double? TarAtFar001,
    double? TarAtFar0001,
    double Eer,
    double Auc,
    AttackIntervals Intervals,
    IReadOnlyList<double> Cmc,
    IReadOnlyList<RocPoint> Roc,
    int? Undone,
    bool? WithinBound);

/// <summary>95 % intervals: Wilson's of rank 5, of the others by a bootstrap over the probes.</summary>
/// <param name="Rank5">Of rank 5.</param>
/// <param name="TarAtFar001">Of the true accept rate at a false accept rate of 0.01.</param>
/// <param name="TarAtFar0001">Of the true accept rate at a false accept rate of 0.001.</param>
/// <param name="Eer">Of the equal error rate.</param>
/// <param name="Auc">Of the area under the ROC curve.</param>
public sealed record AttackIntervals(Interval Rank5, Interval? TarAtFar001, Interval? TarAtFar0001, Interval Eer, Interval Auc);

/// <summary>The ends of an interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>A point of the ROC curve.</summary>
/// <param name="Far">False accept rate.</param>
/// <param name="Tar">True accept rate.</param>
public readonly record struct RocPoint(double Far, double Tar);

/// <summary>An attack that could not be run.</summary>
/// <param name="Threat">Which.</param>
/// <param name="Inversion">What would be undone; null: nothing, or all.</param>
/// <param name="Reason">Why, and what it needs.</param>
public sealed record AttackNotRun(Threat Threat, Inversion? Inversion, string Reason);

/// <summary>A row that attackers recognise.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Recognised">How many of the attacks name it outright, at rank 1.</param>
/// <param name="Of">How many attacks there were.</param>
/// <param name="Ranks">The rank of the right person in each attack; 1 is recognised, ties count against the attacker.</param>
public sealed record Leak(int Row, int Recognised, int Of, IReadOnlyList<LeakRank> Ranks);

/// <summary>The rank of a row's person in an attack.</summary>
/// <param name="Threat">What attackers have.</param>
/// <param name="Recogniser">Who compares.</param>
/// <param name="Inversion">What is undone first; null: nothing.</param>
/// <param name="Rank">The rank, from 1.</param>
public sealed record LeakRank(Threat Threat, Recogniser Recogniser, Inversion? Inversion, int Rank);

/// <summary>Something of the dataset that was left out.</summary>
/// <param name="Part">Where it is: <c>originals</c>, <c>gallery</c>, <c>gallery-deidentified</c>, or <c>subjects.csv</c>.</param>
/// <param name="Row">Its number there.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedPart(string Part, int Row, string Reason);
