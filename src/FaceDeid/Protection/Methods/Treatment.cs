using FaceDeid.Donors;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>What is done to faces now: what was asked for, and what the run knows besides.</summary>
/// <param name="Options">What was asked for, or the fallback of it.</param>
public sealed record Treatment(DeidentificationOptions Options)
{
    /// <summary>
    /// The donors of replacements, by the numbers of the faces, null for a face on which none looks natural; a face that is not
    /// among them gets one by chance.
    /// </summary>
    internal IReadOnlyDictionary<int, Donor?> Donors { get; init; } = new Dictionary<int, Donor?>();

    /// <summary>Whether every donor that was tried on a face looks unnatural on it.</summary>
    internal bool LooksUnnatural(Subject subject) =>
        Donors.TryGetValue(subject.Face.Id, out var donor) && donor is null;

    /// <summary>
    /// Which faces are scrambled, and with what; null: the method is another, or each face is planned for by itself and cannot
    /// come back.
    /// </summary>
    internal ScramblePlan? Scrambling { get; init; }

    /// <summary>The same with another method, at its default strength or another.</summary>
    internal Treatment With(DeidentificationMethod method, double? strength = null) =>
        this with { Options = Options with { Method = method, Strength = strength } };
}
