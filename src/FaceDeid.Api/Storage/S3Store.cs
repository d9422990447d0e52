using System.Text;
using Amazon.S3.Model;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Caching.Memory;

namespace FaceDeid.Api.Storage;

/// <summary>Entries as objects of a bucket, below a prefix: <c>PREFIX/jobs/JOB/NAME</c>. Several machines may have it.</summary>
/// <param name="calls">The bucket; owned by this object.</param>
/// <param name="prefix">Empty, or with a slash at its end.</param>
/// <param name="time">The clock.</param>
internal sealed class S3Store(S3Calls calls, string prefix, TimeProvider time) : IEntryStore
{
    private const int AtOnce = 8;
    private const int MostOfACall = 200;

    /// <summary>No object is written for so long: an upload may take a day.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    private const int MostKept = 48 << 20; // bytes
    private const double FreedAtOnce = 0.2;

    private readonly MemoryCache _kept =
        new(new MemoryCacheOptions { SizeLimit = MostKept, CompactionPercentage = FreedAtOnce });

    private readonly string _jobs = $"{prefix}jobs/";

    /// <summary>Where it is noted whose jobs lie here.</summary>
    public string OwnerKey { get; } = $"{prefix}owner~";

    public bool IsShared => true;

    public IReadOnlyList<string> Jobs() =>
    [
        .. Pages(new ListObjectsV2Request { BucketName = calls.Bucket, Prefix = _jobs, Delimiter = "/" })
            .SelectMany(page => page.CommonPrefixes ?? []).Select(job => job[_jobs.Length..^1]),
    ];

    public long Measure() => Objects(_jobs).Sum(entry => entry.Size ?? 0);

    public void Begin(string job)
    {
        // There are no folders.
    }

    public IReadOnlyList<Entry> List(string job)
    {
        var folder = KeyOf(job, "");
        return [.. Objects(folder).Select(entry => new Entry(entry.Key[folder.Length..], entry.Size ?? 0))];
    }

    public long? LengthOf(string job, string name) => calls.LengthOf(KeyOf(job, name));

    public IEntryReader OpenRead(string job, string name) => new S3Reader(calls, _kept, KeyOf(job, name));

    public IEntryWriter Create(string job, string name) => new S3Writer(calls, KeyOf(job, name));

    public void Delete(string job, IReadOnlyCollection<string> names)
    {
        // One by one: the call for many wants a checksum that S3's relatives do not agree on, and costs the same.
        foreach (var some in names.Chunk(MostOfACall))
        {
            calls.Make(async (s3, cancellationToken) =>
            {
                var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
                await Parallel.ForEachAsync(some, options, async (name, token) =>
                    await s3.DeleteObjectAsync(calls.Bucket, KeyOf(job, name), token));
                return some;
            });
        }
    }

    public void DeleteAll(string job)
    {
        Abort(KeyOf(job, ""), _ => true);
        Delete(job, [.. List(job).Select(entry => entry.Name)]);
    }

    public void ClearAbandoned()
    {
        var before = (time.GetUtcNow() - Abandoned).UtcDateTime;
        Abort(_jobs, upload => upload.Initiated?.ToUniversalTime() < before);
    }

    /// <summary>Tries all that is needed, so that a mistake of the operator shows at the start.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public void Try()
    {
        var key = $"{prefix}probe~";
        _ = Pages(new ListObjectsV2Request { BucketName = calls.Bucket, Prefix = _jobs, MaxKeys = 1 }).First();
        using var probe = new S3Writer(calls, key);
        probe.Write("FaceDeid"u8);
        probe.Place();
        using (new S3Reader(calls, _kept, key))
            calls.Make((s3, cancellationToken) => s3.DeleteObjectAsync(calls.Bucket, key, cancellationToken));
        _ = Uploads(key).Any();
    }

    /// <summary>
    /// Notes whose jobs lie here; false: they are another's. What lies here of jobs that nobody knows is deleted: two services
    /// with databases of their own would delete each other's.
    /// </summary>
    /// <param name="owner">The service, by the name of its database.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>.</exception>
    public bool Claim(string owner)
    {
        var name = Encoding.ASCII.GetBytes(owner);
        var known = new byte[name.Length];
        if (calls.Read(OwnerKey, new ByteRange(0, name.Length - 1), known) is not null)
            return known.AsSpan().SequenceEqual(name);
        using var first = new S3Writer(calls, OwnerKey);
        first.Write(name);
        first.Place();
        return true;
    }

    public void Dispose()
    {
        _kept.Dispose();
        calls.Dispose();
    }

    private void Abort(string below, Predicate<MultipartUpload> which)
    {
        foreach (var upload in Uploads(below).Where(upload => which(upload)).ToList())
        {
            calls.Make((s3, cancellationToken) => s3.AbortMultipartUploadAsync(
                calls.Bucket, upload.Key, upload.UploadId, cancellationToken));
        }
    }

    private IEnumerable<S3Object> Objects(string below) =>
        Pages(new ListObjectsV2Request { BucketName = calls.Bucket, Prefix = below }).SelectMany(page => page.S3Objects ?? []);

    private IEnumerable<ListObjectsV2Response> Pages(ListObjectsV2Request request)
    {
        do
        {
            var page = calls.Make((s3, cancellationToken) => s3.ListObjectsV2Async(request, cancellationToken))!;
            yield return page;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private IEnumerable<MultipartUpload> Uploads(string below)
    {
        var request = new ListMultipartUploadsRequest { BucketName = calls.Bucket, Prefix = below };
        bool isTruncated;
        do
        {
            var page = calls.Make((s3, cancellationToken) => s3.ListMultipartUploadsAsync(request, cancellationToken))!;
            foreach (var upload in page.MultipartUploads ?? [])
                yield return upload;
            isTruncated = page.IsTruncated == true;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (isTruncated);
    }

    private string KeyOf(string job, string name) => $"{_jobs}{job}/{name}";
}
