using System.Buffers;
using System.ComponentModel.DataAnnotations;

namespace FaceDeid.Api.Settings;

/// <summary>Who is told of jobs that have ended.</summary>
public sealed class WebhookSettings : IValidatableObject
{
    /// <summary>
    /// Hosts that callers may name in `webhook`: `hooks.example.org`, `hooks.example.org:8443` where the port is not the usual
    /// one, or `*.example.org` for all that end so. None: nobody is told.
    /// </summary>
    public IList<string> Hosts { get; set; } = [];

    /// <summary>
    /// File with the secrets that sign, each a line that begins with `whsec_`. All of them sign, so that receivers can change
    /// over.
    /// </summary>
    public string SecretFile { get; set; } = string.Empty;

    /// <summary>Whether hosts of the own network are told too, such as 10.0.0.7.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Whether addresses may begin with `http`: then anybody on the way can read what is told.</summary>
    public bool AllowHttp { get; set; }

    internal bool AreOn => Hosts.Count > 0;

    /// <summary>Whether callers may name an address at its host and port.</summary>
    internal bool Allows(Uri address) => Hosts.Any(host => WebhookHost.Parse(host)?.Includes(address) == true);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hosts.Any(host => WebhookHost.Parse(host) is null))
        {
            yield return new ValidationResult(
                "must be host names, such as hooks.example.org, hooks.example.org:8443 or *.example.org, without scheme and "
                + "path. '*' alone is not taken.",
                [nameof(Hosts)]);
        }

        if (AreOn && SecretFile.Length == 0)
        {
            yield return new ValidationResult(
                "is needed where Hosts are set: receivers know by the signature who tells them. Make a secret with "
                + "'echo \"whsec_$(openssl rand -base64 32)\"'.",
                [nameof(SecretFile)]);
        }
    }
}

/// <summary>A host that may be told.</summary>
/// <param name="Name">Its name; or, with <paramref name="IsDomain"/>, how its name ends.</param>
/// <param name="Port">Its port; null: the usual one of the scheme.</param>
/// <param name="IsDomain">Whether all names below this one are meant.</param>
internal sealed record WebhookHost(string Name, int? Port, bool IsDomain)
{
    private const string Below = "*.";

    private static readonly SearchValues<char> Foreign = SearchValues.Create("/@?#\\ ");

    /// <summary>Reads a host; null: it is none.</summary>
    public static WebhookHost? Parse(string text)
    {
        var isDomain = text.StartsWith(Below, StringComparison.Ordinal);
        var host = isDomain ? text[Below.Length..] : text;
        if (!Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var address)
            || host.AsSpan().ContainsAny(Foreign) || !IsName(address.HostNameType, isDomain))
            return null;
        return new WebhookHost(address.IdnHost, address.IsDefaultPort ? null : address.Port, isDomain);
    }

    public bool Includes(Uri address) =>
        (Port is { } port ? address.Port == port : address.IsDefaultPort)
        && (IsDomain
            ? address.IdnHost.EndsWith($".{Name}", StringComparison.OrdinalIgnoreCase)
            : string.Equals(address.IdnHost, Name, StringComparison.OrdinalIgnoreCase));

    private static bool IsName(UriHostNameType type, bool isDomain) =>
        type == UriHostNameType.Dns || (!isDomain && type is (UriHostNameType.IPv4 or UriHostNameType.IPv6));
}
