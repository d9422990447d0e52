using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Api.Jobs;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The work of recordings, as tests need it: it counts, and writes what it was given back.</summary>
internal sealed class FakeVideoWork : JobWork
{
    public const int Frames = 20;

    private int _begun;

    public override string Kind => "video";

    /// <summary>What it waits for before it begins to render.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it does instead.</summary>
    public Func<JobRun, CancellationToken, Task>? Instead { get; init; }

    /// <summary>How often it began.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Whether its token fired.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>The options of the last recording.</summary>
    public string Options { get; private set; } = string.Empty;

    /// <summary>One that waits for nothing.</summary>
    public static FakeVideoWork Quick()
    {
        var work = new FakeVideoWork();
        work.Gate.SetResult();
        return work;
    }

    public override async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        Options = run.Options;
        if (Instead is not null)
        {
            await Instead(run, cancellationToken);
            return;
        }

        try
        {
            var first = run.Store.Exists("half") ? Frames / 2 : 0; // it goes on where it was
            for (var frame = first; frame < Frames; frame++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (frame == Frames / 2)
                    await Task.Delay(600, cancellationToken); // reports that follow each other sooner are dropped
                run.Report("analyse", frame, Frames, faces: frame / 10);
                if (frame == Frames / 2)
                {
                    await run.Store.WriteAsync("half", new byte[1]);
                    await Gate.Task.WaitAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            WasStopped = true;
            throw;
        }

        run.SetState(JobState.Rendering);
        run.Report("render", Frames, Frames, 2);
        run.Warn("weakTracks");
        await using (var source = run.Store.OpenRead("source"))
        await using (var result = run.Store.Create("result"))
        {
            await source.CopyToAsync(result, cancellationToken);
            await result.CompleteAsync(cancellationToken);
        }

        await run.Store.WriteAsync("report", """{"coverage":{}}"""u8.ToArray());
        await run.Store.WriteAsync("tracks", """{"tracks":[]}"""u8.ToArray());
        run.Store.Delete("source");
    }
}

/// <summary>A folder for recordings, and services that use it one after the other.</summary>
internal sealed class VideoFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-videos-");

    public string Spool => Path.Combine(_folder.FullName, "spool");

    /// <summary>A service with the real work; the caller disposes it.</summary>
    public ServiceFixture Start(params (string Key, string Value)[] settings) =>
        ServiceFixture.With([("FaceDeid:Videos:Spool", Spool), .. settings], _ => { });

    /// <summary>A service with this work; the caller disposes it.</summary>
    public ServiceFixture Start(FakeVideoWork work, params (string Key, string Value)[] settings) =>
        Start(work, _ => { }, settings);

    /// <inheritdoc cref="Start(FakeVideoWork, ValueTuple{string, string}[])"/>
    public ServiceFixture Start(
        FakeVideoWork work, Action<IServiceCollection> services, params (string Key, string Value)[] settings) =>
        ServiceFixture.With([("FaceDeid:Videos:Spool", Spool), .. settings], all =>
        {
            all.AddSingleton<JobWork>(work);
            services(all);
        });

    /// <summary>The setting by which keys outlive a service.</summary>
    public (string Key, string Value) KeptKeys()
    {
        var file = Path.Combine(_folder.FullName, "wrapping.key");
        if (!File.Exists(file))
            File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return ("FaceDeid:Videos:WrappingKeyFile", file);
    }

    /// <summary>The files of the spool that hold a text.</summary>
    public IReadOnlyList<string> FilesWith(string text) =>
    [
        .. Directory.GetFiles(Spool, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith("/lock", StringComparison.Ordinal))
            .Where(path => ReadShared(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0),
    ];

    /// <summary>The objects of recordings.</summary>
    public IReadOnlyList<string> Objects() =>
        Directory.GetFiles(Path.Combine(Spool, "jobs"), "*", SearchOption.AllDirectories);

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] ReadShared(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[file.Length];
            return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        catch (FileNotFoundException)
        {
            return []; // a journal of SQLite comes and goes
        }
    }
}

/// <summary>Calls about recordings.</summary>
internal static class VideoCalls
{
    public const string Path = "/v1/videos";

    /// <summary>Sends a recording; the caller disposes the answer.</summary>
    public static async Task<HttpResponseMessage> SendVideoAsync(
        this ServiceFixture service, byte[] video, string? retryKey = null, params FormPart[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Path, UriKind.Relative))
        {
            Content = Requests.Form([.. fields, ("video", video, "a.mp4")]),
        };
        if (retryKey is not null)
            request.Headers.Add("Idempotency-Key", retryKey);
        return await service.Client.SendAsync(request);
    }

    /// <summary>Sends a recording that is taken; its id.</summary>
    public static async Task<string> CreateVideoAsync(this ServiceFixture service, byte[] video, params FormPart[] fields)
    {
        using var answer = await service.SendVideoAsync(video, retryKey: null, fields);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string)(await answer.JsonAsync())["id"]!;
    }

    /// <summary>The list of recordings.</summary>
    public static async Task<JsonNode> VideosAsync(this ServiceFixture service, string query = "")
    {
        using var answer = await service.Client.GetAsync(new Uri(Path + query, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    /// <summary>What is said of a recording.</summary>
    public static async Task<JsonNode> VideoAsync(this ServiceFixture service, string id)
    {
        using var answer = await service.Client.GetAsync(new Uri($"{Path}/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    /// <summary>Waits until a recording has a state.</summary>
    public static async Task<JsonNode> UntilAsync(this ServiceFixture service, string id, string state)
    {
        JsonNode? video = null;
        await Patience.UntilAsync(async () =>
        {
            video = await service.VideoAsync(id);
            var current = (string)video["state"]!;
            Assert.False(
                current is "failed" && state is not "failed", $"It failed: {video["error"]}");
            return string.Equals(current, state, StringComparison.Ordinal);
        });
        return video!;
    }

    /// <summary>The status of a call, and the code of a problem.</summary>
    public static Task<string> OutcomeAsync(
        this ServiceFixture service, HttpMethod method, string path, string? key = null) => AccessKeys.OutcomeAsync(
            key is null
                ? AccessKeys.SendAsync(service, method, path)
                : AccessKeys.SendAsync(service, method, path, AccessKeys.Header, key));
}
