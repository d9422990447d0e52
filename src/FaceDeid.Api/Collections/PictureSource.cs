namespace FaceDeid.Api.Collections;

/// <summary>The pictures of a collection, in their order, and read one by one: once only.</summary>
internal abstract class PictureSource : IAsyncDisposable
{
    /// <summary>What the client calls them; in an archive their paths.</summary>
    public abstract IReadOnlyList<string> FileNames { get; }

    /// <summary>Reads one picture after the other; what was read is not kept.</summary>
    public abstract IAsyncEnumerable<byte[]> ReadAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
