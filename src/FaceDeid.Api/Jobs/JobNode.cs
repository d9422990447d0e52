using System.Data.Common;
using System.Security.Cryptography;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// This machine among those that share the jobs. It says every second that it is there. When it can not, it stops what it works
/// on before others take it for gone: they then do its work. Thread-safe.
/// </summary>
internal sealed class JobNode : IDisposable
{
    /// <summary>After so long without a sign another machine may do what this one has claimed.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongGone = TimeSpan.FromHours(1);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(4); // then this one stops

    private readonly JobDatabase _database;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _changing = new();
    private CancellationTokenSource _cutOff = new();
    private bool _isDisposed;
    private long _seen;
    private Task _beating = Task.CompletedTask;

    public JobNode(JobDatabase database, TimeProvider time)
    {
        (_database, _time, _seen) = (database, time, time.GetTimestamp());
        using var alone = database.LockSchema();
        database.Execute(
            $"""
            CREATE TABLE IF NOT EXISTS claims (
                job TEXT NOT NULL, phase TEXT NOT NULL, segment {database.Number} NOT NULL, node TEXT NOT NULL,
                until {database.Number} NOT NULL, PRIMARY KEY (job, phase, segment))
            """);
    }

    /// <summary>Whether there are others.</summary>
    public bool IsShared => _database.IsShared;

    /// <summary>Names this machine, until the process ends.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Fires when this machine has to stop what it works on, because others may begin with it.</summary>
    public CancellationToken CutOff
    {
        get
        {
            lock (_changing)
                return _cutOff.Token;
        }
    }

    /// <summary>Begins to say that it is there.</summary>
    public void Start() => _beating = Task.Run(BeatAsync);

    /// <summary>Claims a part of a job; false: another machine has it.</summary>
    public bool TryClaim(string job, string phase, int segment) => _database.Execute(
        $"""
        INSERT INTO claims (job, phase, segment, node, until)
        VALUES (@job, @phase, @segment, @node, {_database.Now} + @gone)
        ON CONFLICT (job, phase, segment) DO UPDATE SET node = excluded.node, until = excluded.until
        WHERE claims.until < {_database.Now} OR claims.node = excluded.node
        """,
        ("@job", job), ("@phase", phase), ("@segment", segment), ("@node", Id), ("@gone", (long)Gone.TotalMilliseconds)) == 1;

    /// <summary>Gives back what this machine has claimed of a job.</summary>
    public void Release(string job) => _database.Execute(
        "DELETE FROM claims WHERE job = @job AND node = @node", ("@job", job), ("@node", Id));

    /// <summary>Deletes what machines had claimed that are gone for long.</summary>
    public void Forget() => _database.Execute(
        $"DELETE FROM claims WHERE until < {_database.Now} - @long", ("@long", (long)LongGone.TotalMilliseconds));

    /// <summary>Hosts may ask twice.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _end.Cancel();
        _beating.Wait(BetweenSigns);
        _end.Dispose();
        _cutOff.Dispose();
    }

    private async Task BeatAsync()
    {
        using var watching = new Timer(_ => Watch(), state: null, BetweenSigns, BetweenSigns);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var asked = _time.GetTimestamp(); // the answer may be late: others count from before it
                _database.Execute(
                    $"UPDATE claims SET until = {_database.Now} + @gone WHERE node = @node",
                    ("@gone", (long)Gone.TotalMilliseconds), ("@node", Id));
                Seen(asked);
            }
            catch (Exception e) when (e is FaceDeidException or InvalidOperationException or DbException)
            {
                // It is watched how long that lasts.
            }

            await Task.Delay(BetweenSigns, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Seen(long asked)
    {
        lock (_changing)
        {
            _seen = asked;
            if (_cutOff.IsCancellationRequested && _time.GetElapsedTime(asked) <= Silent)
            {
                _cutOff.Dispose();
                _cutOff = new CancellationTokenSource();
            }
        }
    }

    private void Watch()
    {
        lock (_changing)
        {
            if (_time.GetElapsedTime(_seen) > Silent)
                _cutOff.Cancel();
        }
    }
}
