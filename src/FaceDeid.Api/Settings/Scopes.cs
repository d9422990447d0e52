namespace FaceDeid.Api.Settings;

/// <summary>What keys and tokens may allow, beyond what each of them does.</summary>
internal static class Scopes
{
    /// <summary>Opening seals, with the operator's keys too.</summary>
    public const string Restore = "restore";

    /// <summary>Attacking sets of pictures: the call that takes longest.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>Seeing and ending everybody's recordings.</summary>
    public const string Videos = "videos";

    /// <summary>Seeing faces of a recording as they were recorded, to review what was found.</summary>
    public const string Review = "review";

    private const string TokenPrefix = "facedeid.";

    public static IReadOnlyList<string> All { get; } = [Restore, Evaluate, Videos, Review];

    /// <summary>What the scope is called in a token, where others have scopes too.</summary>
    public static string InToken(string scope) => TokenPrefix + scope;
}
