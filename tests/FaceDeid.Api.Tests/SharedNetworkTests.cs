using System.Diagnostics;
using FaceDeid.TestData;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace FaceDeid.Api.Tests;

/// <summary>
/// The network of one of two machines is cut, and comes back: in between the other goes on, and nothing of the first counts.
/// </summary>
public sealed class SharedNetworkTests(PostgresServer postgres, ITestOutputHelper output)
    : IClassFixture<PostgresServer>, IDisposable
{
    // Two segments.
    private static readonly byte[] Clip = VideoClips.Plain(seconds: 80);
    private static readonly Lazy<Task<string>> Expected = new(() => SharedMachines.AloneAsync(Clip));

    private readonly SharedMachines _machines = new(postgres.CreateDatabase());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_machine_that_cannot_reach_the_database_stops_and_the_other_goes_on_and_later_both_do(bool leads)
    {
        using var cable = new Cable(postgres.Port);
        await CutAsync(
            leads, () => _machines.StartAsync(ToDatabase("127.0.0.1", cable)), Do(cable.Cut), Do(cable.Mend));

        static Func<Task> Do(Action action) => () =>
        {
            action();
            return Task.CompletedTask;
        };
    }

    [RootFact]
    public async Task A_machine_whose_cable_is_pulled_stops_and_the_other_goes_on_and_later_both_do()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        using var cable = new Cable(postgres.Port, network.Near); // which stays whole: packets are lost before they reach it
        var address = new Uri($"http://{network.Far}:{ServiceProcess.FreePort()}");
        await CutAsync(
            leads: true,
            () => ServiceProcess.StartAtAsync(
                address, network.Shell, workingDirectory: null, _machines.Settings(ToDatabase($"{network.Near}", cable))),
            network.PullAsync, network.PlugAsync);
    }

    public void Dispose() => _machines.Dispose();

    private (string Name, string Value) ToDatabase(string host, Cable cable) => (
        "FaceDeid__Jobs__ConnectionString",
        new NpgsqlConnectionStringBuilder(_machines.Connection) { Host = host, Port = cable.Port }.ConnectionString);

    private async Task CutAsync(bool leads, Func<Task<ServiceProcess>> startFar, Func<Task> cut, Func<Task> mend)
    {
        var expected = await Expected.Value;
        await using var near = await _machines.StartAsync();
        await using var far = await startFar();
        var id = await _machines.ShareAsync(leads ? far : near, leads ? near : far, Clip);
        var nodes = await _machines.UntilHelpedAsync(id);
        await Patience.UntilAsync(() => far.IsDecoding() && near.IsDecoding());

        await cut();
        var since = Stopwatch.StartNew();
        var stopped = Patience.UntilAsync(() => !far.IsDecoding());
        var stop = stopped.ContinueWith(_ => since.Elapsed, TaskScheduler.Default);
        await Patience.UntilAsync(
            () => !_machines.Claimants(id).Contains(leads ? nodes.Leader : nodes.Helper, StringComparer.Ordinal));
        var taken = since.Elapsed;
        await stopped.WaitAsync(TimeSpan.FromSeconds(2)); // a busy machine is late
        using var other = near.Connect();
        Assert.Equal(expected, await other.ResultAsync(id));
        var (version, done) = (_machines.Find(id)!.Version, since.Elapsed);

        await mend();
        using var again = far.Connect();
        await again.UntilAsync(id, "done");
        await near.KillAsync();
        Assert.NotEmpty(await again.ResultAsync(await again.SendVideoAsync(VideoClips.Plain())));
        Assert.Equal((version, expected), (_machines.Find(id)!.Version, await again.ResultAsync(id)));
        Assert.DoesNotContain(_machines.Objects(id), name => name.EndsWith(".part~", StringComparison.Ordinal));
        output.WriteLine($"Stopped after {await stop}, claims free after {taken}, result after {done}");
    }
}
