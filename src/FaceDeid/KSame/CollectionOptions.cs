using System.Text.Json.Serialization;

namespace FaceDeid.KSame;

/// <summary>The algorithms of the k-Same family. Each puts at least k people into a group and gives the group one face.</summary>
public enum KSameAlgorithm
{
    /// <summary>k-Same-Pixel (Newton, Sweeney, Malin 2005): the average of the group's aligned pixels.</summary>
    [JsonStringEnumMemberName("k-same-pixel")]
    KSamePixel,

    /// <summary>k-Same-Eigen (Newton, Sweeney, Malin 2005): the average of the group's principal-component coefficients, reconstructed.</summary>
    [JsonStringEnumMemberName("k-same-eigen")]
    KSameEigen,

    /// <summary>k-Same-M (Gross and others 2006): shape and texture averaged apart, so that nothing is doubled.</summary>
    [JsonStringEnumMemberName("k-same-m")]
    KSameM,

    /// <summary>k-Same-Select (Gross and others 2005): k-Same-M within classes of a label or of the expression.</summary>
    [JsonStringEnumMemberName("k-same-select")]
    KSameSelect,

    /// <summary>k-Same-furthest (Meng and Sun 2014): each group gets the average of a group far from it.</summary>
    [JsonStringEnumMemberName("k-same-furthest")]
    KSameFurthest,

    /// <summary>
    /// k-Diff-furthest (after Sun and others 2015): as k-Same-furthest, but everybody gets a face of their own. It is mixed of averages of
    /// groups, and which member of a group gets which is drawn by lot.
    /// </summary>
    [JsonStringEnumMemberName("k-diff-furthest")]
    KDiffFurthest,
}

/// <summary>The space in which faces are near to each other or far.</summary>
public enum NeighbourSpace
{
    /// <summary>The aligned face's pixels, 32 x 32, three channels.</summary>
    Pixel,

    /// <summary>The first principal components of these.</summary>
    Pca,

    /// <summary>The face embedding (Chi and Hu 2015).</summary>
    Embedding,
}

/// <summary>What k-Same-Select keeps apart.</summary>
public enum SelectBy
{
    /// <summary>The expression, measured by a network: seven classes.</summary>
    Expression,

    /// <summary>The labels that the caller gave.</summary>
    Label,
}

/// <summary>What becomes of a picture with several faces.</summary>
public enum MultipleFacesPolicy
{
    /// <summary>Its largest face counts.</summary>
    Largest,

    /// <summary>It is a bad picture.</summary>
    Error,

    /// <summary>Every face counts, each as a person of its own.</summary>
    All,
}

/// <summary>What becomes of pictures that cannot be used.</summary>
public enum BadImagePolicy
{
    /// <summary>One is enough to refuse the collection.</summary>
    Fail,

    /// <summary>They are left out, and the certificate says so.</summary>
    Skip,
}

/// <summary>How a collection is de-identified.</summary>
public sealed record CollectionOptions
{
    /// <summary>Fewest people in a group.</summary>
    public const int MinK = 2;

    /// <summary>Most that <see cref="K"/> can be.</summary>
    public const int MaxK = 100;

    /// <summary>Most principal components.</summary>
    public const int MaxComponents = 128;

    /// <summary>The fewest people that share a face, <see cref="MinK"/> to <see cref="MaxK"/>.</summary>
    public int K { get; init; } = 5;

    /// <summary>
    /// The algorithm; null: <see cref="KSameAlgorithm.KSameM"/>, or where photos are asked for, and there are enough people for two groups,
    /// <see cref="KSameAlgorithm.KSameFurthest"/>: in their own photo people are often recognised with their own group's average.
    /// </summary>
    public KSameAlgorithm? Algorithm { get; init; }

    /// <summary>Where neighbours are looked for; null: pixels for <see cref="KSameAlgorithm.KSamePixel"/>, else principal components.</summary>
    public NeighbourSpace? Neighbours { get; init; }

    /// <summary>Principal components, 1 to <see cref="MaxComponents"/>; there are never more than faces that they are learned from, less one.</summary>
    public int Components { get; init; } = 64;

    /// <summary>k-Same-Select: what is kept apart; null: the labels where there are any, else the expression.</summary>
    public SelectBy? Select { get; init; }

    /// <summary>Whether aligned faces come out: those are guaranteed.</summary>
    public bool Chips { get; init; } = true;

    /// <summary>Whether the photos come out, with the groups' faces put in place: those are measured, not guaranteed.</summary>
    public bool Photos { get; init; }

    /// <summary>What becomes of a picture with several faces.</summary>
    public MultipleFacesPolicy MultipleFaces { get; init; } = MultipleFacesPolicy.Largest;

    /// <summary>What becomes of a picture that cannot be used.</summary>
    public BadImagePolicy OnBadImage { get; init; } = BadImagePolicy.Fail;

    /// <summary>Whether the certificate names the inputs' SHA-256: whoever has the very file then finds its row.</summary>
    public bool InputHashes { get; init; } = true;
}

/// <summary>What the caller knows of a picture.</summary>
/// <param name="Subject">Who is in it; null: unknown, the picture is a person of its own.</param>
/// <param name="Label">Its class for k-Same-Select; null: none.</param>
public sealed record PictureSubject(string? Subject, string? Label = null);

/// <summary>A de-identified collection.</summary>
/// <param name="Files">Chips and photos, then <c>certificate.json</c> and, when it is signed, <c>certificate.json.sig</c>.</param>
/// <param name="Certificate">What <c>certificate.json</c> says.</param>
public sealed record CollectionResult(IReadOnlyList<CollectionFile> Files, Certificate Certificate);

/// <summary>A file of a de-identified collection.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Content">Its bytes; those of a group share one array.</param>
public sealed record CollectionFile(string Name, byte[] Content);
