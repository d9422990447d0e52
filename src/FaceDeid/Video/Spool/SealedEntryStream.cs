using System.Security.Cryptography;

namespace FaceDeid.Video.Spool;

/// <summary>
/// Reads an object from any place, chunk by chunk; the one that was read last is kept. For one thread at a time.
/// </summary>
internal sealed class SealedEntryStream : Stream
{
    private readonly IEntryReader _entry;
    private readonly AesGcm _cipher;
    private readonly byte[] _place;
    private readonly byte[] _plain = new byte[SealedFormat.ChunkLength];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkLength + SealedFormat.TagLength];
    private readonly long _chunks;
    private long _cached = -1;
    private long _position;
    private bool _isDisposed;

    /// <summary>Opens an object and its last chunk: then its length is known to be right.</summary>
    /// <param name="key">The job's.</param>
    /// <param name="job">Whose it is.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="entry">What lies there; owned by this object, also where it cannot be opened.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.LostKey"/>.</exception>
    public SealedEntryStream(JobKey key, string job, string name, IEntryReader entry)
    {
        (_place, _entry) = (SealedFormat.Place(job, name), entry);
        try
        {
            (_chunks, Length) = SealedFormat.Measure(entry.Length) ?? throw SealedFormat.LostKey();
            var salt = new byte[SealedFormat.SaltLength];
            if (entry.ReadAt(salt, 0) < salt.Length)
                throw SealedFormat.LostKey();
            _cipher = key.ObjectCipher(salt, SealedFormat.Purpose(job, name));
            Open(_chunks - 1);
        }
        catch
        {
            Dispose(disposing: true);
            throw;
        }
    }

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_position >= Length || buffer.Length == 0)
            return 0;
        var (index, begin) = Math.DivRem(_position, SealedFormat.ChunkLength);
        Open(index);
        var chunk = _plain.AsSpan((int)begin, (int)Math.Min(SealedFormat.ChunkLength - begin, Length - _position));
        var count = Math.Min(chunk.Length, buffer.Length);
        chunk[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _position / SealedFormat.ChunkLength == _cached
            ? Read(buffer.Span)
            : await Task.Run(() => Read(buffer.Span), CancellationToken.None);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _entry.Dispose();
            _cipher?.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
        }

        base.Dispose(disposing);
    }

    private void Open(long index)
    {
        if (index == _cached)
            return;
        _cached = -1;
        var isLast = index == _chunks - 1;
        var length = isLast ? (int)(Length - (index * SealedFormat.ChunkLength)) : SealedFormat.ChunkLength;
        var sealedChunk = _sealed.AsSpan(0, length + SealedFormat.TagLength);
        if (_entry.ReadAt(sealedChunk, SealedFormat.Offset(index)) < sealedChunk.Length)
            throw SealedFormat.LostKey();
        Span<byte> nonce = stackalloc byte[DataKey.NonceLength];
        SealedFormat.WriteNonce(nonce, index);
        SealedFormat.SetPlace(_place, index, isLast);
        try
        {
            _cipher.Decrypt(nonce, sealedChunk[..length], sealedChunk[length..], _plain.AsSpan(0, length), _place);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw SealedFormat.LostKey();
        }

        _cached = index;
    }
}
