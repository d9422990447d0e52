using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Names all that decides what becomes of some frames, beside the recording itself: where two names are the same, so are the
/// bytes that are made.
/// </summary>
internal static class SegmentFingerprint
{
    /// <summary>The name for the frames from one up to another, which does not belong to them.</summary>
    public static string Of(VideoPlan plan, (int From, int To) frames, VideoOptions options)
    {
        var (from, to) = frames;
        var faces = options.Faces;
        return Hash(new
        {
            faces.Method,
            faces.Strength,
            faces.Region,
            Color = $"{faces.Color}",
            faces.Verify,
            faces.Detection.Detector,
            Codec = options.WrittenCodec,
            options.RateFactor,
            plan.Choice,
            Tracks = plan.Tracks.Where(track => track.First < to && track.Last >= from).Select(track => new
            {
                track.Id,
                Start = Math.Max(track.First, from),
                Places = track.Places.Skip(from - track.First).Take(to - Math.Max(track.First, from)),
                track.Evidence,
                track.IsTreated,
                track.Person,
                track.Who,
                track.Expression,
                Looks = track.Looks.Select(look => look.Values.ToArray()),
            }),
            Regions = RegionsIn(plan, from, to),
        });
    }

    /// <summary>The name of where treated places are in some frames, whatever is done to them.</summary>
    public static string OfPlaces(VideoPlan plan, (int From, int To) frames, VideoOptions options)
    {
        var (from, to) = frames;
        return Hash(new
        {
            options.Faces.Region,
            Tracks = plan.Tracks.Where(track => track.IsTreated && track.First < to && track.Last >= from).Select(track => new
            {
                Start = Math.Max(track.First, from),
                Places = track.Places.Skip(from - track.First).Take(to - Math.Max(track.First, from))
                    .Select(place => place.Covered),
            }),
            Regions = RegionsIn(plan, from, to),
        });
    }

    private static IEnumerable<object> RegionsIn(VideoPlan plan, int from, int to) => plan.Regions
        .Where(region => region.First < to && region.Last >= from)
        .Select(region => new
        {
            region.Polygon,
            First = Math.Max(region.First, from),
            Last = Math.Min(region.Last, to - 1),
        });

    private static string Hash<T>(T value) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value)));
}
