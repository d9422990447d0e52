using FaceDeid.Api.Operations;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>Deletes jobs whose time is over, and later their names.</summary>
internal sealed class JobSweeper(MediaSpool spool, JobTable table, Audit audit)
{
    public void Sweep()
    {
        foreach (var job in table.Overdue())
        {
            spool.Delete(job.Id); // before it is noted: should the process end in between, it is done again
            if (table.Expire(job.Id))
                audit.NoteExpired(job.Id);
        }

        table.Forget();
    }
}
