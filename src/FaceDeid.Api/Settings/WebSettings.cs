using System.ComponentModel.DataAnnotations;

namespace FaceDeid.Api.Settings;

/// <summary>Which pages may call the service from a browser.</summary>
public sealed class CorsSettings : IValidatableObject
{
    /// <summary>Origins of these pages, such as `https://app.example.org`. None: only pages of the service itself.</summary>
    public IList<string> Origins { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Origins.All(IsOrigin))
        {
            yield return new ValidationResult(
                "must be origins as browsers send them, such as https://app.example.org or http://localhost:5173: "
                + "in lower case, without the usual port and without a path. '*' is not taken.",
                [nameof(Origins)]);
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && string.Equals(
            $"{address.Scheme}://{address.IdnHost}{(address.IsDefaultPort ? string.Empty : $":{address.Port}")}",
            text,
            StringComparison.Ordinal);
}

/// <summary>HTTP/2 without TLS, for clients that know that they may begin with it.</summary>
public sealed class Http2Settings
{
    /// <summary>Port, one of those that the service listens on, that speaks HTTP/2 and nothing else. 0: none.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }
}
