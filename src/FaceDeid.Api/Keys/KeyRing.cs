using FaceDeid.Sealing.Keys;

namespace FaceDeid.Api.Keys;

/// <summary>The operator's keys, each with a name: of the configuration, and of the files of a mounted folder.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly SortedDictionary<string, SealingKey> _keys = new(StringComparer.Ordinal);

    private KeyRing()
    {
    }

    /// <summary>The keys' names and what they can do.</summary>
    public IEnumerable<KeyValuePair<string, SealingKey>> Keys => _keys;

    /// <summary>Reads the operator's keys.</summary>
    /// <exception cref="StartupException">
    /// One of them cannot be used. The message names it, and nothing of what is in it.
    /// </exception>
    public static KeyRing Load(SealingSettings settings)
    {
        var ring = new KeyRing();
        foreach (var (id, base64) in settings.Keys)
            ring.Add(id, $"FaceDeid:Sealing:Keys:{id}", () => SymmetricKey.FromBase64(base64, id));
        if (settings.KeyDirectory.Length > 0)
        {
            foreach (var file in Files(settings.KeyDirectory))
                ring.Add(Path.GetFileNameWithoutExtension(file), file, () => Read(file));
        }

        return ring;
    }

    /// <summary>A key; null: there is none of that name.</summary>
    public SealingKey? Find(string id) => _keys.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private static IEnumerable<string> Files(string folder)
    {
        try
        {
            // Mounted secrets have hidden folders and links beside the keys.
            return [.. Directory.GetFiles(folder).Where(file => Path.GetExtension(file) is ".key" or ".pem")
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"FaceDeid does not start. The folder FaceDeid:Sealing:KeyDirectory cannot be read: {folder}.", e);
        }
    }

    private void Add(string id, string source, Func<SealingKey?> read)
    {
        if (!KeyNames.IsValid(id))
            throw Unusable(source, $"its name {KeyNames.Mistake}");
        if (_keys.ContainsKey(id))
            throw Unusable(source, "there is another key of that name.");
        _keys.Add(id, Try(read)
            ?? throw Unusable(
                source,
                "a .key is 32 bytes in Base64 ('openssl rand -base64 32'), a .pem a public or private key of the curve P-256, "
                + "not encrypted."));
    }

    private static SealingKey? Try(Func<SealingKey?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static SealingKey? Read(string file) => Path.GetExtension(file) is ".pem"
        ? EllipticCurveKey.FromPem(File.ReadAllText(file))
        : SymmetricKey.FromBase64(File.ReadAllText(file), Path.GetFileNameWithoutExtension(file));

    private static StartupException Unusable(string source, string mistake) =>
        new($"FaceDeid does not start. The sealing key {source} cannot be used: {mistake}");
}
