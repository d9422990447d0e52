namespace FaceDeid.Faces.Recognition;

/// <summary>
/// Cosine similarities of the face embedding from which decisions are taken; docs/deidentify.md says how they were measured.
/// </summary>
internal static class PersonMatch
{
    /// <summary>From here on two faces are surely one person.</summary>
    public const double Surely = 0.45;

    /// <summary>From here on two faces may be one person: whoever is to be protected is protected from here on.</summary>
    public const double Possibly = 0.2;

    /// <summary>From here on a treated face counts as still the subject's.</summary>
    public const double StillRecognised = 0.3;

    private const double SurelyOneChild = 0.7;
    private const double MoreAlike = 0.3; // of newborn children

    /// <summary>From here on somebody who looks so stays visible: nobody is on less.</summary>
    public static double SurelyOf(AgeAndSex who) => who.IsChild ? SurelyOneChild : Surely;

    /// <summary>
    /// By how much a subject is more similar to strangers of its age than adults are: the younger children are, the less the
    /// network tells them apart.
    /// </summary>
    public static double Alike(AgeAndSex? who) =>
        who is { IsChild: true } child ? MoreAlike * (1 - (child.Age / AgeAndSex.GrownUp)) : 0;
}
