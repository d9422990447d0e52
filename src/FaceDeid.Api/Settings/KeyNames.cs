using System.Text.RegularExpressions;

namespace FaceDeid.Api.Settings;

/// <summary>Names of keys: they stand in seals and in the audit log.</summary>
internal static partial class KeyNames
{
    public const string Pattern = "^[A-Za-z0-9._-]{1,64}$";

    /// <summary>What is said of other names.</summary>
    public const string Mistake = "must have 1 to 64 letters, digits, dots, hyphens or underscores.";

    /// <summary>Whether a key may have this name.</summary>
    public static bool IsValid(string name) => Name().IsMatch(name);

    [GeneratedRegex(Pattern, RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
