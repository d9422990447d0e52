using System.Security.Cryptography;

namespace FaceDeid.Video.Spool;

/// <summary>Writes an object beside its place, and puts it there when it is complete.</summary>
internal sealed class SealedEntryWriter : SealedWriter
{
    private readonly JobStore _store;
    private readonly IEntryWriter _entry;
    private readonly AesGcm _cipher;
    private readonly byte[] _place;
    private readonly byte[] _plain = new byte[SealedFormat.ChunkLength];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkLength + SealedFormat.TagLength];
    private int _held; // a full chunk waits: it may be the last
    private long _chunks;
    private long _taken;
    private bool _isDone;
    private bool _isDisposed;

    /// <summary>Begins.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>.</exception>
    public SealedEntryWriter(JobStore store, string name)
    {
        (_store, _place) = (store, SealedFormat.Place(store.Job, name));
        var salt = RandomNumberGenerator.GetBytes(SealedFormat.SaltLength);
        _cipher = store.Key.ObjectCipher(salt, SealedFormat.Purpose(store.Job, name));
        try
        {
            _entry = store.CreateEntry(name);
        }
        catch
        {
            _cipher.Dispose();
            throw;
        }

        try
        {
            Put(salt);
        }
        catch
        {
            Dispose(disposing: true);
            throw;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isDone;

    public override long Length => Position;

    public override long Position
    {
        get => (_chunks * SealedFormat.ChunkLength) + _held;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDone || _isDisposed, this);
        while (buffer.Length > 0)
        {
            if (_held == _plain.Length)
                Put(Seal(isLast: false));
            var count = Math.Min(buffer.Length, _plain.Length - _held);
            buffer[..count].CopyTo(_plain.AsSpan(_held));
            _held += count;
            buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Most of the time it is a copy: only a chunk that is full costs a thread, for as long as a disk takes.
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length <= _plain.Length - _held)
            Write(buffer.Span);
        else
            await Task.Run(() => Write(buffer.Span), CancellationToken.None);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDone || _isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Run(
            () =>
            {
                Put(Seal(isLast: true));
                _entry.Finish();
                _store.Place(_entry, _taken);
                _isDone = true;
            },
            CancellationToken.None);
    }

    public override void Flush()
    {
        // A chunk is written when it is full: a half one could not be written again.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
            if (_isDone)
                _entry.Dispose();
            else
                _store.Abandon(_entry, _taken);
        }

        base.Dispose(disposing);
    }

    private ReadOnlySpan<byte> Seal(bool isLast)
    {
        Span<byte> nonce = stackalloc byte[DataKey.NonceLength];
        SealedFormat.WriteNonce(nonce, _chunks);
        SealedFormat.SetPlace(_place, _chunks, isLast);
        _cipher.Encrypt(
            nonce, _plain.AsSpan(0, _held), _sealed.AsSpan(0, _held), _sealed.AsSpan(_held, SealedFormat.TagLength), _place);
        var length = _held + SealedFormat.TagLength;
        (_chunks, _held) = (_chunks + 1, 0);
        return _sealed.AsSpan(0, length);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _store.Take(bytes.Length);
        _taken += bytes.Length;
        _entry.Write(bytes);
    }
}
