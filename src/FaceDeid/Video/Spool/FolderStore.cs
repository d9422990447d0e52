using Microsoft.Win32.SafeHandles;

namespace FaceDeid.Video.Spool;

/// <summary>
/// Entries as files of a folder, in a folder per job, which nobody else may enter. One process at a time has it, or, where jobs
/// are shared, several machines.
/// </summary>
internal sealed class FolderStore : IEntryStore
{
    private const string Part = ".part~"; // what an entry is called until it is complete; no entry's name ends so
    private const string LockFile = "lock";
    private const int MostTries = 100;
    private const string JobsFolder = "jobs";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>No entry is written for so long without a byte.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(2);

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Takes a folder.</summary>
    /// <param name="folder">Where; it is made if it is not there.</param>
    /// <param name="isShared">Whether several machines have it.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the folder cannot be used, or another process has it.
    /// </exception>
    public FolderStore(string folder, bool isShared = false)
    {
        IsShared = isShared;
        _folder = Path.Combine(Path.GetFullPath(folder), JobsFolder);
        try
        {
            Directory.CreateDirectory(folder, Private);
            Directory.CreateDirectory(_folder, Private);
            _lock = new FileStream(
                Path.Combine(folder, LockFile), FileMode.OpenOrCreate, isShared ? FileAccess.Read : FileAccess.ReadWrite,
                isShared ? FileShare.ReadWrite : FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"The folder '{folder}' cannot be used for recordings: it cannot be written, or another service uses it.", e);
        }

        if (!isShared)
            Clear(Files().Where(IsPart));
    }

    /// <inheritdoc/>
    public bool IsShared { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Jobs() => [.. Directory.EnumerateDirectories(_folder).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public long Measure() => Files().Where(file => !IsPart(file) && file.Exists).Sum(file => file.Length);

    /// <inheritdoc/>
    public void Begin(string job)
    {
        Directory.CreateDirectory(PathOf(job), Private);
        FolderFlush.Flush(_folder);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Entry> List(string job)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(PathOf(job)).EnumerateFiles().Where(file => !IsPart(file) && file.Exists)
                    .Select(file => new Entry(file.Name, file.Length)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public long? LengthOf(string job, string name) =>
        new FileInfo(PathOf(job, name)) is { Exists: true, Length: var length } ? length : null;

    /// <inheritdoc/>
    public IEntryReader OpenRead(string job, string name)
    {
        try
        {
            return new FileReader(PathOf(job, name));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException("The job was deleted.", e);
        }
    }

    /// <inheritdoc/>
    public IEntryWriter Create(string job, string name) => new FileWriter(PathOf(job, name), IsShared);

    /// <inheritdoc/>
    public void Delete(string job, IReadOnlyCollection<string> names)
    {
        Clear(names.Select(name => new FileInfo(PathOf(job, name))));
    }

    /// <inheritdoc/>
    public void DeleteAll(string job)
    {
        for (var tries = MostTries; Directory.Exists(PathOf(job)); tries--)
        {
            try
            {
                Directory.Delete(PathOf(job), recursive: true);
            }
            catch (IOException) when (IsShared && tries > 0)
            {
                // Another machine deletes it, too, or just writes to it, which it then cannot do any more.
            }
        }
    }

    /// <inheritdoc/>
    public void ClearAbandoned()
    {
        // Where the folder is one process's, the next one clears away what a killed one left when it takes the folder.
        if (IsShared)
            Clear(Files().Where(file => IsPart(file) && DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned));
    }

    /// <summary>Lets another process have the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories);

    private static void Clear(IEnumerable<FileInfo> files)
    {
        foreach (var file in files)
        {
            try
            {
                file.Delete();
            }
            catch (DirectoryNotFoundException)
            {
                // Another machine has deleted all of the job.
            }
        }
    }

    private static bool IsPart(FileInfo file) => file.Name.EndsWith(Part, StringComparison.Ordinal);

    private string PathOf(string job, string name = "") => Path.Combine(_folder, job, name);

    /// <summary>A file that was replaced or deleted meanwhile is read to its end as it was.</summary>
    private sealed class FileReader(string path) : IEntryReader
    {
        private readonly SafeFileHandle _file = File.OpenHandle(path, options: FileOptions.RandomAccess);

        public long Length => RandomAccess.GetLength(_file);

        public int ReadAt(Span<byte> buffer, long offset)
        {
            var read = 0;
            for (int count; read < buffer.Length && (count = RandomAccess.Read(_file, buffer[read..], offset + read)) > 0;)
                read += count;
            return read;
        }

        public void Dispose() => _file.Dispose();
    }

    private sealed class FileWriter : IEntryWriter
    {
        private const int NoSpace = 28; // ENOSPC
        private const int NoQuota = 122; // EDQUOT

        private readonly string _path;
        private readonly string _part;
        private readonly FileStream _file;
        private bool _isPlaced;

        public FileWriter(string path, bool isShared)
        {
            _path = path;
            // Of its own where another machine may just be writing the same.
            _part = isShared ? $"{path}.{Guid.NewGuid():N}{Part}" : path + Part;
            try
            {
                _file = new FileStream(_part, new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    BufferSize = 0,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }
            catch (IOException e) when (IsFull(e))
            {
                throw SealedFormat.SpoolFull(e);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            try
            {
                _file.Write(bytes);
            }
            catch (IOException e) when (IsFull(e))
            {
                throw SealedFormat.SpoolFull(e);
            }
        }

        public void Finish()
        {
            try
            {
                _file.Flush(flushToDisk: true);
                _file.Dispose();
            }
            catch (IOException e) when (IsFull(e))
            {
                throw SealedFormat.SpoolFull(e);
            }
        }

        public long Place()
        {
            var old = new FileInfo(_path) is { Exists: true, Length: var length } ? length : 0;
            File.Move(_part, _path, overwrite: true);
            _isPlaced = true;
            FolderFlush.Flush(Path.GetDirectoryName(_path)!);
            return old;
        }

        public void Dispose()
        {
            _file.Dispose();
            if (!_isPlaced)
                Clear([new FileInfo(_part)]);
        }

        private static bool IsFull(IOException e) => e.HResult is NoSpace or NoQuota;
    }
}
