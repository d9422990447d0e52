using FaceDeid.Api.Operations;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>Deletes jobs whose time is over, and later their names; looks after what is stored.</summary>
internal sealed partial class JobSweeper(
    MediaSpool spool, JobTable table, JobNode node, Audit audit, TimeSpan longestUpload, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private long _lookedAt;

    /// <summary>Deletes what is overdue, and now and then looks at all that is stored.</summary>
    public void Sweep()
    {
        try
        {
            table.Forget();
            node.Forget();
            foreach (var job in table.Overdue())
            {
                spool.Delete(job.Id); // before it is noted: should the process end in between, it is done again
                if (table.Expire(job.Id))
                    audit.NoteExpired(job.Id);
            }

            if (time.GetElapsedTime(_lookedAt) >= BetweenLooks)
                Look();
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.StorageUnavailable)
        {
            // The next sweep does it.
        }
    }

    /// <summary>
    /// Deletes what is stored of jobs of which nothing should be, as after a storage that did not answer; measures what is left,
    /// and wraps keys anew that lie under an older one.
    /// </summary>
    public void Look()
    {
        var brokenOff = time.GetUtcNow() - longestUpload - Margin;
        foreach (var job in table.In(JobState.Receiving).Where(job => job.Created < brokenOff))
            table.Remove(job.Id);
        foreach (var id in spool.Jobs.Where(id => !IsKept(table.Find(id))))
            spool.Delete(id);
        spool.Refresh();
        if (spool.RotateKeys() is { Older: true } keys && (keys.Rewrapped > 0 || _lookedAt == 0))
            LogRotated(logger, keys.Rewrapped, keys.Lost);
        _lookedAt = time.GetTimestamp();
    }

    private static bool IsKept(JobRow? job) =>
        job is { IsDeleted: false, State: not (JobState.Expired or JobState.Cancelled) };

    [LoggerMessage(
        EventId = 4, Level = LogLevel.Information,
        Message = "Keys of jobs: {Rewrapped} lay under an older line of the key file and are under its first line now; none is "
            + "under an older line any more. {Lost} open with none of its lines")]
    private static partial void LogRotated(ILogger logger, int rewrapped, int lost);
}
