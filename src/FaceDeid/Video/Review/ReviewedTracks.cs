using System.IO.Compression;
using System.Text.Json;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Review;

/// <summary>The tracks of a recording as a person left them, and what is covered beside them.</summary>
/// <param name="Tracks">All tracks.</param>
/// <param name="Regions">All areas.</param>
internal sealed record ReviewedTracks(IReadOnlyList<ReviewedTrack> Tracks, IReadOnlyList<VideoRegion> Regions)
{
    /// <summary>The tracks of a plan, with what is known of those that they are put together of.</summary>
    public IReadOnlyList<PlannedTrack> In(VideoPlan found)
    {
        var byId = found.Tracks.ToDictionary(track => track.Id);
        return [.. Tracks.Select(Planned)];

        PlannedTrack Planned(ReviewedTrack track)
        {
            var sources = track.Sources.Select(id => byId[id]).ToList();
            return new PlannedTrack(track.Id, track.First, track.Places, track.Evidence)
            {
                Sources = track.Sources,
                IsEdited = track.IsEdited,
                IsTreated = track.IsTreated,
                MeanScore = sources.Select(source => source.MeanScore).DefaultIfEmpty(0).Average(),
                Person = sources.Select(source => source.Person).FirstOrDefault(person => person is not null),
                Looks = [.. sources.SelectMany(source => source.Looks)],
                Who = sources.Select(source => source.Who).FirstOrDefault(who => who is not null),
                Expression = sources.Select(source => source.Expression).FirstOrDefault(expression => expression is not null),
                Disguise = sources.Select(source => source.Disguise).FirstOrDefault(disguise => disguise is not null),
            };
        }
    }

    public static async Task<ReviewedTracks> LoadAsync(IMediaStore store, string name, CancellationToken cancellationToken)
    {
        await using var source = store.OpenRead(name);
        await using var packed = new BrotliStream(source, CompressionMode.Decompress);
        return (await JsonSerializer.DeserializeAsync<ReviewedTracks>(packed, cancellationToken: cancellationToken))!;
    }

    public async Task SaveAsync(IMediaStore store, string name, CancellationToken cancellationToken)
    {
        await using var target = store.Create(name);
        await using (var packed = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            await JsonSerializer.SerializeAsync(packed, this, cancellationToken: cancellationToken);
        await target.CompleteAsync(cancellationToken);
    }
}

/// <summary>A track of <see cref="ReviewedTracks"/>; its parts mean what those of <see cref="PlannedTrack"/> do.</summary>
internal sealed record ReviewedTrack(
    int Id, IReadOnlyList<int> Sources, int First, IReadOnlyList<PlannedPlace> Places, TrackEvidence Evidence, bool IsTreated,
    bool IsEdited);
