using System.Globalization;
using Amazon.S3.Model;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Caching.Memory;

namespace FaceDeid.Api.Storage;

/// <summary>
/// Reads an object in blocks, and its end when it is opened: with it a small one is there as a whole. What was read last is kept,
/// since a program that jumps about in a recording opens it again each time.
/// </summary>
internal sealed class S3Reader : IEntryReader
{
    private const int EndBytes = (256 * 1024) + 64; // a sealed chunk with its tag, and what stands before the first
    private const int BlockBytes = 1 << 20;

    private readonly S3Calls _calls;
    private readonly IMemoryCache _kept;
    private readonly string _key;
    private readonly End _end;

    /// <summary>Opens an object.</summary>
    /// <param name="calls">The bucket.</param>
    /// <param name="kept">What was read last, of sealed bytes.</param>
    /// <param name="key">Which object.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public S3Reader(S3Calls calls, IMemoryCache kept, string key)
    {
        (_calls, _kept, _key) = (calls, kept, key);
        var known = kept.Get<End>(key);
        var bytes = new byte[EndBytes];
        var part = calls.Read(key, new ByteRange($"bytes=-{EndBytes}"), bytes, newerThan: known?.Tag)
            ?? throw new FileNotFoundException("The object is not there.");
        _end = known is not null && part.IsUnchanged ? known : Keep(key, ToEnd(part, bytes), part.Length);
    }

    public long Length => _end.Length;

    private long EndFrom => Length - _end.Bytes.Length;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        for (var read = 0; read < count;)
        {
            var there = From(offset + read).Span;
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

    /// <summary>Bytes of the object from a place on, at least one.</summary>
    private ReadOnlyMemory<byte> From(long offset)
    {
        if (offset >= EndFrom)
            return _end.Bytes.AsMemory((int)(offset - EndFrom));
        var (index, begin) = Math.DivRem(offset, BlockBytes);
        return (_kept.Get<byte[]>((_key, _end.Tag, index)) ?? Fetch(index)).AsMemory((int)begin);
    }

    private byte[] Fetch(long index)
    {
        var from = index * BlockBytes;
        var block = new byte[Math.Min(BlockBytes, EndFrom - from)];
        var part = _calls.Read(_key, new ByteRange(from, from + block.Length - 1), block, tag: _end.Tag)
            ?? throw new IOException("The object was deleted while it was read.");
        if (part.Length != block.Length)
            throw new IOException("The object was not answered in the part that was asked for.");
        return Keep((_key, _end.Tag, index), block, block.Length);
    }

    private T Keep<T>(object name, T value, int size)
    {
        using var entry = _kept.CreateEntry(name);
        entry.Size = size;
        entry.SlidingExpiration = TimeSpan.FromMinutes(1);
        entry.Value = value;
        return value;
    }

    private static End ToEnd(S3Part part, byte[] bytes) => new(
        part.Tag,
        part.Range is { Length: > 0 } range
            ? long.Parse(range[(range.IndexOf('/', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)
            : part.Length,
        bytes[..part.Length]);

    /// <summary>The end of an object.</summary>
    /// <param name="Tag">Of the object.</param>
    /// <param name="Length">Of the object.</param>
    /// <param name="Bytes">Its last bytes.</param>
    private sealed record End(string Tag, long Length, byte[] Bytes);
}
