using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Faces.Recognition;
using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.Segments;

/// <summary>What was found in a segment, as it is kept until the recording is done.</summary>
/// <param name="First">Number of its first frame.</param>
/// <param name="Base">The tick of its frames' times.</param>
/// <param name="Frames">Each of its frames.</param>
/// <param name="Found">Its tracks, with the frames that lead in and out.</param>
/// <param name="Samples">How the face of each track looks, by the track's number.</param>
internal sealed record SegmentRecord(
    int First, TimeBase Base, IReadOnlyList<FrameNote> Frames, SegmentTracks Found,
    IReadOnlyDictionary<int, List<TrackSample>> Samples)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new LookConverter() } };

    /// <summary>Whether a frame of another decode is as it was in the first.</summary>
    public bool Has(VideoFrame frame)
    {
        var i = frame.Number - First;
        return i < Frames.Count && Frames[i] == FrameNote.Of(frame);
    }

    public async Task SaveAsync(IMediaStore store, string name, CancellationToken cancellationToken)
    {
        await using var target = store.Create(name);
        await using (var packed = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            await JsonSerializer.SerializeAsync(packed, this, Json, cancellationToken);
        await target.CompleteAsync(cancellationToken);
    }

    public static async Task<SegmentRecord> LoadAsync(IMediaStore store, string name, CancellationToken cancellationToken)
    {
        await using var source = store.OpenRead(name);
        await using var packed = new BrotliStream(source, CompressionMode.Decompress);
        return (await JsonSerializer.DeserializeAsync<SegmentRecord>(packed, Json, cancellationToken))!;
    }

    private sealed class LookConverter : JsonConverter<FaceEmbedding>
    {
        public override FaceEmbedding Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var bytes = reader.GetBytesFromBase64();
            var values = new float[bytes.Length / sizeof(float)];
            Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
            return new FaceEmbedding(values);
        }

        public override void Write(Utf8JsonWriter writer, FaceEmbedding value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.Values));
    }
}
