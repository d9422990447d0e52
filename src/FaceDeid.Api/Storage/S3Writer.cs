using Amazon.S3.Model;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Storage;

/// <summary>
/// Writes an object: a small one at once, a larger one in parts, of which nobody sees anything before it is complete.
/// </summary>
internal sealed class S3Writer(S3Calls calls, string key) : IEntryWriter
{
    // S3 takes 10,000 parts of an object: more than the largest recording that can be allowed.
    private const int PartBytes = 12 << 20;
    private const int FirstBytes = 64 << 10;

    private readonly List<PartETag> _parts = [];
    private byte[] _part = new byte[FirstBytes];
    private int _held;
    private long _written;
    private string? _upload;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_held == PartBytes)
                SendPart();
            var count = Math.Min(bytes.Length, PartBytes - _held);
            if (_held + count > _part.Length)
                Array.Resize(ref _part, Math.Clamp(2 * _part.Length, _held + count, PartBytes));
            bytes[..count].CopyTo(_part.AsSpan(_held));
            _held += count;
            _written += count;
            bytes = bytes[count..];
        }
    }

    public void Finish()
    {
        if (_upload is not null && _held > 0)
            SendPart();
    }

    public long Place()
    {
        if (_upload is null)
            Put();
        else
            Complete(_upload);
        _upload = null;
        return 0; // what was replaced is known when the whole is measured again
    }

    public void Dispose()
    {
        if (_upload is null)
            return;
        try
        {
            calls.Make((s3, cancellationToken) =>
                s3.AbortMultipartUploadAsync(calls.Bucket, key, _upload, cancellationToken));
        }
        catch (FaceDeidException)
        {
            // It is found by its age later.
        }

        _upload = null;
    }

    private void Put() => calls.Make((s3, cancellationToken) => s3.PutObjectAsync(
        new PutObjectRequest
        {
            BucketName = calls.Bucket,
            Key = key,
            InputStream = new MemoryStream(_part, 0, _held, writable: false),
            UseChunkEncoding = false,
        },
        cancellationToken));

    private void SendPart()
    {
        _upload ??= calls.Make((s3, cancellationToken) => s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = calls.Bucket, Key = key }, cancellationToken))!.UploadId;
        var number = _parts.Count + 1;
        var sent = calls.Make((s3, cancellationToken) => s3.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = calls.Bucket,
                Key = key,
                UploadId = _upload,
                PartNumber = number,
                PartSize = _held,
                InputStream = new MemoryStream(_part, 0, _held, writable: false),
                UseChunkEncoding = false,
            },
            cancellationToken)) ?? throw Deleted();
        _parts.Add(new PartETag(number, sent.ETag));
        _held = 0;
    }

    private void Complete(string upload)
    {
        var completed = calls.Make((s3, cancellationToken) => s3.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = calls.Bucket,
                Key = key,
                UploadId = upload,
                PartETags = _parts,
            },
            cancellationToken));
        // Done before, where the answer to the first attempt was lost.
        if (completed is null && calls.LengthOf(key) != _written)
            throw Deleted();
    }

    private static IOException Deleted() => new("The job was deleted.");
}
