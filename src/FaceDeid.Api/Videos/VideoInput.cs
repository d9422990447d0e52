using System.Text.Json;
using FaceDeid.Api.Jobs;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Api.Videos;

/// <summary>What a person wished for a recording after having looked at it, as it is kept with it.</summary>
/// <param name="Wishes">All wishes, the changed ones among them.</param>
/// <param name="Revision">What was changed in its tracks.</param>
internal sealed record VideoInput(VideoWishes Wishes, VideoRevision Revision)
{
    /// <summary>What is wished for a job now.</summary>
    public static async Task<VideoWishes> WishesAsync(IMediaStore store, string? name) =>
        (await ReadAsync(store, name))?.Wishes ?? VideoWishes.Parse(await store.ReadTextAsync(JobObjects.Options));

    /// <summary>What a person wished for; null: nobody has looked yet.</summary>
    public static async Task<VideoInput?> ReadAsync(IMediaStore store, string? name) => name is null
        ? null
        : JsonSerializer.Deserialize<VideoInput>(await store.ReadAsync(name), VideoWishes.Json);

    public Task WriteAsync(IMediaStore store, string name) =>
        store.WriteAsync(name, JsonSerializer.SerializeToUtf8Bytes(this, VideoWishes.Json));
}
