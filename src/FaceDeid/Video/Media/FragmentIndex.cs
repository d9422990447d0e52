using System.Buffers.Binary;

namespace FaceDeid.Video.Media;

/// <summary>
/// Puts an index of its fragments in front of an MP4 that was written through a pipe (<c>sidx</c>), and says how long it is
/// (<c>mehd</c>; both ISO/IEC 14496-12): without, many players do not know its length, and seek in it by reading all of it.
/// </summary>
internal sealed class FragmentIndex
{
    private const int BoxHead = 8;
    private const int MostBox = 16 << 20; // of a box that is looked into
    private const int MostReferences = ushort.MaxValue;
    private const int Buffer = 128 << 10;

    private readonly Stream _file;
    private readonly Dictionary<uint, (uint Scale, bool IsVideo, uint Duration, long End)> _tracks = [];
    private readonly List<(long At, long Time)> _fragments = []; // those that begin with a picture
    private byte[] _front = [];
    private byte[] _header = [];
    private long _first;
    private long _end;

    private FragmentIndex(Stream file) => _file = file;

    /// <summary>Writes a file again, with an index.</summary>
    /// <param name="file">Can seek.</param>
    /// <param name="target">Where to; not disposed.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="InvalidDataException">It is no MP4 of ours.</exception>
    public static async Task WriteAsync(Stream file, Stream target, CancellationToken cancellationToken)
    {
        var index = new FragmentIndex(file);
        await Task.Run(() => index.Read(cancellationToken), cancellationToken);
        await target.WriteAsync((byte[])[.. index._front, .. index.Header(), .. index.Index()], cancellationToken);
        file.Position = index._first;
        var buffer = new byte[Buffer];
        for (var left = index._end - index._first; left > 0;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(left, Buffer));
            await file.ReadExactlyAsync(part, cancellationToken);
            await target.WriteAsync(part, cancellationToken);
            left -= part.Length;
        }
    }

    private void Read(CancellationToken cancellationToken)
    {
        for (var at = 0L; at < _file.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (type, length) = Head(at);
            if (type == Type("ftyp"u8))
                _front = Bytes(at, length);
            else if (type == Type("moov"u8))
                ReadHeader(_header = Bytes(at, length));
            else if (type == Type("moof"u8))
                ReadFragment(at, Bytes(at, length));
            // What else there is, is an index that ffmpeg wrote, by places that change.
            if (type == Type("moof"u8) || type == Type("mdat"u8))
                (_first, _end) = (_first == 0 ? at : _first, at + length);
            at += length;
        }

        if (_header.Length == 0 || _fragments.Count == 0)
            throw new InvalidDataException("An MP4 without fragments.");
    }

    private void ReadHeader(ReadOnlySpan<byte> header)
    {
        foreach (var (_, track) in Children(header, "trak"u8))
        {
            var about = Find(track, "tkhd"u8);
            var media = Find(track, "mdia"u8);
            var scale = Find(media, "mdhd"u8);
            _tracks[Number(about[BoxHead..], about[BoxHead] == 1 ? 20 : 12)] = (
                Number(scale[BoxHead..], scale[BoxHead] == 1 ? 20 : 12),
                Number(Find(media, "hdlr"u8)[BoxHead..], 8) == Type("vide"u8), 0, 0);
        }

        foreach (var (_, defaults) in Children(Find(header, "mvex"u8), "trex"u8))
        {
            var id = Number(defaults.AsSpan(BoxHead), 4);
            _tracks[id] = _tracks[id] with { Duration = Number(defaults.AsSpan(BoxHead), 12) };
        }
    }

    private void ReadFragment(long at, ReadOnlySpan<byte> fragment)
    {
        foreach (var (_, part) in Children(fragment, "traf"u8))
        {
            var head = Find(part, "tfhd"u8)[BoxHead..];
            var id = Number(head, 4);
            var flags = Number(head, 0);
            var track = _tracks[id];
            var own = 8 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
            var duration = (flags & 8) != 0 ? Number(head, own) : track.Duration;
            var time = BinaryPrimitives.ReadInt64BigEndian(Find(part, "tfdt"u8)[(BoxHead + 4)..]);
            var end = time;
            foreach (var (_, run) in Children(part, "trun"u8))
                end += Duration(run.AsSpan(BoxHead), duration);
            _tracks[id] = track with { End = end };
            if (track.IsVideo)
                _fragments.Add((at, time));
        }
    }

    private static long Duration(ReadOnlySpan<byte> run, uint ordinary)
    {
        const uint HasOffset = 1, HasFirstFlags = 4, HasDuration = 0x100, HasSize = 0x200, HasFlags = 0x400, HasShift = 0x800;
        var flags = Number(run, 0);
        var count = Number(run, 4);
        if ((flags & HasDuration) == 0)
            return (long)count * ordinary;
        var entry = 4 * new[] { HasDuration, HasSize, HasFlags, HasShift }.Count(flag => (flags & flag) != 0);
        var at = 8 + (4 * new[] { HasOffset, HasFirstFlags }.Count(flag => (flags & flag) != 0));
        var sum = 0L;
        for (var i = 0; i < count; i++)
            sum += Number(run, at + (i * entry));
        return sum;
    }

    /// <summary>The header, with the length of all.</summary>
    private byte[] Header()
    {
        var movie = Find(_header, "mvhd"u8)[BoxHead..];
        var scale = Number(movie, movie[0] == 1 ? 20 : 12);
        var length = (long)_tracks.Values.Max(track => Math.Ceiling((double)track.End * scale / track.Scale));
        byte[] about = [0, 0, 0, 20, .. "mehd"u8, 1, 0, 0, 0, .. Big(length)];
        var (at, extends) = Children(_header, "mvex"u8).Single();
        byte[] header = [.. _header[..(at + BoxHead)], .. about, .. _header[(at + BoxHead)..]];
        BinaryPrimitives.WriteInt32BigEndian(header, header.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(at), extends.Length + about.Length);
        return header;
    }

    private byte[] Index()
    {
        var (id, video) = _tracks.First(track => track.Value.IsVideo);
        var every = ((_fragments.Count - 1) / MostReferences) + 1;
        var starts = _fragments.Where((_, i) => i % every == 0).ToList();
        List<byte> index =
        [
            .. "sidx"u8, 1, 0, 0, 0, .. Big((int)id), .. Big((int)video.Scale), .. Big(starts[0].Time), .. Big(0L),
            0, 0, .. Big(starts.Count)[2..],
        ];
        for (var i = 0; i < starts.Count; i++)
        {
            var (nextAt, nextTime) = i + 1 < starts.Count ? starts[i + 1] : (_end, video.End);
            var at = i == 0 ? _first : starts[i].At;
            const int BeginsWithKey = 1 << 31 | 1 << 28; // at a key frame of the first kind: decoding begins there
            index.AddRange([
                .. Big(checked((int)(nextAt - at))), .. Big(checked((int)(nextTime - starts[i].Time))), .. Big(BeginsWithKey),
            ]);
        }

        return [.. Big(index.Count + 4), .. index];
    }

    private (uint Type, long Length) Head(long at)
    {
        Span<byte> head = stackalloc byte[BoxHead];
        _file.Position = at;
        _file.ReadExactly(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        return length >= BoxHead
            ? (Number(head, 4), length)
            : throw new InvalidDataException("A box of unknown size.");
    }

    private byte[] Bytes(long at, long length)
    {
        if (length > MostBox)
            throw new InvalidDataException("A box is too long.");
        var bytes = new byte[length];
        _file.Position = at;
        _file.ReadExactly(bytes);
        return bytes;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> box, ReadOnlySpan<byte> type) => Children(box, type)[0].Box;

    /// <summary>The boxes of a type in a box, and where they begin in it.</summary>
    private static List<(int At, byte[] Box)> Children(ReadOnlySpan<byte> box, ReadOnlySpan<byte> type)
    {
        List<(int, byte[])> found = [];
        for (var at = BoxHead; at + BoxHead <= box.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(box[at..]);
            if (length < BoxHead || length > box.Length - at)
                throw new InvalidDataException("A broken box.");
            if (box[(at + 4)..(at + BoxHead)].SequenceEqual(type))
                found.Add((at, box[at..(at + length)].ToArray()));
            at += length;
        }

        return found;
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);

    private static uint Number(ReadOnlySpan<byte> box, int at) => BinaryPrimitives.ReadUInt32BigEndian(box[at..]);

    private static byte[] Big(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Big(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
