namespace FaceDeid.Collections;

/// <summary>How a collection is de-identified.</summary>
public sealed record CollectionOptions
{
    /// <summary>Fewest people in a group.</summary>
    public const int MinK = 2;

    /// <summary>Most that <see cref="K"/> can be.</summary>
    public const int MaxK = 100;

    /// <summary>The fewest people in a group, where nobody says otherwise.</summary>
    public const int DefaultK = 5;

    /// <summary>Principal components, where nobody says otherwise.</summary>
    public const int DefaultComponents = 64;

    /// <summary>Most principal components.</summary>
    public const int MaxComponents = 128;

    /// <summary>The fewest people that share a face, <see cref="MinK"/> to <see cref="MaxK"/>.</summary>
    public int K { get; init; } = DefaultK;

    /// <summary>
    /// The algorithm; null: <see cref="KSameAlgorithm.KSameM"/>, or where photos are asked for, and there are enough people for
    /// two groups, <see cref="KSameAlgorithm.KSameFurthest"/>: in their own photo people are often recognised with their own
    /// group's average.
    /// </summary>
    public KSameAlgorithm? Algorithm { get; init; }

    /// <summary>
    /// Where neighbours are looked for; null: pixels for <see cref="KSameAlgorithm.KSamePixel"/>, else principal components.
    /// </summary>
    public NeighbourSpace? Neighbours { get; init; }

    /// <summary>
    /// Principal components, 1 to <see cref="MaxComponents"/>; there are never more than faces that they are learned from, less
    /// one.
    /// </summary>
    public int Components { get; init; } = DefaultComponents;

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
/// <param name="Files">
/// Chips and photos, then <c>certificate.json</c> and, when it is signed, <c>certificate.json.sig</c>.
/// </param>
/// <param name="Certificate">What <c>certificate.json</c> says.</param>
public sealed record CollectionResult(IReadOnlyList<CollectionFile> Files, Certificate Certificate);

/// <summary>A file of a de-identified collection.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Content">Its bytes; those of a group share one array.</param>
public sealed record CollectionFile(string Name, byte[] Content);
