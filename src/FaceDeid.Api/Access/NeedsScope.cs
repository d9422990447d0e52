namespace FaceDeid.Api.Access;

/// <summary>Marks a call that not every caller may make: it needs this scope where callers are asked who they are.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="When">Which requests need it; null: all.</param>
internal sealed record NeedsScope(string Scope, Func<HttpRequest, bool>? When = null)
{
    public bool IsFor(HttpRequest request) => When is null || When(request);
}
