using System.Collections.Concurrent;
using System.Data.Common;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>Runs one job from its beginning, or from where it was stopped, to an end that is noted.</summary>
internal sealed partial class JobRunner(
    MediaSpool spool, JobTable table, IReadOnlyDictionary<string, JobWork> works, WorkerGate gate, JobMetrics metrics,
    JobNode node, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <summary>A job at which the process dies so often is not tried again.</summary>
    public const int MostAttempts = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StorageTime = TimeSpan.FromSeconds(10); // that a storage is given to be there again

    // Jobs that were cut off here, while the database could not be told that this was no attempt.
    private readonly ConcurrentDictionary<string, JobRow> _untold = new(StringComparer.Ordinal);

    /// <summary>Works on a job until it has ended; one that is not to be done any more is passed over.</summary>
    /// <exception cref="OperationCanceledException">The service goes down: the job goes on when it is there again.</exception>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (await TryAsync(id, start, cancellationToken) is { } pause)
            await Task.Delay(pause, cancellationToken);
    }

    /// <summary>How long to wait before it is tried again; null: it has ended.</summary>
    private async Task<TimeSpan?> TryAsync(string id, long start, CancellationToken cancellationToken)
    {
        if (await BeginAsync(id) is not { } row)
            return null;
        var cutOff = node.CutOff;
        using var limit = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token, cutOff);
        try
        {
            var isDone = await WorkAsync(row, stop);
            _ = isDone ? table.Complete(row) : table.SetState(row, JobState.Review);
        }
        catch (Exception) when (cutOff.IsCancellationRequested)
        {
            _untold[id] = row;
            return null; // another machine does it, or this one again, when the database is there: the sweep looks after that
        }
        catch (Exception) when (IsOver(row))
        {
            // It was cancelled or deleted, or another works on it: whatever failed then, failed for that.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            table.Interrupt(row);
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await FailAsync(row, JobFailures.Timeout(timeout));
        }
        catch (FaceDeidException lost) when (lost.Code is FaceDeidError.MediaUnavailable && row.Attempts < MostAttempts)
        {
            LogLost(logger, id);
            return BetweenAttempts;
        }
        catch (FaceDeidException away) when (
            away.Code is FaceDeidError.StorageUnavailable && time.GetElapsedTime(start) < timeout)
        {
            table.Interrupt(row); // not the job's fault: it waits, but not for ever
            LogAway(logger, id);
            return StorageTime;
        }
        catch (FaceDeidException refused) when (refused.Code is not (
            FaceDeidError.ModelUnavailable or FaceDeidError.MediaUnavailable))
        {
            await FailAsync(row, new Job.Failure(
                ProblemMiddleware.KindOf(refused.Code).Code, refused.Message, refused.Options));
        }
        catch (ProblemException refused)
        {
            await FailAsync(row, new Job.Failure(refused.Kind.Code, refused.Message, refused.Fields));
        }
        catch (Exception e)
        {
            LogFailed(logger, id, e);
            await FailAsync(row, JobFailures.EngineFailed());
        }

        return null;
    }

    private async Task<JobRow?> BeginAsync(string id)
    {
        if (_untold.TryRemove(id, out var before))
            table.Interrupt(before); // which is ignored where another machine has begun with it since
        if (table.Begin(id, $"{node.Id}-{Guid.NewGuid():N}") is not { } row)
            return null;
        metrics.Began(row);
        if (row.Attempts <= MostAttempts)
            return row;
        await FailAsync(row, JobFailures.EngineFailed());
        return null;
    }

    /// <summary>
    /// Ends a job with an error; of what was stored only the reason is left. One that a person has looked at waits for the
    /// person again instead: that work is not lost.
    /// </summary>
    public async Task FailAsync(JobRow row, Job.Failure error)
    {
        var id = row.Id;
        try
        {
            await spool.Open(id).WriteErrorAsync(error);
        }
        catch (Exception e) when (e is IOException or FaceDeidException)
        {
            // Its code is in the table all the same.
        }

        try
        {
            var isKept = row.Input is not null && !string.Equals(error.Code, ProblemKinds.LostKey.Code, StringComparison.Ordinal);
            if (isKept && table.GiveBack(row, error.Code))
                return;
            if (table.Fail(row, error.Code))
                spool.Clear(id, JobObjects.Error, JobObjects.Digest);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.SpoolFull)
        {
            spool.Clear(id, JobObjects.Error, JobObjects.Digest); // which makes room for the note
            table.Fail(row, error.Code);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.StorageUnavailable)
        {
            // It is deleted when the job's time is over.
        }
    }

    /// <summary>Works; false: it goes on when a person has looked at what was found.</summary>
    private async Task<bool> WorkAsync(JobRow row, CancellationTokenSource stop)
    {
        using var watch = Watch(row, stop);
        try
        {
            var run = await OpenAsync(row, stop);
            await Task.Run(() => works[row.Kind].RunAsync(run, stop.Token), stop.Token);
            return !run.WaitsForReview;
        }
        finally
        {
            Release(row);
        }
    }

    /// <summary>Helps another machine with a job, as long as there is a part of it that nobody does.</summary>
    public async Task HelpAsync(JobRow row, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, node.CutOff);
        using var watch = Watch(row, stop);
        try
        {
            await works[row.Kind].HelpAsync(await OpenAsync(row, stop), stop.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What fails here fails with who leads the job, too: there it is told.
            LogHelp(logger, row.Id, e);
        }
        finally
        {
            Release(row);
        }
    }

    private async Task<JobRun> OpenAsync(JobRow row, CancellationTokenSource stop)
    {
        var store = spool.Open(row.Id);
        return new JobRun(
            row, store, await store.ReadTextAsync(JobObjects.Options), table, gate,
            node.IsShared ? new JobClaims(node, row.Id) : null, stop.Cancel, time);
    }

    /// <summary>
    /// Ends a job that is not to be done any more, or by another: other machines have no other way to say so.
    /// </summary>
    private Timer? Watch(JobRow row, CancellationTokenSource stop)
    {
        return node.IsShared ? new Timer(_ => Look(), state: null, BetweenLooks, BetweenLooks) : null;

        void Look()
        {
            try
            {
                if (IsOver(row))
                    stop.Cancel();
            }
            catch (Exception e) when (e is FaceDeidException or InvalidOperationException or DbException or AggregateException)
            {
                // The next look tells; or the work, or the whole service, has just ended.
            }
        }
    }

    /// <summary>Gives back what this machine has of a job.</summary>
    private void Release(JobRow row)
    {
        try
        {
            node.Release(row.Id);
            // What was written here after another machine had deleted all of it; and the key, which is in this one's memory, too.
            if (node.IsShared && table.Find(row.Id) is not { IsDeleted: false, State: not JobState.Cancelled })
                spool.Delete(row.Id);
        }
        catch (Exception e) when (e is FaceDeidException or IOException)
        {
            // Claims end by themselves, and the sweep deletes what nobody knows.
        }
    }

    private bool IsOver(JobRow run) => table.Find(run.Id) is not { IsDeleted: false, HasEnded: false } current
        || !string.Equals(current.Runner, run.Runner, StringComparison.Ordinal);

    [LoggerMessage(EventId = 6, Level = LogLevel.Debug, Message = "Helping with the job {Job} ended")]
    private static partial void LogHelp(ILogger logger, string job, Exception exception);

    [LoggerMessage(
        EventId = 3, Level = LogLevel.Warning,
        Message = "A program that the job {Job} needs was ended from outside: it is tried again")]
    private static partial void LogLost(ILogger logger, string job);

    [LoggerMessage(
        EventId = 5, Level = LogLevel.Warning, Message = "The job {Job} waits until what is stored of it can be reached again")]
    private static partial void LogAway(ILogger logger, string job);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The job {Job} failed")]
    private static partial void LogFailed(ILogger logger, string job, Exception exception);
}
