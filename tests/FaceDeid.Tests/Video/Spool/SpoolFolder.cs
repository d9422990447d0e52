using System.Security.Cryptography;
using FaceDeid.Video.Spool;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>A spool in a folder of its own, which goes with it.</summary>
internal sealed class SpoolFolder : IDisposable
{
    public const int Chunk = SealedFormat.ChunkLength;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-spool-");

    public SpoolFolder(long maxBytes = 100_000_000, bool keepsKeys = false)
    {
        if (keepsKeys)
            WriteKeyFile();
        Spool = new MediaSpool(Root, maxBytes, keepsKeys ? WrappingKeys.Load(KeyFile) : null);
    }

    public MediaSpool Spool { get; private set; }

    public string Root => Path.Combine(_folder.FullName, "spool");

    public string KeyFile => Path.Combine(_folder.FullName, "wrapping.key");

    public long BytesOnDisk => new DirectoryInfo(Path.Combine(Root, "jobs"))
        .EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public string PathOf(string job, string name) => Path.Combine(Root, "jobs", job, name);

    public void WriteKeyFile() => File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    /// <summary>As after the process was restarted.</summary>
    public void Restart(bool keepsKeys)
    {
        Spool.Dispose();
        Spool = new MediaSpool(Root, 100_000_000, keepsKeys ? WrappingKeys.Load(KeyFile) : null);
    }

    public static void Write(IMediaStore store, string name, byte[] content)
    {
        using var writer = store.Create(name);
        writer.Write(content);
        writer.CompleteAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public static byte[] Read(IMediaStore store, string name)
    {
        using var stream = store.OpenRead(name);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    public void Dispose()
    {
        Spool.Dispose();
        _folder.Delete(recursive: true);
    }
}
