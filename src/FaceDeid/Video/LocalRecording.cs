using FaceDeid.Video.Spool;

namespace FaceDeid.Video;

/// <summary>
/// A recording that lies in a file, and whose result will: for who works on files of their own. What must be kept in between is
/// encrypted under a key that is in memory only, in a folder of its own that is deleted in the end.
/// </summary>
public sealed class LocalRecording : IMediaStore, IDisposable
{
    private const string Job = "recording";
    private const string Part = ".part"; // of the result, until it is complete

    private readonly string _input;
    private readonly string _output;
    private readonly DirectoryInfo _folder = new(ProcessFolder.Create());
    private readonly MediaSpool _spool;
    private readonly IMediaStore _between;

    /// <summary>Takes a file that is read, and the place of one that is written: it appears there when all went well.</summary>
    /// <param name="input">The recording.</param>
    /// <param name="output">The result; what is there is replaced.</param>
    /// <exception cref="FaceDeidException">The result could not be written there.</exception>
    public LocalRecording(string input, string output)
    {
        CheckOutput(input, output);
        (_input, _output) = (input, output);
        try
        {
            _spool = new MediaSpool(_folder.FullName, long.MaxValue, wrapping: null);
            _between = _spool.Create(Job);
        }
        catch
        {
            _spool?.Dispose();
            _folder.Delete(recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public SealedWriter Create(string name) => IsResult(name) ? new FileWriter(_output) : _between.Create(name);

    /// <inheritdoc/>
    public Stream OpenRead(string name) =>
        IsSource(name) ? File.OpenRead(_input) : IsResult(name) ? File.OpenRead(_output) : _between.OpenRead(name);

    /// <inheritdoc/>
    public bool Exists(string name) => IsSource(name) || (!IsResult(name) && _between.Exists(name));

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (IsResult(name))
            File.Delete(_output);
        else if (!IsSource(name))
            _between.Delete(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spool.Delete(Job);
        _spool.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Tells before the work, which may take hours, what would be told behind it.</summary>
    private static void CheckOutput(string input, string output)
    {
        if (Directory.Exists(output))
            throw new FaceDeidException(FaceDeidError.InvalidOption, $"'{output}' is a folder. Name the file of the result.");
        if (string.Equals(Target(input), Target(output), StringComparison.Ordinal))
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption, "The result would replace the recording. Give it another name.");
        }

        try
        {
            var part = output + Part;
            using var file = new FileStream(part, FileMode.Create, FileAccess.Write);
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.InvalidOption,
                $"'{output}' cannot be written ({e.Message}) Choose a folder that is there and may be written to.", e);
        }
    }

    private static string Target(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);

    private static bool IsSource(string name) => string.Equals(name, VideoObjects.Source, StringComparison.Ordinal);

    private static bool IsResult(string name) => string.Equals(name, VideoObjects.Result, StringComparison.Ordinal);

    /// <summary>A file that takes its place when it is complete.</summary>
    private sealed class FileWriter(string path) : SealedWriter
    {
        private readonly FileStream _file = new(path + Part, FileMode.Create, FileAccess.Write);
        private bool _isComplete;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _file.Length;

        public override long Position { get => _file.Position; set => throw new NotSupportedException(); }

        public override async Task CompleteAsync(CancellationToken cancellationToken)
        {
            await _file.DisposeAsync();
            File.Move(path + Part, path, overwrite: true);
            _isComplete = true;
        }

        public override void Write(byte[] buffer, int offset, int count) => _file.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _file.WriteAsync(buffer, cancellationToken);

        public override void Flush() => _file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _file.Dispose();
                if (!_isComplete)
                    File.Delete(path + Part);
            }

            base.Dispose(disposing);
        }
    }
}
