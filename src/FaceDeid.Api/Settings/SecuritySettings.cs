using System.ComponentModel.DataAnnotations;

namespace FaceDeid.Api.Settings;

/// <summary>Who is let in. With neither keys nor tokens: everybody.</summary>
public sealed class SecuritySettings : IValidatableObject
{
    /// <summary>Keys that open `/v1`, sent as `X-Api-Key`, by name. Only their hashes are here.</summary>
    [ByName(
        "is a key in plain text, which does not belong into a configuration. Remove it, make a new key, give it a name, and set "
        + "FaceDeid:Security:ApiKeys:NAME:Sha256 to its hash ('printf %s \"$KEY\" | sha256sum').")]
    public IDictionary<string, ApiKeySettings> ApiKeys { get; set; } =
        new Dictionary<string, ApiKeySettings>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tokens that open `/v1`, sent as `Authorization: Bearer`.</summary>
    public JwtSettings Jwt { get; set; } = new();

    /// <summary>
    /// Proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are believed: IP addresses, or networks such
    /// as `10.0.0.0/8`. None: nobody's are.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

    internal bool IsOpen => ApiKeys.Count == 0 && !Jwt.IsSet;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ApiKeys.Keys.All(KeyNames.IsValid))
            yield return new ValidationResult($"has a name that cannot be used: it {KeyNames.Mistake}", [nameof(ApiKeys)]);
        var hashes = ApiKeys.Values.Select(key => key.Sha256).Where(hash => hash.Length > 0).ToList();
        if (hashes.Distinct(StringComparer.OrdinalIgnoreCase).Count() < hashes.Count)
            yield return new ValidationResult("has one key under two names. Make one for each.", [nameof(ApiKeys)]);
        if (!TrustedProxies.All(proxy => ProxyNetworks.TryParse(proxy, out _)))
        {
            yield return new ValidationResult(
                "must be IP addresses or networks, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32; no names.",
                [nameof(TrustedProxies)]);
        }
    }
}

/// <summary>A key: random, of at least 128 bits (`openssl rand -hex 32`).</summary>
public sealed class ApiKeySettings : IValidatableObject
{
    private const string OfNothing = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"; // of an empty variable

    /// <summary>SHA-256 of the key, 64 hexadecimal digits.</summary>
    public string Sha256 { get; set; } = string.Empty;

    /// <summary>What the key allows beyond the calls that every key allows: `restore`, `evaluate`, `videos`.</summary>
    public IList<string> Scopes { get; set; } = [];

    /// <summary>Requests it may send in a minute; more are answered 429. 0: as many as `Limits:RequestsPerMinute` says.</summary>
    [Range(0, 100_000)]
    public int RequestsPerMinute { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigit))
        {
            yield return new ValidationResult(
                "must be the SHA-256 of the key, 64 hexadecimal digits ('printf %s \"$KEY\" | sha256sum').", [nameof(Sha256)]);
        }

        if (string.Equals(Sha256, OfNothing, StringComparison.OrdinalIgnoreCase))
            yield return new ValidationResult("is the hash of nothing: the key was empty when it was hashed.", [nameof(Sha256)]);
        if (Scopes.Except(Settings.Scopes.All, StringComparer.Ordinal).Any())
            yield return new ValidationResult($"may have {string.Join(" and ", Settings.Scopes.All)} only.", [nameof(Scopes)]);
    }
}

/// <summary>
/// Tokens (JWT) of an issuer: either of one that has OpenID Connect discovery, or of one whose public key is known.
/// </summary>
public sealed class JwtSettings : IValidatableObject
{
    /// <summary>Address of an OpenID Connect issuer, `https`, which is asked for its keys. Empty: none.</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>What tokens must be made for (`aud`).</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>Who must have made tokens (`iss`), with <see cref="PublicKeyFile"/>.</summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>PEM file of the issuer's public key, RSA or of an elliptic curve.</summary>
    public string PublicKeyFile { get; set; } = string.Empty;

    internal bool IsSet => Authority.Length + Audience.Length + Issuer.Length + PublicKeyFile.Length > 0;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsSet)
            yield break;
        if (Audience.Length == 0)
        {
            yield return new ValidationResult(
                "is needed: else tokens that were made for other services would be accepted.", [nameof(Audience)]);
        }

        if (Authority.Length > 0
            && !(Uri.TryCreate(Authority, UriKind.Absolute, out var address)
                && string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)))
            yield return new ValidationResult("must be an https address.", [nameof(Authority)]);
        if (Authority.Length > 0 ? Issuer.Length + PublicKeyFile.Length > 0 : Issuer.Length == 0 || PublicKeyFile.Length == 0)
            yield return new ValidationResult("needs either Authority, or both Issuer and PublicKeyFile.");
    }
}

/// <summary>Marks settings that have names of the operator's choice.</summary>
/// <param name="plainValue">What is said of a name that has a value instead of settings below it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByNameAttribute(string plainValue) : Attribute
{
    /// <summary>What is said of a name that has a value instead of settings below it.</summary>
    public string PlainValue { get; } = plainValue;
}
