using System.Diagnostics;
using System.Net;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What goes wrong around a running service, and what it then does. <c>make faults</c> runs these; docs/operations.md has the
/// table.
/// </summary>
public sealed class FaultTests : IDisposable
{
    private static readonly (string Name, string Value)[] Calls =
    [
        ("haar", "/v1/detect"), ("ultraface", "/v1/detect"), ("hog", "/v1/landmarks"), ("auto", "/v1/deidentify"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-faults-");

    [Fact]
    public async Task Models_deleted_or_cut_short_under_it_change_no_answer_and_the_next_start_is_refused()
    {
        var models = CopyModels();
        (string, string)[] environment = [("FaceDeid__Models__Directory", models), ("FaceDeid__Limits__Workers", "4")];
        await using (var service = await ServiceProcess.StartAsync(environment))
        {
            var before = new List<byte[]>();
            foreach (var call in Calls)
                before.Add(await AnswerAsync(service, call));

            foreach (var (file, i) in Directory.GetFiles(Path.Combine(models, "cache")).Order(StringComparer.Ordinal)
                .Select((file, i) => (file, i)))
            {
                if (i % 2 == 0)
                    File.Delete(file);
                else
                    Truncate(file); // in place: a mapped file would now end the process (SIGBUS)
            }

            // Four at once, so that detectors and networks that cannot be shared are made anew.
            for (var i = 0; i < Calls.Length; i++)
                Assert.All(await Task.WhenAll(AtOnce(service, Calls[i], 4)), answer => Assert.Equal(before[i], answer));
        }

        var (exitCode, _, errors) = await ServiceProcess.RunAsync(argument: null, environment);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("FaceDeid does not start. The model file ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Without_room_for_its_log_and_for_temporary_files_it_answers_as_ever()
    {
        await using var service = await ServiceProcess.StartByShellAsync(
            // No file may grow by a single byte, and every line of the log fails with "no space left on device".
            "ulimit -f 0; exec \"$@\" >/dev/full 2>/dev/full",
            workingDirectory: null,
            ("TMPDIR", Path.Combine(_folder.FullName, "nowhere")), ("ASPNETCORE_TEMP", Path.Combine(_folder.FullName, "nowhere")),
            ("DOTNET_EnableWriteXorExecute", "0"), ("DOTNET_EnableDiagnostics", "0")); // the runtime's own files

        foreach (var call in Calls)
            Assert.NotEmpty(await AnswerAsync(service, call));
        Assert.False(service.HasExited);
    }

    [Fact]
    public async Task On_SIGTERM_every_accepted_request_is_answered_and_later_ones_are_refused()
    {
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Limits__Workers", "1"), ("FaceDeid__Limits__MinUploadBytesPerSecond", "0"),
            ("FaceDeid__Shutdown__GraceSeconds", "300"));
        var body = RawUpload.Body(Pictures.Face);
        List<RawConnection> accepted = [];
        for (var i = 0; i < 12; i++)
        {
            accepted.Add(await RawUpload.BeginAsync(service.Address, body.Length));
            await accepted[i].ReceiveAsync(RawUpload.Continue); // it has been let in
        }

        foreach (var connection in accepted)
            await connection.SendAsync(body);

        service.Terminate();

        foreach (var connection in accepted)
        {
            Assert.Contains("\"faces\":[{\"id\":1,", await connection.ReceiveAnswerAsync(), StringComparison.Ordinal);
            connection.Dispose();
        }

        Assert.Equal(0, await service.ExitAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => AnswerAsync(service, Calls[2]));
    }

    [Fact]
    public async Task SIGKILL_leaves_no_file_and_the_next_start_on_the_same_port_serves()
    {
        var (working, temporary) = (_folder.CreateSubdirectory("work").FullName, _folder.CreateSubdirectory("tmp").FullName);
        (string, string)[] environment =
        [
            ("TMPDIR", temporary), ("ASPNETCORE_TEMP", temporary), ("DOTNET_EnableDiagnostics", "0"),
            ("FaceDeid__Limits__Workers", "1"),
        ];
        Uri address;
        byte[] expected;
        await using (var service = await ServiceProcess.StartInAsync(working, environment))
        {
            (address, expected) = (service.Address, await AnswerAsync(service, Calls[2]));
            var broken = AtOnce(service, Calls[3], 24); // so many that somebody is seen to wait: metrics are up to 0.3 s old
            using var client = service.Connect();
            await Patience.UntilAsync(async () => await WaitingAsync(client) > 0);
            await service.KillAsync();
            await Task.WhenAll(broken).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Assert.Empty(_folder.GetFiles("*", SearchOption.AllDirectories));
        await using var next = await ServiceProcess.StartInAsync(
            working, [.. environment, ("ASPNETCORE_URLS", address.ToString())]);
        Assert.Equal(address, next.Address);
        Assert.Equal(expected, await AnswerAsync(next, Calls[2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_ends_no_request_and_shifts_no_limit(int days)
    {
        var clock = Path.Combine(_folder.FullName, "clock");
        await File.WriteAllBytesAsync(clock, new byte[sizeof(long)]);
        await using var service = await ServiceProcess.StartAsync(
            ("LD_PRELOAD", await JumpingClockAsync()), ("JUMPING_CLOCK", clock),
            // The upload rests.
            ("FaceDeid__Limits__MinUploadBytesPerSecond", "0"), ("FaceDeid__Limits__MaxUploadPauseSeconds", "600"),
            ("FaceDeid__Limits__RequestsPerMinute", "2"));
        Assert.NotEmpty(await AnswerAsync(service, Calls[2]));
        var body = RawUpload.Body(Pictures.Face);
        using var underWay = await RawUpload.BeginAsync(service.Address, body.Length);
        await underWay.ReceiveAsync(RawUpload.Continue);

        using (var file = File.OpenHandle(clock, FileMode.Open, FileAccess.Write)) // in place: the service has it mapped
            RandomAccess.Write(file, BitConverter.GetBytes(86_400L * days), fileOffset: 0);

        using var client = service.Connect();
        await Patience.UntilAsync(async () => // it has seen it
            Math.Abs((await DateAsync(client) - DateTimeOffset.UtcNow).TotalHours) > 20);
        await underWay.SendAsync(body);
        Assert.Contains("HTTP/1.1 200 OK", await underWay.ReceiveAnswerAsync(), StringComparison.Ordinal);
        var tooMany = await Assert.ThrowsAsync<HttpRequestException>(() => AnswerAsync(service, Calls[2]));
        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode); // a day has not refilled it
        service.Terminate();
        Assert.Equal(0, await service.ExitAsync());
    }

    [Fact]
    public async Task It_takes_no_more_connections_than_leave_it_file_descriptors_for_itself()
    {
        await using var service = await ServiceProcess.StartByShellAsync(
            "ulimit -n 600; exec \"$@\"", workingDirectory: null, ("DOTNET_EnableDiagnostics", "1")); // its files are counted
        var expected = await AnswerAsync(service, Calls[2]);

        await WithConnectionsAsync(service, 400, async () =>
        {
            await Task.Delay(1000); // in which it could take them all
            Assert.InRange(OpenFiles(service), 0, 500);
        });

        Assert.Equal(expected, await AnswerAsync(service, Calls[2]));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The answer to a call; it must be a 200.</summary>
    private static async Task<byte[]> AnswerAsync(ServiceProcess service, (string Detector, string Path) call)
    {
        using var client = service.Connect(); // a connection of its own
        // A replacement is drawn by chance, but with a key.
        using var form = call.Path is "/v1/deidentify"
            ? Requests.Form(Requests.Image(Pictures.Face), ("detector", call.Detector), ("pseudonymKey", "one"))
            : Requests.Form(Requests.Image(Pictures.Face), ("detector", call.Detector));
        using var answer = await client.PostAsync(new Uri(call.Path, UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        return await answer.BytesAsync();
    }

    private static Task<byte[]>[] AtOnce(ServiceProcess service, (string Detector, string Path) call, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => AnswerAsync(service, call))];

    /// <summary>How many requests wait for a worker.</summary>
    private static async Task<int> WaitingAsync(HttpClient client)
    {
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = metrics.Split('\n')
            .FirstOrDefault(line => line.StartsWith("facedeid_workers_waiting", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<string> JumpingClockAsync()
    {
        var source = Path.Combine(TestFiles.Root, "tests", "FaceDeid.Api.Tests", "jumping_clock.c");
        var library = Path.Combine(_folder.FullName, "jumping_clock.so");
        using var compiler = Process.Start("gcc", ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source]);
        await compiler.WaitForExitAsync();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }

    private static async Task<DateTimeOffset> DateAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
        return answer.Headers.Date!.Value;
    }

    private static async Task WithConnectionsAsync(ServiceProcess service, int count, Func<Task> then)
    {
        List<RawConnection> connections = [];
        try
        {
            for (var i = 0; i < count; i++) // the kernel takes those that the service does not
                connections.Add(await RawConnection.OpenAsync(service.Address));
            await then();
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static int OpenFiles(ServiceProcess service) => Directory.GetFiles($"/proc/{service.Id}/fd").Length;

    private static void Truncate(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.SetLength(100);
    }

    /// <summary>A folder of models as files of its own.</summary>
    private string CopyModels()
    {
        var source = Path.Combine(TestFiles.Root, "models");
        var cache = _folder.CreateSubdirectory("models").CreateSubdirectory("cache").FullName;
        foreach (var file in new[] { "manifest.json", "donors.bin" })
            File.Copy(Path.Combine(source, file), Path.Combine(_folder.FullName, "models", file));
        foreach (var file in Directory.GetFiles(Path.Combine(source, "cache")))
            File.Copy(file, Path.Combine(cache, Path.GetFileName(file)));
        return Path.Combine(_folder.FullName, "models");
    }
}
