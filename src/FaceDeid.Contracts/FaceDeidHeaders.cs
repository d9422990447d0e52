namespace FaceDeid.Contracts;

/// <summary>The headers of requests and answers that are FaceDeid's own.</summary>
public static class FaceDeidHeaders
{
    /// <summary>Of a request: the key that lets its caller in.</summary>
    public const string ApiKey = "X-Api-Key";

    /// <summary>Of a request: a key that seals, or opens seals, 32 bytes in Base64.</summary>
    public const string SealingKey = "X-FaceDeid-Key";

    /// <summary>How many faces were treated, drawn, merged, or given other keys.</summary>
    public const string Faces = "X-FaceDeid-Faces";

    /// <summary>What was done.</summary>
    public const string Method = "X-FaceDeid-Method";

    /// <summary>Which detector looked for faces.</summary>
    public const string Detector = "X-FaceDeid-Detector";

    /// <summary>How many faces got another method than the one that was asked for.</summary>
    public const string Fallbacks = "X-FaceDeid-Fallbacks";

    /// <summary>How many faces may be none: a person should look at them.</summary>
    public const string Uncertain = "X-FaceDeid-Uncertain";

    /// <summary>Of how many reference photos nobody was recognised.</summary>
    public const string Unmatched = "X-FaceDeid-Unmatched";

    /// <summary>What was done to the picture before faces were looked for.</summary>
    public const string Notes = "X-FaceDeid-Notes";

    /// <summary>How many faces are sealed.</summary>
    public const string Sealed = "X-FaceDeid-Sealed";

    /// <summary>All headers of answers.</summary>
    public static IReadOnlyList<string> OfAnswers { get; } =
        [Faces, Method, Detector, Fallbacks, Uncertain, Unmatched, Notes, Sealed];
}
