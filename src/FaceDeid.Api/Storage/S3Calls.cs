using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace FaceDeid.Api.Storage;

/// <summary>
/// Calls to a bucket. Each waits for a limited time, as a call to a disk would, and what goes wrong is told without a name of the
/// bucket or of what lies in it. The SDK tries again by itself. Thread-safe.
/// </summary>
/// <param name="client">The SDK; owned by this object.</param>
/// <param name="bucket">Which bucket.</param>
/// <param name="logger">Where the operator learns why it does not answer.</param>
internal sealed partial class S3Calls(IAmazonS3 client, string bucket, ILogger logger) : IDisposable
{
    private const int MostReads = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1); // of a call with all its attempts

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private long _failedAt;

    public string Bucket => bucket;

    /// <summary>
    /// Makes a call; null: what it is about is not there. After one that failed the next do so at once for a moment, so that
    /// those who wait do not add up.
    /// </summary>
    /// <exception cref="IOException">What was asked for is not what it was.</exception>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public T? Make<T>(Func<IAmazonS3, CancellationToken, Task<T>> call)
        where T : class
    {
        if (Interlocked.Read(ref _failedAt) is var failed and not 0 && TimeProvider.System.GetElapsedTime(failed) < Pause)
            throw Unavailable(inner: null);
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            return call(client, limit.Token).GetAwaiter().GetResult();
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is not "NoSuchBucket")
        {
            return null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw new IOException("What is read was replaced meanwhile.", e);
        }
        catch (Exception e) when (IsOfTheStorage(e))
        {
            Interlocked.Exchange(ref _failedAt, TimeProvider.System.GetTimestamp());
            LogUnavailable(logger, ReasonOf(e));
            throw Unavailable(e);
        }
    }

    /// <summary>Reads a part of an object, again where it breaks off.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="range">Which part.</param>
    /// <param name="buffer">Where its bytes are put, of a longer answer the first ones.</param>
    /// <param name="tag">What the object must be; null: whatever it is.</param>
    /// <param name="newerThan">What the object must not be, or nothing is read; null: whatever it is.</param>
    /// <returns>What is said of it; null: it is not there.</returns>
    public S3Part? Read(
        string key, ByteRange range, Memory<byte> buffer, string? tag = null, string? newerThan = null) =>
        Make(async (s3, cancellationToken) =>
        {
            var request = new GetObjectRequest
            {
                BucketName = bucket,
                Key = key,
                ByteRange = range,
                EtagToMatch = tag,
                EtagToNotMatch = newerThan,
            };
            for (var read = 1; ; read++)
            {
                try
                {
                    using var answer = await s3.GetObjectAsync(request, cancellationToken);
                    var length = (int)Math.Min(answer.ContentLength, buffer.Length);
                    await answer.ResponseStream.ReadExactlyAsync(buffer[..length], cancellationToken);
                    return new S3Part(length, answer.ContentRange, answer.ETag);
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotModified)
                {
                    return new S3Part(0, Range: null, newerThan!, IsUnchanged: true);
                }
                catch (IOException) when (read < MostReads)
                {
                    // The connection broke off: the SDK tries again until the answer begins only.
                }
            }
        });

    /// <summary>How many bytes an object has; null: it is not there.</summary>
    public long? LengthOf(string key) => Make((s3, cancellationToken) =>
        s3.GetObjectMetadataAsync(bucket, key, cancellationToken))?.ContentLength;

    /// <summary>Why a call failed, as the service that was called names it.</summary>
    public static string ReasonOf(Exception e) => e switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => code,
        AmazonServiceException refused => $"{refused.StatusCode}",
        HttpRequestException unreachable => $"{unreachable.HttpRequestError}",
        OperationCanceledException => "no answer in time",
        _ => e.GetType().Name,
    };

    public void Dispose() => client.Dispose();

    private static FaceDeidException Unavailable(Exception? inner) => new(
        FaceDeidError.StorageUnavailable, "What is stored of recordings and other jobs cannot be reached now. Try again later.",
        inner);

    private static bool IsOfTheStorage(Exception e) => e is AmazonServiceException or AmazonClientException
        or HttpRequestException or IOException or OperationCanceledException or TimeoutException;

    [LoggerMessage(
        EventId = 1, Level = LogLevel.Warning,
        Message = "What is stored of recordings and other jobs cannot be reached: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}

/// <summary>A part of an object.</summary>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Range">Where it lies: <c>bytes 0-9/100</c>; empty where it is the whole.</param>
/// <param name="Tag">Of the object.</param>
/// <param name="IsUnchanged">Whether nothing was read, because the object is what it was.</param>
internal sealed record S3Part(int Length, string? Range, string Tag, bool IsUnchanged = false);
