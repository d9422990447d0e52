namespace FaceDeid.Api.Access;

/// <summary>Marks a call that not every caller may make: it needs this scope where callers are asked who they are.</summary>
internal sealed record NeedsScope(string Scope);
