using System.Text.Json;
using FaceDeid.Api.Forms;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Api.Keys;

/// <summary>
/// The field <c>recipients</c>. An entry that is only half said is refused: somebody would be left out, or let in.
/// </summary>
internal static class SealRecipients
{
    public const int MaxCharacters = 64 * 1024;

    private const int MaxEntries = 8;
    private const int ShortestPassphrase = 12;

    private const string Expected =
        "must be a JSON array of 1 to 8 entries. Each has one of 'keyId', 'key' (32 bytes in Base64), 'passphrase' (12 to 1024 "
        + "characters) and 'publicKey' (PEM, P-256), and may have 'faces', an array of their numbers.";

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, MaxDepth = 4 };

    public static IReadOnlyList<Recipient> Parse(string text, SentKeys keys)
    {
        var entries = Read(text);
        if (entries is not { Count: > 0 and <= MaxEntries } || entries.Contains(null))
            throw Invalid();
        return [.. entries.Select(entry => new Recipient(Key(entry!, keys) ?? throw Invalid(), entry!.Faces))];
    }

    private static List<Entry?>? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<List<Entry?>>(text, Json);
        }
        catch (JsonException)
        {
            throw Invalid();
        }
    }

    private static SealingKey? Key(Entry entry, SentKeys keys) => entry switch
    {
        { KeyId: { } id, Key: null, Passphrase: null, PublicKey: null } => keys.Named(id, "recipients"),
        { KeyId: null, Key: { } key, Passphrase: null, PublicKey: null } => keys.Symmetric(key),
        {
            KeyId: null,
            Key: null,
            Passphrase: { Length: >= ShortestPassphrase and <= SentKeys.LongestPassphrase } passphrase,
            PublicKey: null
        } => keys.Passphrase(passphrase),
        { KeyId: null, Key: null, Passphrase: null, PublicKey: { Length: <= SentKeys.LongestPem } pem } =>
            keys.EllipticCurve(pem),
        _ => null,
    };

    private static ProblemException Invalid() => FormBinder.Invalid("recipients", Expected);

    private sealed record Entry(
        string? KeyId = null, string? Key = null, string? Passphrase = null,
        string? PublicKey = null, IReadOnlyList<int>? Faces = null);
}
