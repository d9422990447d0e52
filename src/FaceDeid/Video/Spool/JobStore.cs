using System.Text.RegularExpressions;

namespace FaceDeid.Video.Spool;

/// <summary>The objects of one job, each a sealed entry of the spool.</summary>
internal sealed partial class JobStore(MediaSpool spool, IEntryStore entries, string job, JobKey key) : IMediaStore
{
    public string Job => job;

    public JobKey Key => key;

    /// <inheritdoc/>
    public SealedWriter Create(string name) => new SealedEntryWriter(this, Checked(name));

    /// <inheritdoc/>
    public Stream OpenRead(string name) => new SealedEntryStream(key, job, name, entries.OpenRead(job, Checked(name)));

    /// <inheritdoc/>
    public bool Exists(string name) => entries.LengthOf(job, Checked(name)) is not null;

    /// <inheritdoc/>
    public void Delete(string name) => spool.Remove(job, Checked(name));

    /// <summary>Begins the entry of an object.</summary>
    public IEntryWriter CreateEntry(string name) => entries.Create(job, name);

    /// <summary>Takes room for bytes that are about to be written.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>.</exception>
    public void Take(int bytes) => spool.Take(bytes);

    /// <summary>Puts a complete entry into its place.</summary>
    public void Place(IEntryWriter entry, long taken) => spool.Place(job, key, entry, taken);

    /// <summary>Deletes what was written of an entry that does not come to its end.</summary>
    public void Abandon(IEntryWriter entry, long taken) => spool.Abandon(job, entry, taken);

    private static string Checked(string name) =>
        Name().IsMatch(name) ? name : throw new ArgumentException("No name of an object.", nameof(name));

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
