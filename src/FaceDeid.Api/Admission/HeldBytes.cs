namespace FaceDeid.Api.Admission;

/// <summary>
/// Bytes in memory that can be read at any place. They lie in pieces: an archive may be larger than an array can be, and its length is not
/// known before it is there.
/// </summary>
internal sealed class HeldBytes : Stream
{
    private const int PieceLength = 1 << 20;
    private const int FirstBytes = 32 * 1024; // who sends nothing takes next to nothing

    private readonly List<byte[]> _pieces = [];
    private long _length;
    private long _position;

    private HeldBytes()
    {
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new IOException("A position before the first byte.");
    }

    /// <summary>The rest of a stream.</summary>
    public static async Task<HeldBytes> OfAsync(Stream source)
    {
        var held = new HeldBytes();
        int count;
        do
        {
            var piece = new byte[held._pieces.Count == 0 ? FirstBytes : PieceLength];
            count = await source.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false);
            while (count == piece.Length && count < PieceLength)
            {
                Array.Resize(ref piece, 2 * count);
                count += await source.ReadAtLeastAsync(piece.AsMemory(count), count, throwOnEndOfStream: false);
            }

            held._pieces.Add(piece);
            held._length += count;
        }
        while (count == PieceLength);

        return held;
    }

    /// <summary>How often some bytes occur, but for those that lie across two pieces.</summary>
    public int Count(ReadOnlySpan<byte> sought)
    {
        var count = 0;
        foreach (var piece in _pieces)
            count += piece.AsSpan().Count(sought);
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && _position < _length)
        {
            var (piece, start) = ((int)(_position / PieceLength), (int)(_position % PieceLength));
            var length = (int)Math.Min(Math.Min(buffer.Length - count, PieceLength - start), _length - _position);
            _pieces[piece].AsSpan(start, length).CopyTo(buffer[count..]);
            _position += length;
            count += length;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _pieces.Clear();
        _length = 0;
        base.Dispose(disposing);
    }
}
