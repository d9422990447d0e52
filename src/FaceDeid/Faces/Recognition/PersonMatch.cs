namespace FaceDeid.Faces.Recognition;

/// <summary>
/// Cosine similarities of the face embedding from which decisions are taken; docs/deidentify.md says how they were measured.
/// </summary>
internal static class PersonMatch
{
    /// <summary>From here on two faces are surely one person: nobody is left visible on less.</summary>
    public const double Surely = 0.45;

    /// <summary>From here on two faces may be one person: whoever is to be protected is protected from here on.</summary>
    public const double Possibly = 0.2;

    /// <summary>From here on a treated face counts as still the subject's.</summary>
    public const double StillRecognised = 0.3;
}
