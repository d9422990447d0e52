using System.Globalization;
using System.Text.RegularExpressions;
using FaceDeid.TestData;

namespace FaceDeid.Tests.Deployment;

/// <summary>What the texts of manifests and Compose files name, comments included.</summary>
internal static partial class DeployedSettings
{
    /// <summary>The port of the Dockerfile.</summary>
    public static int ImagePort() => int.Parse(
        Exposed().Match(File.ReadAllText(Path.Combine(TestFiles.Root, "Dockerfile"))).Groups["port"].Value,
        CultureInfo.InvariantCulture);

    /// <summary>Variables of settings in a file, or in the files of a folder.</summary>
    public static IReadOnlyList<string> Variables(string path) =>
        [.. Variable().Matches(Text(path)).Select(found => found.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Files of secrets that settings name.</summary>
    public static IReadOnlyList<string> SecretFiles(string path, string folder) => [.. SecretFile().Matches(Text(path))
        .Where(found => found.Value.StartsWith(folder, StringComparison.Ordinal)).Select(found => found.Value[folder.Length..])
        .Distinct(StringComparer.Ordinal)];

    private static string Text(string path)
    {
        var full = Path.Combine(TestFiles.Root, path);
        return File.Exists(full)
            ? File.ReadAllText(full)
            : string.Join('\n', Directory.GetFiles(full, "*.yaml", SearchOption.AllDirectories).Select(File.ReadAllText));
    }

    [GeneratedRegex(@"^EXPOSE (?<port>\d+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex Exposed();

    [GeneratedRegex(@"FaceDeid__\w+", RegexOptions.None, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"/run/secrets/[\w./-]*\w", RegexOptions.None, 1000)]
    private static partial Regex SecretFile();
}
