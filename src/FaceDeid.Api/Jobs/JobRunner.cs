using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>Runs one job from its beginning, or from where it was stopped, to an end that is noted.</summary>
internal sealed partial class JobRunner(
    MediaSpool spool, JobTable table, IReadOnlyDictionary<string, JobWork> works, WorkerGate gate, JobMetrics metrics,
    TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <summary>A job at which the process dies so often is not tried again.</summary>
    public const int MostAttempts = 3;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StorageTime = TimeSpan.FromSeconds(10); // that a storage is given to be there again

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
        if (table.Begin(id) is not { } row)
            return null;
        metrics.Began(row);
        if (row.Attempts > MostAttempts)
        {
            await FailAsync(id, JobFailures.EngineFailed());
            return null;
        }

        using var limit = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var isDone = await WorkAsync(row, stop.Token);
            _ = isDone ? table.Complete(id, JobState.Done) : table.SetState(id, JobState.Review);
        }
        catch (Exception) when (IsOver(id))
        {
            // It was cancelled or deleted: whatever failed then, failed for that.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            table.Interrupt(id);
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await FailAsync(id, JobFailures.Timeout(timeout));
        }
        catch (FaceDeidException lost) when (lost.Code is FaceDeidError.MediaUnavailable && row.Attempts < MostAttempts)
        {
            LogLost(logger, id);
            return BetweenAttempts;
        }
        catch (FaceDeidException away) when (
            away.Code is FaceDeidError.StorageUnavailable && time.GetElapsedTime(start) < timeout)
        {
            table.Interrupt(id); // not the job's fault: it waits, but not for ever
            LogAway(logger, id);
            return StorageTime;
        }
        catch (FaceDeidException refused) when (refused.Code is not (
            FaceDeidError.ModelUnavailable or FaceDeidError.MediaUnavailable))
        {
            await FailAsync(id, new Job.Failure(
                ProblemMiddleware.KindOf(refused.Code).Code, refused.Message, refused.Options));
        }
        catch (ProblemException refused)
        {
            await FailAsync(id, new Job.Failure(refused.Kind.Code, refused.Message, refused.Fields));
        }
        catch (Exception e)
        {
            LogFailed(logger, id, e);
            await FailAsync(id, JobFailures.EngineFailed());
        }

        return null;
    }

    /// <summary>Ends a job with an error; of what was stored only the reason is left.</summary>
    public async Task FailAsync(string id, Job.Failure error)
    {
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
            if (table.Complete(id, JobState.Failed, error.Code))
                spool.Clear(id, JobObjects.Error, JobObjects.Digest);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.SpoolFull)
        {
            spool.Clear(id, JobObjects.Error, JobObjects.Digest); // which makes room for the note
            table.Complete(id, JobState.Failed, error.Code);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.StorageUnavailable)
        {
            // It is deleted when the job's time is over.
        }
    }

    /// <summary>Works; false: it goes on when a person has looked at what was found.</summary>
    private async Task<bool> WorkAsync(JobRow row, CancellationToken cancellationToken)
    {
        var work = works[row.Kind];
        var store = spool.Open(row.Id);
        var run = new JobRun(row, store, await store.ReadTextAsync(JobObjects.Options), table, gate, time);
        await Task.Run(() => work.RunAsync(run, cancellationToken), cancellationToken);
        return !run.WaitsForReview;
    }

    private bool IsOver(string id) => table.Find(id) is not { IsDeleted: false, HasEnded: false };

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
