using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>What is done to faces now: what was asked for, and what the run knows besides.</summary>
/// <param name="Options">What was asked for, or the fallback of it.</param>
public sealed record Treatment(DeidentificationOptions Options)
{
    /// <summary>
    /// What faces get that are replaced, by their numbers, null for a face on which no donor looks natural; a face that is not
    /// among them gets a donor by chance.
    /// </summary>
    internal IReadOnlyDictionary<int, Disguise?> Disguises { get; init; } = new Dictionary<int, Disguise?>();

    /// <summary>Whether every donor that was tried on a face looks unnatural on it.</summary>
    internal bool LooksUnnatural(Subject subject) =>
        Disguises.TryGetValue(subject.Face.Id, out var disguise) && disguise is null;

    /// <summary>
    /// Which faces are scrambled, and with what; null: the method is another, or each face is planned for by itself and cannot
    /// come back.
    /// </summary>
    internal ScramblePlan? Scrambling { get; init; }

    /// <summary>The same with another method, at its default strength or another.</summary>
    internal Treatment With(DeidentificationMethod method, double? strength = null) =>
        this with { Options = Options with { Method = method, Strength = strength } };
}
