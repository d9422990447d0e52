using System.Text;
using System.Text.Json;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>The objects that every job has, and how texts are kept in a store.</summary>
internal static class JobObjects
{
    /// <summary>The options of the request, as JSON.</summary>
    public const string Options = "options";

    /// <summary>SHA-256 of what was sent.</summary>
    public const string Digest = "digest";

    /// <summary>Why it failed.</summary>
    public const string Error = "error";

    /// <summary>What was sent.</summary>
    public const string Source = VideoObjects.Source;

    /// <summary>What was made.</summary>
    public const string Result = VideoObjects.Result;

    /// <summary>What was done, as JSON.</summary>
    public const string Report = VideoObjects.Report;

    private const int LongestText = 32 << 20; // options with a table of subjects

    public static Task WriteAsync(this IMediaStore store, string name, ReadOnlyMemory<byte> content) =>
        store.WriteAsync(name, target => target.WriteAsync(content).AsTask());

    /// <summary>Writes an object, which is there when all of it was written.</summary>
    public static async Task WriteAsync(this IMediaStore store, string name, Func<Stream, Task> write)
    {
        await using var writer = store.Create(name);
        await write(writer);
        await writer.CompleteAsync(CancellationToken.None);
    }

    /// <summary>All bytes of a small object.</summary>
    public static async Task<byte[]> ReadAsync(this IMediaStore store, string name)
    {
        await using var stream = store.OpenRead(name);
        if (stream.Length > LongestText)
            throw new InvalidDataException($"The object '{name}' is too long to be read at once.");
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content);
        return content;
    }

    public static async Task<string> ReadTextAsync(this IMediaStore store, string name) =>
        Encoding.UTF8.GetString(await store.ReadAsync(name));

    public static Task WriteErrorAsync(this IMediaStore store, Job.Failure error) =>
        store.WriteAsync(Error, JsonSerializer.SerializeToUtf8Bytes(error));

    public static async Task<Job.Failure?> ReadErrorAsync(this IMediaStore store) => store.Exists(Error)
        ? JsonSerializer.Deserialize<Job.Failure>(await store.ReadAsync(Error))
        : null;
}
