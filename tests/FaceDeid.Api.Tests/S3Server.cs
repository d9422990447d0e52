using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// OpenStack Swift with its S3 interface, from Debian's package, as a process of this user: it checks signatures, and knows
/// parts, ranges, and listings in pages.
/// </summary>
public sealed class S3Server : IAsyncLifetime, IDisposable
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "a-secret-of-these-tests";
    public const string Bucket = "a-bucket-of-tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-s3-");
    private readonly int _port = ServiceProcess.FreePort();
    private Process? _process;

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>What a service needs to use it, below a prefix.</summary>
    public (string Name, string Value)[] Settings(string prefix) =>
    [
        ("FaceDeid__Videos__Spool", $"s3://{Bucket}/{prefix}"), ("FaceDeid__Videos__S3__ServiceUrl", Url),
        ("FaceDeid__Videos__S3__ForcePathStyle", "true"), ("AWS_ACCESS_KEY_ID", AccessKey), ("AWS_SECRET_ACCESS_KEY", SecretKey),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];

    /// <summary>A client; the caller disposes it.</summary>
    public AmazonS3Client Connect() => new(new BasicAWSCredentials(AccessKey, SecretKey), Config());

    /// <summary>How it is reached.</summary>
    public AmazonS3Config Config() => new()
    {
        ServiceURL = Url,
        AuthenticationRegion = "us-east-1",
        ForcePathStyle = true,
        MaxErrorRetry = 1,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    };

    /// <summary>All that it keeps on its disk of objects and parts of objects.</summary>
    public IReadOnlyList<FileInfo> Kept()
    {
        var objects = new DirectoryInfo(Path.Combine(_folder.FullName, "d", "objects"));
        return objects.Exists ? [.. objects.EnumerateFiles("*.data", SearchOption.AllDirectories)] : [];
    }

    /// <summary>The keys of objects below a prefix.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string prefix)
    {
        using var client = Connect();
        var page = await client.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = prefix + "/" });
        return [.. (page.S3Objects ?? []).Select(entry => entry.Key)];
    }

    public async Task InitializeAsync()
    {
        await StartAsync();
        using var client = Connect();
        await client.PutBucketAsync(Bucket);
    }

    /// <summary>Starts it, with what it has kept.</summary>
    public async Task StartAsync()
    {
        var modules = Path.Combine(TestFiles.Root, "tests", "data", "cache", "swift", "usr", "lib", "python3", "dist-packages");
        if (!Directory.Exists(modules))
            throw new InvalidOperationException("Debian's package python3-swift is missing: run 'make test-setup'.");
        var script = Path.Combine(TestFiles.Root, "tests", "data", "s3", "server.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, _folder.FullName, $"{_port}", AccessKey, SecretKey])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONPATH"] = modules;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process?.Dispose();
        _process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience.Long);
        Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync(patience.Token));
    }

    /// <summary>Ends it, as a machine that is gone.</summary>
    public async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Dispose();
    }

    public void Dispose()
    {
        _process?.Dispose();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
        _folder.Refresh();
    }
}
