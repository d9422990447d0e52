using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace FaceDeid.Api.Access;

/// <summary>What a token was found to be. Callers learn of a failure only whether it is that the token has expired.</summary>
/// <param name="Caller">Whose it is; null: it is not accepted.</param>
/// <param name="IsExpired">It would have been accepted before.</param>
internal readonly record struct TokenCheck(Caller? Caller, bool IsExpired = false);

/// <summary>
/// JSON web tokens of the issuer that the operator trusts. Signatures are asymmetric only: with a shared secret, or with a public
/// key taken for one, who checks tokens could make them.
/// </summary>
internal sealed partial class BearerTokens
{
    /// <summary>The client that asks the issuer for its keys.</summary>
    public const string HttpClientName = "jwt";

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Extensions = ["crit", "b64", "zip"];

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenValidationParameters _rules;
    private readonly TokenIssuer? _issuer;
    private readonly ILogger<BearerTokens> _logger;

    /// <summary>Reads the key, or knows where to ask for it when the first token comes.</summary>
    /// <exception cref="StartupException">The key cannot be used.</exception>
    public BearerTokens(
        IOptions<FaceDeidOptions> options, IHttpClientFactory http, TimeProvider time, ILogger<BearerTokens> logger)
    {
        var jwt = options.Value.Security.Jwt;
        IsConfigured = jwt.IsSet;
        _logger = logger;
        _rules = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            ValidAudience = jwt.Audience,
            ClockSkew = ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LogValidationExceptions = false,
        };
        if (jwt.Authority.Length > 0)
        {
#pragma warning disable IDISP004 // the client is the factory's
            var documents = new HttpDocumentRetriever(http.CreateClient(HttpClientName)) { RequireHttps = true };
#pragma warning restore IDISP004
            var configuration = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{jwt.Authority.TrimEnd('/')}/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(), documents);
            _issuer = new TokenIssuer(configuration, time, logger);
            _rules.ConfigurationManager = configuration;
        }
        else if (IsConfigured)
        {
            _rules.ValidIssuer = jwt.Issuer;
            _rules.IssuerSigningKey = PublicKeyFile.Read(jwt.PublicKeyFile);
        }
    }

    public bool IsConfigured { get; }

    /// <summary>The token of a request; null: none.</summary>
    public static string? In(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var sent)
        && string.Equals(sent.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
            ? sent.Parameter
            : null;

    /// <summary>Checks a token.</summary>
    /// <exception cref="ProblemException">The issuer's keys cannot be had: nothing can be said of the token.</exception>
    public async Task<TokenCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (!_handler.CanReadToken(token))
            return default;
        if (_issuer is not null && !await _issuer.IsKnownAsync(cancellationToken))
            throw NoIssuer(); // which the handler would take for a failure of the token
        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid)
        {
            var reason = result.Exception.GetType(); // the texts have parts of the token
            LogRefused(_logger, reason);
            return new TokenCheck(null, result.Exception is SecurityTokenExpiredException);
        }

        // What is critical to a token, or changes how it is to be read, is known to its issuer and not to us (RFC 7515, section
        // 4.1.11).
        var head = (JsonWebToken)result.SecurityToken;
        var isExtended = Extensions.Any(name => head.TryGetHeaderValue(name, out object _));
        return isExtended ? default : new TokenCheck(Read(result.ClaimsIdentity));
    }

    private static ProblemException NoIssuer() => new(
        ProblemKinds.IssuerUnavailable, "The issuer of tokens does not answer. Try again as Retry-After says, or use an API key.")
    {
        RetryAfter = TokenIssuer.MaxWait,
    };

    /// <summary>The caller whom the claims describe; null: they name nobody.</summary>
    private static Caller? Read(ClaimsIdentity claims)
    {
        var subject = claims.FindFirst("sub")?.Value;
        var client = claims.FindFirst("client_id")?.Value ?? claims.FindFirst("azp")?.Value ?? subject;
        if (client is not { Length: > 0 })
            return null;
        var granted = claims.FindAll(claim => claim.Type is "scope" or "scp").SelectMany(claim => claim.Value.Split(' '))
            .ToHashSet(StringComparer.Ordinal);
        return new Caller(
            $"token:{subject ?? client}", $"token:{client}",
            [.. Scopes.All.Where(scope => granted.Contains(Scopes.InToken(scope)))]);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "A token was not accepted: {Reason}")]
    private static partial void LogRefused(ILogger logger, Type reason);
}
