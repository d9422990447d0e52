using System.Text.RegularExpressions;

namespace FaceDeid.Video.Spool;

/// <summary>The objects of one job, each a file of its folder.</summary>
internal sealed partial class FolderStore(MediaSpool spool, string job, JobKey key) : IMediaStore
{
    /// <summary>What an object is called until it is complete; no object's name ends so.</summary>
    public const string Part = ".part~";

    public string Job => job;

    public JobKey Key => key;

    /// <inheritdoc/>
    public SealedWriter Create(string name) => new SealedFileWriter(this, Checked(name));

    /// <inheritdoc/>
    public Stream OpenRead(string name)
    {
        try
        {
            return new SealedFileStream(key, job, name, PathOf(name));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException("The job was deleted.", e);
        }
    }

    /// <inheritdoc/>
    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <inheritdoc/>
    public void Delete(string name) => spool.Remove(PathOf(name));

    /// <summary>The file of an object that begins. What a writer that was killed left there is overwritten.</summary>
    public FileStream CreatePart(string name) => new(PathOf(name) + Part, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Takes room for bytes that are about to be written.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>.</exception>
    public void Take(int bytes) => spool.Take(bytes);

    /// <summary>Puts a complete object into its place.</summary>
    public void Place(string name) => spool.Replace(PathOf(name) + Part, PathOf(name));

    /// <summary>Deletes what was written of an object that does not come to its end.</summary>
    public void Abandon(string name, long taken) => spool.Abandon(PathOf(name) + Part, taken);

    private string PathOf(string name) => Path.Combine(spool.FolderOf(job), Checked(name));

    private static string Checked(string name) =>
        Name().IsMatch(name) ? name : throw new ArgumentException("No name of an object.", nameof(name));

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
