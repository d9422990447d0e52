using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>A folder that several machines have: here, several spools.</summary>
public sealed class SharedSpoolTests : IDisposable
{
    private const int Rounds = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-shared-spool-");
    private readonly string _keyFile;
    private readonly MediaSpool _one;
    private readonly MediaSpool _two;

    public SharedSpoolTests()
    {
        _keyFile = Path.Combine(_folder.FullName, "wrapping.key");
        File.WriteAllText(_keyFile, Convert.ToBase64String(new byte[32]));
        (_one, _two) = (Open(), Open());
    }

    [Fact]
    public void What_one_has_deleted_the_other_cannot_read_any_more_after_its_next_look()
    {
        var there = _two.Create("there");
        SpoolFolder.Write(there, "source", [1]);
        SpoolFolder.Write(_one.Create("job"), "source", [1, 2, 3]);
        var store = _two.Open("job");
        _one.Delete("job");

        _two.Refresh();

        Refusal.Of(FaceDeidError.LostKey, () => SpoolFolder.Write(store, "report", [1]));
        Assert.Equal([1], SpoolFolder.Read(there, "source"));
        Assert.Equal(["there"], _two.Jobs);
    }

    [Fact]
    public async Task A_job_can_be_deleted_while_others_write_to_it_delete_it_and_measure_what_there_is()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var job = $"job-{round}";
            SpoolFolder.Write(_one.Create(job), "source", [1, 2, 3]);
            var store = _two.Open(job);
            await TogetherAsync(() => _one.Delete(job), () => _two.Delete(job), _one.Refresh, () => Write(store));

            Assert.False(_one.CanOpen(job));
            _one.Delete(job); // what was just being written
            Assert.DoesNotContain(_one.Jobs, known => string.Equals(known, job, StringComparison.Ordinal));
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task TogetherAsync(params Action[] acts)
    {
        using var begun = new Barrier(acts.Length);
        await Task.WhenAll(acts.Select(act => Task.Factory.StartNew(
            () =>
            {
                begun.SignalAndWait();
                act();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static void Write(IMediaStore store)
    {
        try
        {
            for (var i = 0; i < 5; i++)
                SpoolFolder.Write(store, $"report-{i}", [1]);
        }
        catch (Exception e) when (e is IOException or FaceDeidException)
        {
            // It is deleted.
        }
    }

    private MediaSpool Open() =>
        new(Path.Combine(_folder.FullName, "spool"), 100_000_000, WrappingKeys.Load(_keyFile), isShared: true);
}
