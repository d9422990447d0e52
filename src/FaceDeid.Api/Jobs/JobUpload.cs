using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>A job that is being received. It is gone when it is disposed before the engine has taken it.</summary>
internal sealed class JobUpload(string id, IMediaStore store, Action<string> discard) : IDisposable
{
    public string Id => id;

    public IMediaStore Store => store;

    /// <summary>Whether the engine has it.</summary>
    public bool IsTaken { get; set; }

    public void Dispose()
    {
        if (!IsTaken)
            discard(id);
    }
}
