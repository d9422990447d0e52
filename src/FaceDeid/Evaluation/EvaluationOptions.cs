using FaceDeid.Collections;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Evaluation;

/// <summary>
/// What is evaluated, and how. At most one of <see cref="Method"/> and <see cref="Algorithm"/>: without both, the dataset has its
/// de-identified pictures.
/// </summary>
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

    /// <summary>The option by which the originals are de-identified here; null: they come de-identified.</summary>
    public string? MadeBy => Method is not null ? "method" : Algorithm is not null ? "algorithm" : null;

    /// <summary>Options of what was asked for, which is left out where it is null.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: they contradict each other, or mean nothing.
    /// </exception>
    public static EvaluationOptions Create(
        DeidentificationMethod? method, double? strength, bool? allowWeak, KSameAlgorithm? algorithm,
        int? k, DamagePolicy? onDamage)
    {
        var mistakes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (method is not null && algorithm is not null)
            mistakes["algorithm"] = "may not be sent together with 'method'. Leave one of the two out.";
        if (method is null && strength is not null)
            mistakes["strength"] = "belongs to 'method'. Leave it out, or send both.";
        if (method is null && allowWeak is not null)
            mistakes["allowWeak"] = "belongs to 'method'. Leave it out, or send both.";
        if (algorithm is null && k is not null)
            mistakes["k"] = "belongs to 'algorithm'. Leave it out, or send both.";
        if (mistakes.Count > 0)
            throw FaceDeidException.Invalid(mistakes);
        var damage = onDamage ?? DamagePolicy.Error;
        var collection = new CollectionOptions { Algorithm = algorithm };
        return new EvaluationOptions
        {
            Method = method is null ? null : new DeidentificationOptions
            {
                Method = method.Value,
                Strength = strength,
                AllowWeak = allowWeak ?? false,
                Detection = new DetectionOptions { OnDamage = damage },
            },
            Algorithm = algorithm is null ? null : collection with { K = k ?? collection.K },
            OnDamage = damage,
        };
    }
}
