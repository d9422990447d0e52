using System.Buffers.Binary;

namespace FaceDeid.Video.Media;

/// <summary>
/// Puts segments of one encoder one after the other, each at the time where it belongs: of fragmented MP4 only the fragments'
/// own begin has to be written anew (<c>tfdt</c>, ISO/IEC 14496-12).
/// </summary>
internal static class FragmentedMp4
{
    private const int BoxHead = 8;
    private const int MostBox = 16 << 20; // of a box that is looked into
    private const int Chunk = 128 << 10;

    /// <summary>Copies a segment behind the ones before.</summary>
    /// <param name="segment">Written by a <see cref="FrameWriter"/>.</param>
    /// <param name="output">Where to.</param>
    /// <param name="start">Where it begins, in units of its track.</param>
    /// <param name="isFirst">Whether it is the first, which says what the track is.</param>
    /// <param name="lastDuration">Of the last frame of all, if this is the last segment; in units of its track.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">It is no such segment.</exception>
    public static async Task AppendAsync(
        Stream segment, Stream output, long start, bool isFirst, long? lastDuration, CancellationToken cancellationToken)
    {
        var head = new byte[BoxHead];
        while (await segment.ReadAtLeastAsync(head, BoxHead, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
        {
            if (read < BoxHead)
                throw new InvalidDataException("A segment ends within a box.");
            var length = BinaryPrimitives.ReadUInt32BigEndian(head) - (long)BoxHead;
            var type = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4));
            if (length < 0)
                throw new InvalidDataException("A segment has a box of unknown size.");
            if (type == Type("moof"u8))
            {
                var fragment = await ReadAsync(segment, length, cancellationToken);
                var isLast = lastDuration is not null && await IsLastAsync(segment, cancellationToken);
                Move(fragment, start, isLast ? lastDuration : null);
                await output.WriteAsync(head, cancellationToken);
                await output.WriteAsync(fragment, cancellationToken);
            }
            else if (type == Type("mdat"u8) || isFirst)
            {
                await output.WriteAsync(head, cancellationToken);
                await CopyAsync(segment, output, length, cancellationToken);
            }
            else
            {
                await CopyAsync(segment, Stream.Null, length, cancellationToken);
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Stream segment, long length, CancellationToken cancellationToken)
    {
        if (length > MostBox)
            throw new InvalidDataException("A segment's fragment has too many frames.");
        var box = new byte[length];
        await segment.ReadExactlyAsync(box, cancellationToken);
        return box;
    }

    /// <summary>Whether nothing follows after the fragment's pictures.</summary>
    private static async Task<bool> IsLastAsync(Stream segment, CancellationToken cancellationToken)
    {
        var head = new byte[BoxHead];
        var here = segment.Position;
        await segment.ReadExactlyAsync(head, cancellationToken);
        segment.Position = here;
        return here + BinaryPrimitives.ReadUInt32BigEndian(head) >= segment.Length;
    }

    private static async Task CopyAsync(Stream from, Stream to, long length, CancellationToken cancellationToken)
    {
        var chunk = new byte[(int)Math.Clamp(length, 1, Chunk)];
        while (length > 0)
        {
            var part = chunk.AsMemory(0, (int)Math.Min(length, chunk.Length));
            await from.ReadExactlyAsync(part, cancellationToken);
            await to.WriteAsync(part, cancellationToken);
            length -= part.Length;
        }
    }

    private static void Move(Span<byte> boxes, long start, long? lastDuration)
    {
        while (boxes.Length >= BoxHead)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(boxes);
            if (length < BoxHead || length > boxes.Length)
                throw new InvalidDataException("A segment has a broken fragment.");
            var type = BinaryPrimitives.ReadUInt32BigEndian(boxes[4..]);
            var content = boxes[BoxHead..(int)length];
            if (type == Type("traf"u8))
                Move(content, start, lastDuration);
            else if (type == Type("tfdt"u8))
                AddTo(content, start);
            else if (type == Type("trun"u8) && lastDuration is { } duration)
                SetLast(content, duration);
            boxes = boxes[(int)length..];
        }
    }

    private static void AddTo(Span<byte> begin, long start)
    {
        if (begin[0] != 1)
            throw new InvalidDataException("A segment's fragment begins at a time of 32 bits.");
        BinaryPrimitives.WriteInt64BigEndian(begin[4..], BinaryPrimitives.ReadInt64BigEndian(begin[4..]) + start);
    }

    /// <summary>Where frames have durations of their own; elsewhere all have the same.</summary>
    private static void SetLast(Span<byte> run, long duration)
    {
        const uint HasOffset = 1, HasFirstFlags = 4, HasDuration = 0x100, HasSize = 0x200, HasFlags = 0x400, HasShift = 0x800;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(run) & 0xFFFFFF;
        var count = BinaryPrimitives.ReadInt32BigEndian(run[4..]);
        if ((flags & HasDuration) == 0 || count == 0)
            return;
        var entry = 4 * new[] { HasDuration, HasSize, HasFlags, HasShift }.Count(flag => (flags & flag) != 0);
        var first = 8 + (4 * new[] { HasOffset, HasFirstFlags }.Count(flag => (flags & flag) != 0));
        BinaryPrimitives.WriteUInt32BigEndian(run[(first + ((count - 1) * entry))..], (uint)duration);
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
