using System.Globalization;
using Amazon.S3.Model;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Storage;

/// <summary>
/// Reads an object in parts: its end when it is opened, with which a small one is there as a whole, and then what is asked for,
/// with more behind it the longer it is read in order.
/// </summary>
internal sealed class S3Reader : IEntryReader
{
    // A sealed chunk with its tag, and what stands before the first.
    private const int Least = (256 * 1024) + 64;
    private const int Most = 2 << 20;

    private readonly S3Calls _calls;
    private readonly string _key;
    private readonly string _tag;
    private readonly byte[] _end;
    private byte[] _part = [];
    private long _from;
    private int _length;
    private int _ahead = Least;

    /// <summary>Opens an object.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public S3Reader(S3Calls calls, string key)
    {
        (_calls, _key) = (calls, key);
        var end = new byte[Least];
        var part = calls.Read(key, new ByteRange($"bytes=-{Least}"), etag: null, end)
            ?? throw new FileNotFoundException("The object is not there.");
        (_end, _tag) = (end[..part.Length], part.Tag);
        Length = part.Range is { Length: > 0 } range
            ? long.Parse(range[(range.IndexOf('/', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)
            : _end.Length;
    }

    public long Length { get; }

    private long EndFrom => Length - _end.Length;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        for (var read = 0; read < count;)
        {
            var there = There(offset + read);
            if (there.IsEmpty)
                Fetch(offset + read);
            there = there[..Math.Min(there.Length, count - read)];
            there.CopyTo(buffer[read..]);
            read += there.Length;
        }

        return count;
    }

    public void Dispose()
    {
        // Nothing is open between two reads.
    }

    private ReadOnlySpan<byte> There(long offset)
    {
        if (offset >= EndFrom)
            return _end.AsSpan((int)(offset - EndFrom));
        return offset >= _from && offset < _from + _length ? _part.AsSpan(0, _length)[(int)(offset - _from)..] : [];
    }

    private void Fetch(long offset)
    {
        var goesOn = _length > 0 && offset == _from + _length;
        _ahead = goesOn ? Math.Min(2 * _ahead, Most) : Least;
        if (_part.Length < _ahead)
            _part = new byte[_ahead];
        var wanted = (int)Math.Min(_ahead, EndFrom - offset);
        _length = 0;
        var part = _calls.Read(_key, new ByteRange(offset, offset + wanted - 1), _tag, _part.AsMemory(0, wanted))
            ?? throw new IOException("The object was deleted while it was read.");
        if (part.Length != wanted)
            throw new IOException("The object was not answered in the part that was asked for.");
        (_from, _length) = (offset, wanted);
    }
}
