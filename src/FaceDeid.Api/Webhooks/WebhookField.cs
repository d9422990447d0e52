using FaceDeid.Api.Forms;

namespace FaceDeid.Api.Webhooks;

/// <summary>The field <c>webhook</c>: who is told when a job has ended.</summary>
internal static class WebhookField
{
    /// <summary>Longest address.</summary>
    public const int MostCharacters = 2048;

    /// <summary>What is said of a longer one.</summary>
    public const string TooLong = "must be at most 2048 characters long.";

    private const string Name = "webhook";

    /// <summary>Looks whether this address may be told.</summary>
    /// <exception cref="ProblemException">400: it may not.</exception>
    public static void Check(string? webhook, WebhookSettings settings)
    {
        if (webhook is not null && MistakeOf(webhook, settings) is { } mistake)
            throw FormBinder.Invalid(Name, mistake);
    }

    private static string? MistakeOf(string webhook, WebhookSettings settings)
    {
        if (!settings.AreOn)
        {
            return "is not taken by this service: its operator has set no FaceDeid:Webhooks:Hosts. Leave it out, and look at "
                + "the job or its events.";
        }

        if (!Uri.TryCreate(webhook, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return "must be an address such as https://hooks.example.org/facedeid.";
        if (address.Scheme is "http" && !settings.AllowHttp)
            return "must begin with https.";
        if (address.UserInfo.Length > 0)
            return "may hold no user name and no password: they would lie on the service's disk.";
        if (webhook.Contains('#', StringComparison.Ordinal))
            return "may hold no '#': what follows it is never sent.";
        return settings.Allows(address)
            ? null
            : "names a host or port that this service does not tell. Use one that its operator has listed in "
                + "FaceDeid:Webhooks:Hosts, or ask for yours to be added.";
    }
}
