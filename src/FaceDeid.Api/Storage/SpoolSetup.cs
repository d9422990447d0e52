using System.Net;
using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Storage;

/// <summary>Opens the spool where the settings say that it lies: in a folder, or in S3.</summary>
internal static class SpoolSetup
{
    private const string DefaultRegion = "us-east-1"; // which S3's relatives take for theirs
    private const int Retries = 3;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(5);

    /// <summary>Opens it; the caller owns it.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="owner">Names the database of the jobs that lie there; null: it lies there itself.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to note what is wrong.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.InvalidOption"/>: the text says what to change.</exception>
    public static MediaSpool Open(FaceDeidOptions options, string? owner, TimeProvider time, ILogger logger)
    {
        var settings = options.Videos;
#pragma warning disable IDISP001 // the spool's, or disposed of here
        var keys = settings.WrappingKeyFile.Length > 0 ? WrappingKeys.Load(settings.WrappingKeyFile) : null;
#pragma warning restore IDISP001
        try
        {
            return VideoSettings.BucketAddress().Match(settings.Spool) is { Success: true } address
                ? OpenS3(options, address, owner!, keys, time, logger)
                : new MediaSpool(settings.Spool, settings.MaxSpoolBytes, keys, options.Jobs.AreShared);
        }
        catch
        {
            keys?.Dispose();
            throw;
        }
    }

    /// <summary>The folder of what is kept of jobs beside their files.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.InvalidOption"/>: it cannot be written.</exception>
    public static string OpenState(FaceDeidOptions options)
    {
        try
        {
            return Directory.CreateDirectory(options.StateFolder, Private).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"The folder '{options.StateFolder}' cannot be written. Correct FaceDeid:Jobs:Folder.", e);
        }
    }

    private static MediaSpool OpenS3(
        FaceDeidOptions options, Match address, string owner, WrappingKeys? keys, TimeProvider time, ILogger logger)
    {
        var settings = options.Videos;
        var bucket = address.Groups["bucket"].Value;
        var prefix = address.Groups["prefix"].Value.Trim('/');
#pragma warning disable IDISP001, IDISP004 // each is owned by what it is given to
        S3Store? store = null;
        try
        {
            store = new S3Store(
                new S3Calls(Connect(settings.S3), bucket, logger), prefix.Length > 0 ? $"{prefix}/" : "", time);
#pragma warning restore IDISP001, IDISP004
            store.Try();
            if (!store.Claim(owner))
                throw Foreign(settings.Spool, $"s3://{bucket}/{store.OwnerKey}");
            return new MediaSpool(store, settings.MaxSpoolBytes, keys);
        }
        catch (FaceDeidException e)
        {
            store?.Dispose();
            throw e.Code == FaceDeidError.StorageUnavailable ? Unusable(bucket, e.InnerException ?? e) : e;
        }
        catch (AmazonClientException e)
        {
            throw Unusable(bucket, e);
        }
    }

    /// <summary>What is asked of S3 is the least that it and its relatives have in common.</summary>
    private static AmazonS3Client Connect(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.ForcePathStyle,
            Timeout = Attempt,
            ConnectTimeout = Connecting,
            MaxErrorRetry = Retries,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.ServiceUrl.Length > 0)
            (config.ServiceURL, config.AuthenticationRegion) = (settings.ServiceUrl, Region(settings) ?? DefaultRegion);
        else if (Region(settings) is { } region)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return new AmazonS3Client(config);
    }

    private static string? Region(S3Settings settings) => settings.Region.Length > 0 ? settings.Region : null;

    private static FaceDeidException Foreign(string spool, string owner) => new(
        FaceDeidError.InvalidOption,
        $"What lies in '{spool}' belongs to jobs of another database than that of FaceDeid:Jobs. Name another prefix; or, "
        + $"where that database is gone and its jobs may be deleted, delete '{owner}'.");

    private static FaceDeidException Unusable(string bucket, Exception cause)
    {
        var reason = S3Calls.ReasonOf(cause);
        var advice = cause switch
        {
            AmazonServiceException { ErrorCode: "NoSuchBucket" } =>
                "there is no such bucket. Create it, or correct FaceDeid:Videos:Spool",
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
                $"access is refused ({reason}). Give the service credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                + "a role) that may do what docs/operations.md lists",
            AmazonServiceException =>
                $"it answers {reason}. Correct FaceDeid:Videos:S3:ServiceUrl or FaceDeid:Videos:S3:Region",
            AmazonClientException =>
                "no credentials or no region were found. Give the service credentials (AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, or a role) and FaceDeid:Videos:S3:Region",
            _ => $"it does not answer ({reason}). Correct FaceDeid:Videos:S3:ServiceUrl or FaceDeid:Videos:S3:Region, and look "
                + "whether the service may connect to it",
        };
        return new FaceDeidException(
            FaceDeidError.InvalidOption, $"The bucket '{bucket}' cannot be used for recordings: {advice}.", cause);
    }
}
