using System.Text.Json;

namespace FaceDeid.Api.Webhooks;

/// <summary>What a receiver is told, in the form of Standard Webhooks; the same in each try.</summary>
/// <param name="Id">Tells it from others: who has seen it need not act again.</param>
/// <param name="Type">What happened, such as <c>video.done</c>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Data">What it happened to.</param>
internal sealed record WebhookMessage(string Id, string Type, DateTimeOffset Timestamp, WebhookMessage.Content Data)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Its body.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { Type, Timestamp, Data }, Json);

    /// <summary>The job. Nothing of what was sent, and nothing of the result.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="State">Its state.</param>
    /// <param name="Warnings">What to look at in its report, by code.</param>
    public sealed record Content(string Id, string State, IReadOnlyList<string> Warnings);
}
