namespace FaceDeid.Video.Spool;

/// <summary>
/// Where a spool keeps its bytes: a folder, or a bucket of S3. Entries have a name within a job, and all that comes here is
/// encrypted already. An entry is there when all of it was written, or not at all. A call waits as one to a disk does, for a
/// limited time. Thread-safe for different jobs.
/// </summary>
/// <exception cref="FaceDeidException">
/// From every member: <see cref="FaceDeidError.StorageUnavailable"/>, it does not answer, or not as it should.
/// </exception>
public interface IEntryStore : IDisposable
{
    /// <summary>Whether other processes write here too, so that what lies here must be measured now and then.</summary>
    bool IsShared { get; }

    /// <summary>The jobs that have something here.</summary>
    IReadOnlyList<string> Jobs();

    /// <summary>Bytes of all entries.</summary>
    long Measure();

    /// <summary>Makes room for the entries of a job.</summary>
    void Begin(string job);

    /// <summary>The entries of a job.</summary>
    IReadOnlyList<Entry> List(string job);

    /// <summary>How many bytes an entry has; null: it is not there.</summary>
    long? LengthOf(string job, string name);

    /// <summary>Opens an entry, to be read from any place.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    IEntryReader OpenRead(string job, string name);

    /// <summary>Begins an entry. What a writer that was killed left of it is overwritten.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>, here or while it is written.</exception>
    IEntryWriter Create(string job, string name);

    /// <summary>Deletes entries, where they are there.</summary>
    void Delete(string job, IReadOnlyCollection<string> names);

    /// <summary>Deletes what is left of a job, entries that are being written included.</summary>
    void DeleteAll(string job);

    /// <summary>Clears away what was begun and never ended, by processes that are no more.</summary>
    void ClearAbandoned();
}

/// <summary>What lies in a store.</summary>
/// <param name="Name">Its name within the job.</param>
/// <param name="Length">How many bytes it has.</param>
public readonly record struct Entry(string Name, long Length);

/// <summary>An entry that is read. For one thread at a time.</summary>
public interface IEntryReader : IDisposable
{
    /// <summary>How many bytes it has.</summary>
    long Length { get; }

    /// <summary>Fills a buffer from a place on; how many bytes there were, fewer at the end only.</summary>
    /// <exception cref="IOException">The entry was replaced or deleted, where that cannot be outlived.</exception>
    int ReadAt(Span<byte> buffer, long offset);
}

/// <summary>
/// An entry that is written. Disposed before it has its place, nothing of it is left. For one thread at a time.
/// </summary>
public interface IEntryWriter : IDisposable
{
    /// <summary>Adds bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>All bytes are there: they last from now on.</summary>
    void Finish();

    /// <summary>Lets the entry take its place.</summary>
    /// <returns>How many bytes the entry had whose place it took, as far as that is known.</returns>
    /// <exception cref="IOException">Its job was deleted.</exception>
    long Place();
}
