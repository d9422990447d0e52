namespace FaceDeid.Api.Access;

/// <summary>Who sent a request that was let in.</summary>
/// <param name="Name">For the audit log: <c>key:</c> and the key's name, or <c>token:</c> and its subject, so that none can pass for another.</param>
/// <param name="Client">Whose allowance of requests this counts against.</param>
/// <param name="Scopes">What beyond the open calls is allowed.</param>
/// <param name="RequestsPerMinute">An allowance of its own; 0: that of everybody.</param>
internal sealed record Caller(string Name, string Client, IReadOnlyList<string> Scopes, int RequestsPerMinute = 0)
{
    /// <summary>The caller's name, or the address where nobody is asked who they are.</summary>
    public static string NameOf(HttpContext context) => Of(context)?.Name ?? Address(context);

    /// <summary>Whose allowance a request counts against.</summary>
    public static string ClientOf(HttpContext context) => Of(context)?.Client ?? Address(context);

    /// <summary>The caller; null: everybody is let in.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? string.Empty;
}
