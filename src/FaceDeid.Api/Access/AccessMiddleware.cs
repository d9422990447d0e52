namespace FaceDeid.Api.Access;

/// <summary>
/// Lets only holders of a key or token into <c>/v1</c>, where either is configured, and to calls that need a scope only those who
/// have it. All of that is in a request's head: it is decided before the body is read and before the request takes a place.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, ApiKeys keys, BearerTokens tokens)
{
    private readonly bool _isOpen = !keys.Any && !tokens.IsConfigured;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!_isOpen && Calls.AreGuarded(context))
        {
            var caller = keys.Find(context.Request.Headers[FaceDeidHeaders.ApiKey]) ?? await FromTokenAsync(context);
            if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsScope>() is { } needed
                && !caller.Scopes.Contains(needed.Scope, StringComparer.Ordinal) && needed.IsFor(context.Request))
                throw Lacks(needed.Scope);
            context.Features.Set(caller);
        }

        await next(context);
    }

    private async Task<Caller> FromTokenAsync(HttpContext context)
    {
        if (!tokens.IsConfigured || BearerTokens.In(context.Request) is not { } token)
            throw Unknown("Send " + string.Join(" or ", Ways()) + ".", failure: string.Empty);
        var check = await tokens.CheckAsync(token, context.RequestAborted);
        return check.Caller ?? throw (check.IsExpired
            ? Unknown(
                "The token has expired. Get a new one.", ", error=\"invalid_token\", error_description=\"The token has expired\"")
            : Unknown(
                "The token is not accepted. Get one of the issuer, and for the audience, that this service trusts.",
                ", error=\"invalid_token\""));
    }

    private IEnumerable<string> Ways()
    {
        if (keys.Any)
            yield return $"a key that this service knows in the header {FaceDeidHeaders.ApiKey}";
        if (tokens.IsConfigured)
            yield return "a token that it accepts as 'Authorization: Bearer'";
    }

    private ProblemException Unknown(string detail, string failure)
    {
        List<string> challenges = [];
        if (tokens.IsConfigured)
            challenges.Add($"Bearer realm=\"FaceDeid\"{failure}"); // RFC 6750, section 3
        if (keys.Any)
            challenges.Add($"ApiKey realm=\"FaceDeid\", header=\"{FaceDeidHeaders.ApiKey}\"");
        return new ProblemException(ProblemKinds.Unauthorized, detail) { Challenges = [.. challenges] };
    }

    private ProblemException Lacks(string scope) => new(
        ProblemKinds.MissingScope,
        $"This call needs the scope '{scope}'. The operator gives it to a key with FaceDeid:Security:ApiKeys:NAME:Scopes, and "
        + $"the issuer to a token as '{Scopes.InToken(scope)}'.")
    {
        Challenges = tokens.IsConfigured
            ? [$"Bearer realm=\"FaceDeid\", error=\"insufficient_scope\", scope=\"{Scopes.InToken(scope)}\""]
            : [],
    };
}
