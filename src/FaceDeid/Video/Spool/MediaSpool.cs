using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace FaceDeid.Video.Spool;

/// <summary>
/// The folder where recordings lie while they are worked on: a folder per job, which nobody else may enter, encrypted under the
/// job's own key. One process at a time has it. Thread-safe.
/// </summary>
public sealed partial class MediaSpool : IDisposable
{
    private const string KeyFile = "key~"; // no object's name
    private const string LockFile = "lock";
    private const string JobsFolder = "jobs";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly WrappingKey? _wrapping;
    private readonly FileStream _lock;
    private readonly ConcurrentDictionary<string, JobKey> _keys = new(StringComparer.Ordinal);
    private readonly Lock _moving = new();
    private long _used;

    /// <summary>Takes a folder, and clears away what a process that was killed had not finished.</summary>
    /// <param name="folder">Where; it is made if it is not there.</param>
    /// <param name="maxBytes">Most bytes of all jobs together.</param>
    /// <param name="wrapping">Keeps keys beyond the process; null: they are in memory only. Owned by this object.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the folder cannot be used, or another process has it.
    /// </exception>
    public MediaSpool(string folder, long maxBytes, WrappingKey? wrapping)
    {
        (_folder, _maxBytes, _wrapping) = (Path.Combine(Path.GetFullPath(folder), JobsFolder), maxBytes, wrapping);
        try
        {
            Directory.CreateDirectory(folder, Private);
            Directory.CreateDirectory(_folder, Private);
            _lock = new FileStream(
                Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"The folder '{folder}' cannot be used for recordings: it cannot be written, or another service uses it.", e);
        }

        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Name.EndsWith(FolderStore.Part, StringComparison.Ordinal))
                file.Delete();
            else
                _used += file.Length;
        }
    }

    /// <summary>What is said of a job that cannot be opened.</summary>
    public static string LostKeyText => SealedFormat.LostKeyText;

    /// <summary>What is said where the disk has no room.</summary>
    public static FaceDeidException Full(Exception inner) => SealedFormat.SpoolFull(inner);

    /// <summary>Bytes on the disk of all jobs, those under way included.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Whether not a byte more fits.</summary>
    public bool IsFull => UsedBytes >= _maxBytes;

    /// <summary>Whether jobs can be read when the process was restarted.</summary>
    public bool KeepsKeys => _wrapping is not null;

    /// <summary>The jobs that have a folder.</summary>
    public IReadOnlyList<string> Jobs => [.. Directory.EnumerateDirectories(_folder).Select(path => Path.GetFileName(path))];

    /// <summary>Begins a job, under a new key.</summary>
    /// <param name="job">Its id: 1 to 64 letters in lower case, digits and hyphens.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>.</exception>
    public IMediaStore Create(string job)
    {
        Directory.CreateDirectory(FolderOf(job), Private);
#pragma warning disable IDISP001 // the dictionary's, or disposed of here
        var key = JobKey.Create();
#pragma warning restore IDISP001
        if (!_keys.TryAdd(job, key))
        {
            key.Dispose();
            throw new ArgumentException("The job is there already.", nameof(job));
        }

        try
        {
            if (_wrapping is not null)
                WriteKey(job, key.Wrap(job, _wrapping));
        }
        catch (IOException e)
        {
            Delete(job);
            throw SealedFormat.SpoolFull(e);
        }

        return new FolderStore(this, job, key);
    }

    /// <summary>Opens a job.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.LostKey"/>: its key was in memory only, or is wrapped by another key, or the job is not there.
    /// </exception>
    public IMediaStore Open(string job)
    {
        lock (_moving) // not while it is deleted: its key would come back
        {
#pragma warning disable IDISP001 // the dictionary's
            if (!_keys.TryGetValue(job, out var key))
                _keys[job] = key = ReadKey(job) ?? throw SealedFormat.LostKey();
#pragma warning restore IDISP001
            return new FolderStore(this, job, key);
        }
    }

    /// <summary>Whether the key of a job is there.</summary>
    public bool CanOpen(string job)
    {
        try
        {
            _ = Open(job);
            return true;
        }
        catch (FaceDeidException)
        {
            return false;
        }
    }

    /// <summary>Deletes the objects of a job but for some.</summary>
    public void Clear(string job, params IReadOnlyCollection<string> kept)
    {
        lock (_moving)
        {
            if (new DirectoryInfo(FolderOf(job)) is not { Exists: true } folder)
                return;
            foreach (var file in folder.EnumerateFiles().Where(file =>
                !kept.Contains(file.Name, StringComparer.Ordinal) && file.Name is not KeyFile
                && !file.Name.EndsWith(FolderStore.Part, StringComparison.Ordinal)))
                Remove(file.FullName);
        }
    }

    /// <summary>Deletes a job with its key and all of its objects, if it is there.</summary>
    public void Delete(string job)
    {
        lock (_moving)
        {
            if (_keys.TryRemove(job, out var key))
                key.Dispose();
            var folder = new DirectoryInfo(FolderOf(job));
            if (!folder.Exists)
                return;
            // The key first: should the rest be interrupted, nobody can read it.
            Remove(Path.Combine(folder.FullName, KeyFile));
            foreach (var file in folder.EnumerateFiles())
            {
                if (file.Name.EndsWith(FolderStore.Part, StringComparison.Ordinal))
                    file.Delete(); // whose bytes its writer gives back
                else
                    Remove(file.FullName);
            }

            folder.Delete(recursive: true);
        }
    }

    /// <summary>Forgets all keys; what is on the disk stays.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        _wrapping?.Dispose();
        _lock.Dispose();
    }

    internal string FolderOf(string job) => Path.Combine(
        _folder, Id().IsMatch(job) ? job : throw new ArgumentException("No id of a job.", nameof(job)));

    internal void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= _maxBytes)
            return;
        Interlocked.Add(ref _used, -bytes);
        throw SealedFormat.SpoolFull();
    }

    internal void Replace(string part, string path)
    {
        lock (_moving)
        {
            var old = new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;
            File.Move(part, path, overwrite: true);
            Interlocked.Add(ref _used, -old);
        }

        FolderEntries.Flush(Path.GetDirectoryName(path)!);
    }

    internal void Abandon(string part, long taken)
    {
        lock (_moving)
        {
            if (Directory.Exists(Path.GetDirectoryName(part)))
                File.Delete(part);
            Interlocked.Add(ref _used, -taken);
        }
    }

    internal void Remove(string path)
    {
        lock (_moving)
        {
            if (new FileInfo(path) is not { Exists: true, Length: var length })
                return;
            File.Delete(path);
            Interlocked.Add(ref _used, -length);
        }
    }

    private void WriteKey(string job, byte[] wrapped)
    {
        using var file = new FileStream(Path.Combine(FolderOf(job), KeyFile), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(wrapped);
        file.Flush(flushToDisk: true);
        FolderEntries.Flush(FolderOf(job));
        FolderEntries.Flush(_folder);
        Interlocked.Add(ref _used, wrapped.Length);
    }

    private JobKey? ReadKey(string job)
    {
        var path = Path.Combine(FolderOf(job), KeyFile);
        return _wrapping is not null && File.Exists(path) ? JobKey.Unwrap(File.ReadAllBytes(path), job, _wrapping) : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
