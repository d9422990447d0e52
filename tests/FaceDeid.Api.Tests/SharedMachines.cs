using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FaceDeid.Api.Jobs;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Services that share a folder and the jobs of a PostgreSQL: here, processes of one machine.</summary>
internal sealed partial class SharedMachines(string connection) : IDisposable
{
    private readonly VideoFolder _folder = new();
    private readonly PostgresDatabase _database = new(connection);

    /// <summary>How the database is reached.</summary>
    public string Connection => connection;

    /// <summary>Starts one that shares; the caller disposes it.</summary>
    public Task<ServiceProcess> StartAsync(params (string Name, string Value)[] more) =>
        ServiceProcess.StartAsync(Settings(more));

    /// <summary>What one that shares is started with; what comes last counts.</summary>
    public (string Name, string Value)[] Settings(params (string Name, string Value)[] more) =>
    [
        ("FaceDeid__Videos__Spool", _folder.Spool), ("FaceDeid__Videos__WrappingKeyFile", _folder.KeptKeys().Value),
        ("FaceDeid__Jobs__ConnectionString", Connection), .. more,
    ];

    /// <summary>The SHA-256 of what one machine alone makes of a recording.</summary>
    public static async Task<string> AloneAsync(byte[] video)
    {
        using var folder = new VideoFolder();
        await using var service = await ServiceProcess.StartAsync(("FaceDeid__Videos__Spool", folder.Spool));
        using var client = service.Connect();
        return await client.ResultAsync(await client.SendVideoAsync(video));
    }

    /// <summary>
    /// Sends a recording that one machine begins, and another, which is up already, then helps with; its id.
    /// </summary>
    public async Task<string> ShareAsync(ServiceProcess first, ServiceProcess second, byte[] video)
    {
        using var leader = first.Connect();
        await PauseAsync(second); // or it might be the one that begins
        try
        {
            var id = await leader.SendVideoAsync(video);
            await leader.UntilAsync(id, "analysing");
            return id;
        }
        finally
        {
            second.Resume();
        }
    }

    /// <summary>Pauses a machine at a moment at which it holds nothing in the database that others wait for.</summary>
    private async Task PauseAsync(ServiceProcess machine)
    {
        machine.Pause();
        for (var looks = 1; _database.Query(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() "
            + "AND datname = current_database()", row => row.GetInt64(0))[0] > 0; looks++)
        {
            await Task.Delay(20);
            if (looks % 20 != 0)
                continue;
            machine.Resume();
            await Task.Delay(20);
            machine.Pause();
        }
    }

    /// <summary>What is known of a job.</summary>
    public JobRow? Find(string id) => new JobTable(_database, TimeProvider.System).Find(id);

    /// <summary>Waits until the machine that leads a job has begun, and another has a part of it; their names.</summary>
    public async Task<(string Leader, string Helper)> UntilHelpedAsync(string id)
    {
        IReadOnlyList<string> nodes = [];
        await Patience.UntilAsync(() => (nodes = Claimants(id)).Count == 2);
        var leader = Find(id)!.Runner![..nodes[0].Length];
        return (leader, nodes.Single(node => !string.Equals(node, leader, StringComparison.Ordinal)));
    }

    /// <summary>The machines that work on parts of a job.</summary>
    public IReadOnlyList<string> Claimants(string id) => _database.Query(
        "SELECT DISTINCT node FROM claims WHERE job = @id", row => row.GetString(0), ("@id", id));

    /// <summary>How many rows a query counts.</summary>
    public long Count(string query, string id) => _database.Query(query, row => row.GetInt64(0), ("@id", id))[0];

    /// <summary>What lies in the folder of a job, without random names.</summary>
    public IReadOnlyList<string> Objects(string id) =>
    [
        .. (Directory.Exists(PathOf(id)) ? Directory.GetFiles(PathOf(id)) : [])
            .Select(path => Revision().Replace(Path.GetFileName(path), "")).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether anything at all is left of a job in the folder.</summary>
    public bool IsStored(string id) => Directory.Exists(PathOf(id));

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private string PathOf(string id) => Path.Combine(_folder.Spool, "jobs", id);

    [GeneratedRegex("-[0-9a-f]{16}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Revision();
}

/// <summary>Calls about recordings at one of several machines.</summary>
internal static class SharedCalls
{
    /// <summary>Sends a recording that is taken; its id.</summary>
    public static async Task<string> SendVideoAsync(this HttpClient client, byte[] video, params FormPart[] fields)
    {
        using var form = Requests.Form([.. fields, ("method", "blur"), ("onNoFace", "pass"), ("video", video, "a.mp4")]);
        using var answer = await client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
        Assert.Equal(202, (int)answer.StatusCode);
        return (string)(await answer.JsonAsync())["id"]!;
    }

    /// <summary>Waits until a recording has a state.</summary>
    public static Task UntilAsync(this HttpClient client, string id, string state) => Patience.UntilAsync(async () =>
    {
        using var answer = await client.GetAsync(Of(id));
        if (!answer.IsSuccessStatusCode)
            return false; // the database is just away
        var job = await answer.JsonAsync();
        Assert.True((string)job["state"]! is not "failed", $"{job["error"]}");
        return string.Equals((string)job["state"]!, state, StringComparison.Ordinal);
    });

    /// <summary>Waits until a recording is done; the SHA-256 of its result.</summary>
    public static async Task<string> ResultAsync(this HttpClient client, string id)
    {
        await client.UntilAsync(id, "done");
        return Convert.ToHexString(SHA256.HashData(await client.GetByteArrayAsync(Of(id, "/result"))));
    }

    /// <summary>Its address.</summary>
    public static Uri Of(string id, string what = "") => new($"{VideoCalls.Path}/{id}{what}", UriKind.Relative);

    /// <summary>The programs that a service runs to read and write recordings.</summary>
    public static bool IsDecoding(this ServiceProcess service) =>
        service.Children().Any(child => child.Command.Contains("ffmpeg", StringComparison.Ordinal));

    /// <summary>The code of a problem.</summary>
    public static async Task<string?> ProblemAsync(this HttpResponseMessage answer) =>
        (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["code"];
}
