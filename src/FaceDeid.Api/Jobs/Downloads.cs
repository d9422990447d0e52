using System.Collections.Concurrent;
using FaceDeid.Api.Access;
using FaceDeid.Api.Operations;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Notes who fetches results. A player asks for one in hundreds of parts: those that follow within an hour belong to the download
/// that was noted. Who asks for all of it is noted each time. Thread-safe.
/// </summary>
internal sealed class Downloads(Audit audit, TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Lasting = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Job, string Client, string Address), DateTimeOffset> _noted = [];

    /// <summary>Notes that a result, or a part of it, is sent.</summary>
    public void Note(HttpContext context, string job)
    {
        var (now, who) = (time.GetUtcNow(), (job, Caller.NameOf(context), Caller.Address(context)));
        if (context.Request.Headers.Range.Count > 0 && _noted.TryGetValue(who, out var noted) && now - noted < Lasting)
            return;
        if (_noted.Count >= Most)
            _noted.Clear(); // a line too many is better than one too few
        _noted[who] = now;
        audit.NoteJob(context, "downloaded", job);
    }
}
