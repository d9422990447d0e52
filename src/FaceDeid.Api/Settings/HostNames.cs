namespace FaceDeid.Api.Settings;

/// <summary>The names that the operator says the service answers to.</summary>
internal static class HostNames
{
    /// <summary>
    /// ASP.NET's own setting, with its own meaning. Its filter would answer with a page, and without our headers.
    /// </summary>
    public const string Setting = "AllowedHosts";

    /// <summary>The names; none: those of this machine, and every name where other machines reach it.</summary>
    public static IEnumerable<string> Parse(IConfiguration configuration) =>
        (configuration[Setting] ?? string.Empty).Split(';',
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with the setting; null: nothing.</summary>
    public static string? Mistake(IConfiguration configuration)
    {
        if (configuration.GetSection(Setting).GetChildren().Any())
            return $"{Setting} is one text: names separated by ';'.";
        return Parse(configuration).All(IsName)
            ? null
            : $"{Setting} must be host names or addresses separated by ';', such as faces.example.org, *.example.org, 192.0.2.7, "
                + "[2001:db8::7], without scheme, port and path. '*' alone: every name.";
    }

    private static bool IsName(string name)
    {
        var isPattern = name.StartsWith("*.", StringComparison.Ordinal);
        return name is "*" || Uri.CheckHostName(isPattern ? name[2..] : name) switch
        {
            UriHostNameType.Dns => true,
            UriHostNameType.IPv4 => !isPattern,
            UriHostNameType.IPv6 => name.StartsWith('['), // as in the header
            _ => false,
        };
    }
}
