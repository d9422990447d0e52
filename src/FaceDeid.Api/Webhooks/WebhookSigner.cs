using StandardWebhooks;

namespace FaceDeid.Api.Webhooks;

/// <summary>Signs what receivers are told, with each of the operator's secrets, as Standard Webhooks says.</summary>
internal sealed class WebhookSigner
{
    private const string Prefix = "whsec_";
    private const int LongestFile = 16 * 1024;

    // As Standard Webhooks wants them.
    private const int FewestBytes = 24;
    private const int MostBytes = 64;

    private readonly IReadOnlyList<StandardWebhook> _secrets;

    private WebhookSigner(IReadOnlyList<StandardWebhook> secrets) => _secrets = secrets;

    /// <summary>Reads the secrets, where hosts are set.</summary>
    /// <exception cref="StartupException">There are none, or one is none.</exception>
    public static WebhookSigner Load(WebhookSettings settings) => new(
        settings.AreOn ? [.. LinesOf(settings.SecretFile).Select(line => SecretOf(line, settings.SecretFile))] : []);

    /// <summary>The signatures of a message, separated by spaces.</summary>
    public string Sign(string id, DateTimeOffset time, string body) =>
        string.Join(' ', _secrets.Select(secret => secret.Sign(id, time, body)));

    private static List<string> LinesOf(string file)
    {
        try
        {
            if (new FileInfo(file).Length > LongestFile)
                throw Unusable(file);
            var lines = File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
            return lines.Count > 0 ? lines : throw Unusable(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, e);
        }
    }

    private static StandardWebhook SecretOf(string line, string file)
    {
        var bytes = new byte[MostBytes];
        return line.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(line[Prefix.Length..], bytes, out var count) && count >= FewestBytes
                ? new StandardWebhook(bytes[..count])
                : throw Unusable(file);
    }

    // Without what the file holds: it could be a secret with a typing error.
    private static StartupException Unusable(string file, Exception? innerException = null) => new(
        $"FaceDeid does not start. FaceDeid:Webhooks:SecretFile, {file}, cannot be used: each of its lines must be a secret, "
        + $"{Prefix} and {FewestBytes} to {MostBytes} random bytes in Base64. Make one with "
        + "'echo \"whsec_$(openssl rand -base64 32)\"'.",
        innerException);
}
