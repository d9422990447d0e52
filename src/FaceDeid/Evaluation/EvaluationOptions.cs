using FaceDeid.Deidentification;
using FaceDeid.Imaging;
using FaceDeid.KSame;

namespace FaceDeid.Evaluation;

/// <summary>What is evaluated, and how. At most one of <see cref="Method"/> and <see cref="Algorithm"/>: without both, the dataset has its de-identified pictures.</summary>
public sealed record EvaluationOptions
{
    /// <summary>De-identifies each original by itself, as <c>POST /v1/deidentify</c> does.</summary>
    public DeidentificationOptions? Method { get; init; }

    /// <summary>De-identifies the originals together to chips, as <c>POST /v1/collections</c> does.</summary>
    public CollectionOptions? Algorithm { get; init; }

    /// <summary>What becomes of rows and gallery pictures that cannot be used.</summary>
    public BadImagePolicy OnBadImage { get; init; } = BadImagePolicy.Fail;

    /// <summary>What happens to damaged files.</summary>
    public DamagePolicy OnDamage { get; init; }

    /// <summary>Whether the worst leaks come with the aligned faces that attackers compared.</summary>
    public bool LeakPictures { get; init; }
}
