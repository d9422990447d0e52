using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using FaceDeid.Api.Operations;
using FaceDeid.Api.Storage;
using FaceDeid.Api.Webhooks;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Options;
using Quartz;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Durable jobs: what is received lies sealed in the spool, a table says how far each is, and a schedule runs them, also when the
/// service was restarted. Without a folder for it there are none.
/// </summary>
internal sealed partial class JobEngine : IHostedService, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly VideoSettings _settings;
    private readonly Dictionary<string, JobWork> _works;
    private readonly WorkerGate _gate;
    private readonly ILogger _logger;
    private readonly string _state = string.Empty;
    private readonly string _connection = string.Empty;
    private readonly MediaSpool? _spool;
    private readonly JobTable? _table;
    private readonly JobMetrics? _metrics;
    private readonly JobRunner? _runner;
    private readonly JobSweeper? _sweeper;
    private readonly JobNotifier? _notifier;
    private readonly JobDatabase? _database;
    private readonly JobNode? _node;
    private readonly JobHelper? _helper;
    private readonly Role _role;
    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private JobSchedule? _schedule;
    private Task? _stop;

    /// <summary>Opens the spool and the table.</summary>
    /// <exception cref="StartupException">They cannot be used.</exception>
    public JobEngine(
        IOptions<FaceDeidOptions> options, IEnumerable<JobWork> works, WorkerGate gate, WebhookSender webhooks, TimeProvider time,
        Audit audit, ILogger<JobEngine> logger)
    {
        _settings = options.Value.Videos;
        _gate = gate;
        _logger = logger;
        // The last of a kind counts: whoever adds one means it.
        _works = works.GroupBy(work => work.Kind, StringComparer.Ordinal)
            .ToDictionary(ofKind => ofKind.Key, ofKind => ofKind.Last(), StringComparer.Ordinal);
        if (!_settings.AreOn)
            return;
        (_role, _connection) = (options.Value.Role, options.Value.Jobs.ConnectionString);
        try
        {
            if (_connection.Length > 0 || _settings.AreInS3)
                (_state, _database) = OpenDatabase(options.Value); // which says whose the spool is
            _spool = SpoolSetup.Open(options.Value, _database?.Agree("id", NewId()), time, logger);
            if (_database is null)
                (_state, _database) = OpenDatabase(options.Value);
            if (_database.IsShared)
                SharedKey.Agree(_database, _spool.KeyFingerprints);
            _table = new JobTable(_database, time);
            _node = new JobNode(_database, time);
            _metrics = new JobMetrics(_spool, _table);
            _runner = new JobRunner(
                _spool, _table, _works, gate, _metrics, _node, TimeSpan.FromSeconds(_settings.TimeoutSeconds), time, logger);
            _helper = new JobHelper(_table, _runner, _node, _settings.Jobs);
            _sweeper = new JobSweeper(
                _spool, _table, _node, audit, TimeSpan.FromSeconds(_settings.MaxUploadSeconds), time, logger);
            _notifier = new JobNotifier(_table, webhooks, _metrics, logger);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is FaceDeidException or DbException)
                throw CannotStart(e);
            throw;
        }
    }

    /// <summary>Whether other machines have the jobs, too.</summary>
    public bool IsShared => _connection.Length > 0;

    private MediaSpool Spool => _spool ?? throw Off();

    private JobTable Table => _table ?? throw Off();

    /// <summary>Begins to receive a job; who disposes of the upload before it is taken leaves nothing behind.</summary>
    /// <exception cref="ProblemException">503: there are none, or no more fit.</exception>
    public JobUpload Receive(string kind, string owner)
    {
        if (_faults.ContainsKey(kind))
            throw CannotBeDone();
        var id = NewId();
        if (Spool.IsFull || !Table.Add(id, kind, owner, _settings.MaxQueued))
        {
            throw new ProblemException(
                ProblemKinds.ServiceFull,
                "As many jobs as this service takes are there or wait. Delete those that are not needed any more, or try again "
                + "later.");
        }

        try
        {
            return new JobUpload(id, Spool.Create(id), Discard);
        }
        catch
        {
            Discard(id);
            throw;
        }
    }

    /// <summary>Looks at what was received before it is taken.</summary>
    /// <exception cref="FaceDeidException">It is refused.</exception>
    public Task CheckAsync(JobUpload upload, string kind, CancellationToken cancellationToken) =>
        _works[kind].CheckAsync(upload.Store, cancellationToken);

    /// <summary>Takes a job that was received.</summary>
    /// <param name="upload">All of it.</param>
    /// <param name="digest">SHA-256 of what was sent.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="terms">What is wished for it.</param>
    /// <returns>The job; or the earlier one, when the same was sent with the same key.</returns>
    /// <exception cref="ProblemException">409: something else was sent with this key, or the job was cancelled.</exception>
    public async Task<(JobRow Job, bool IsNew)> TakeAsync(JobUpload upload, byte[] digest, string owner, JobTerms terms)
    {
        var key = terms.RetryKey is null ? null : HashOf($"{owner}\n{terms.RetryKey}");
        await upload.Store.WriteAsync(JobObjects.Digest, digest);
        if (await EarlierAsync(key, digest) is { } earlier)
            return (earlier, false);
        // A statement that ran twice, because its first answer was lost, says no: then the job is queued all the same.
        if (!Table.Queue(upload.Id, terms.RetentionSeconds, key, terms.Webhook)
            && Table.Find(upload.Id) is not { IsDeleted: false, HasEnded: false, State: not JobState.Receiving })
            return await EarlierAsync(key, digest) is { } faster ? (faster, false) : throw AlreadyEnded();
        upload.IsTaken = true;
        var job = Table.Find(upload.Id)!;
        try
        {
            await _schedule!.AddAsync(job);
        }
        catch (SchedulerException)
        {
            // Its database is just away. The next sweep adds the job.
        }

        return (job, true);
    }

    /// <summary>The job that was sent with a retry key; null: there is none.</summary>
    private async Task<JobRow?> EarlierAsync(string? key, byte[] digest)
    {
        if (key is null || Table.FindByRetryKey(key) is not { } earlier)
            return null;
        var known = await Spool.Open(earlier.Id).ReadAsync(JobObjects.Digest);
        return digest.AsSpan().SequenceEqual(known)
            ? earlier
            : throw new ProblemException(
                ProblemKinds.IdempotencyConflict,
                "Other files, or other fields, were sent with this Idempotency-Key. Use a new key for them.");
    }

    /// <summary>A person has looked at a job, or changed what was done: it goes on.</summary>
    /// <param name="job">The job as the person knew it.</param>
    /// <param name="write">Writes what was changed to an object of this name.</param>
    /// <returns>The job; null: somebody was faster, or it is not at rest.</returns>
    public async Task<JobRow?> ReviseAsync(JobRow job, Func<string, Task> write)
    {
        var input = $"input-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        await write(input);
        if (!Table.Revise(job.Id, job.Input, input))
        {
            Spool.Open(job.Id).Delete(input);
            return null;
        }

        var revised = Table.Find(job.Id)!;
        await _schedule!.AddAsync(revised);
        return revised;
    }

    /// <summary>A job by its name, deleted ones included; null: there is none.</summary>
    public JobRow? Find(string id) => Table.Find(id);

    /// <inheritdoc cref="JobTable.List"/>
    public IReadOnlyList<JobRow> List(JobGroup group, string? owner, string? before, int most) =>
        Table.List(group.Kinds, owner, before, most);

    /// <summary>What is stored of a job.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.LostKey"/>.</exception>
    public IMediaStore Open(string id) => Spool.Open(id);

    /// <summary>Why a job failed; null: it did not.</summary>
    public async Task<Job.Failure?> ErrorOfAsync(JobRow job)
    {
        if (job.Error is null)
            return null;
        try
        {
            return await Spool.Open(job.Id).ReadErrorAsync() ?? JobFailures.Of(job.Error);
        }
        catch (Exception e) when (e is IOException or FaceDeidException)
        {
            return JobFailures.Of(job.Error);
        }
    }

    /// <summary>Stops a job, of which nothing is left but its state.</summary>
    /// <exception cref="ProblemException">409: it has ended.</exception>
    public async Task<JobRow> CancelAsync(string id)
    {
        if (!Table.Cancel(id))
            throw AlreadyEnded();
        var job = Table.Find(id)!;
        await RemoveAsync(job);
        return job;
    }

    /// <summary>Deletes a job, whatever it does.</summary>
    public async Task DeleteAsync(string id)
    {
        Table.Delete(id);
        await RemoveAsync(Table.Find(id)!);
    }

    /// <summary>Deletes what is overdue, as is done twice a minute anyway.</summary>
    public void Sweep() => _sweeper!.Sweep();

    /// <summary>Begins to tell receivers what they were not told yet, as is done twice a minute anyway.</summary>
    public Task NotifyAsync() => _schedule!.NotifyAsync(Notices());

    /// <inheritdoc cref="JobNotifier.Pending"/>
    public IReadOnlyList<JobNotice> Notices() => _notifier!.Pending();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_spool is null)
            return;
        foreach (var (kind, work) in _works)
        {
            if (await work.FaultAsync(cancellationToken) is not { } fault)
                continue;
            _faults.Add(kind, fault);
            LogFault(_logger, kind, fault);
        }

        if (!_database!.IsShared)
            await ReconcileAsync();
        _schedule = await OpenScheduleAsync(_database);
        await _schedule.AddAsync(Table.ToDo());
        if (_role == Role.Front)
            return;
        await _schedule.StartAsync(cancellationToken);
        if (_database.IsShared)
        {
            _node!.Start();
            _helper!.Start();
        }
    }

    /// <summary>Hosts may ask twice, and free everything after the second time.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        _stop ??= _schedule is { } schedule ? StopAsync(schedule, cancellationToken) : Task.CompletedTask;

    private async Task StopAsync(JobSchedule schedule, CancellationToken cancellationToken)
    {
        try
        {
            await _helper!.StopAsync().WaitAsync(Grace, cancellationToken);
            await schedule.DisposeAsync().AsTask().WaitAsync(Grace, cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Grace);
            await _gate.WhenIdleAsync(limit.Token); // native code works on after who waited for it was told to stop
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // A work that does not stop is begun again, as if the process had been killed; so is one whose host is gone.
        }
    }

    public void Dispose()
    {
        _metrics?.Dispose();
        _helper?.Dispose();
        _node?.Dispose();
        _database?.Dispose();
        _spool?.Dispose();
    }

    private static (string State, JobDatabase Database) OpenDatabase(FaceDeidOptions options)
    {
        var connection = options.Jobs.ConnectionString;
        var state = connection.Length > 0 ? string.Empty : SpoolSetup.OpenState(options);
        return (state, JobDatabase.Open(connection, Path.Combine(state, "jobs.db")));
    }

    private async Task<JobSchedule> OpenScheduleAsync(JobDatabase database)
    {
        try
        {
            return await JobSchedule.OpenAsync(
                database, _connection, Path.Combine(_state, "schedule.db"), _settings.Jobs, services => services
                    .AddSingleton(_helper!).AddSingleton(_sweeper!).AddSingleton(_notifier!).AddSingleton(_table!));
        }
        catch (Exception e) when (e is FaceDeidException or DbException or SchedulerException)
        {
            throw CannotStart(e);
        }
    }

    private static StartupException CannotStart(Exception cause) => new($"FaceDeid does not start. {cause.Message}", cause);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static ProblemException AlreadyEnded() => new(
        ProblemKinds.AlreadyEnded, "The job is done, failed or was cancelled. Delete it, or send it again.");

    private static ProblemException Off() => new(
        ProblemKinds.JobsOff,
        "This service keeps no jobs: its operator has not set FaceDeid:Videos:Spool, the folder where recordings and other "
        + "jobs lie.");

    private static ProblemException CannotBeDone() => new(
        ProblemKinds.JobsOff,
        "This service takes no recordings: the programs that read and write them do not work there. Its operator finds the "
        + "reason in the log.");

    /// <summary>
    /// Clears away uploads that broke off with the process, what nobody knows, and jobs whose key was lost with it.
    /// </summary>
    private async Task ReconcileAsync()
    {
        foreach (var job in Table.In(JobState.Receiving))
            Discard(job.Id);
        _sweeper!.Look();
        foreach (var job in Table.In(
            JobState.Queued, JobState.Analysing, JobState.Review, JobState.Rendering, JobState.Done))
        {
            if (!Spool.CanOpen(job.Id))
                await _runner!.FailAsync(job, JobFailures.LostKey());
        }
    }

    private void Discard(string id)
    {
        try
        {
            Spool.Delete(id);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.StorageUnavailable)
        {
            // The sweep deletes what nobody knows.
        }

        Table.Remove(id);
    }

    private async Task RemoveAsync(JobRow job)
    {
        if (_schedule is not null)
            await _schedule.RemoveAsync(job);
        Spool.Delete(job.Id);
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Jobs of the kind {Kind} are not taken: {Fault}")]
    private static partial void LogFault(ILogger logger, string kind, string fault);
}
