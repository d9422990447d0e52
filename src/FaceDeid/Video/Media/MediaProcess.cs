using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using FaceDeid.Imaging.Caged;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>
/// ffmpeg or ffprobe in a <see cref="Cage"/>, from start to end. What they may read comes through a <see cref="MediaDoor"/> or
/// their standard input, what they write through their standard outputs. They are ended when nothing moves any more, when nobody
/// waits for them, and with us.
/// </summary>
internal sealed partial class MediaProcess : IAsyncDisposable
{
    public const string Ffmpeg = "/usr/bin/ffmpeg";
    public const string Ffprobe = "/usr/bin/ffprobe";

    /// <summary>After this time without a byte the program is ended.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int RelayIsDown = 111;
    private const int Killed = 128 + 9; // by SIGKILL
    private const string Socat = "/usr/bin/socat";
    private const string Authority = "http://127.0.0.1:8000";
    private const long Memory = 3L << 30; // of decoded frames of 4096x2304 an encoder or a tone mapping keeps dozens
    private const int MostComplaint = 64 << 10;
    private const int MostLine = 4096;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The relay from the cage's own loopback to the door's socket. It is up before the program starts, and ends with it: not
    /// only because the cage does, which waits for all that is in it where who started it was killed.
    /// </summary>
    internal static readonly string Relay =
        "/usr/bin/setpriv --pdeathsig KILL /usr/bin/socat -b131072 TCP-LISTEN:8000,bind=127.0.0.1,fork "
        + "UNIX-CONNECT:" + Cage.Folder + "/" + MediaDoor.Socket + " </dev/null >/dev/null 2>&1 & tries=0; "
        + "until /usr/bin/socat -u OPEN:/dev/null TCP:127.0.0.1:8000 >/dev/null 2>&1; do "
        + $"tries=$((tries+1)); [ $tries -lt 500 ] || exit {RelayIsDown}; /usr/bin/sleep 0.01; done; exec \"$@\"";

    /// <summary>What the programs' libraries are found by, and what a shell gives to a program in the background.</summary>
    private static readonly string[] System =
        [.. new[] { "/etc/alternatives", "/etc/ld.so.cache", "/dev/null" }.Where(Path.Exists)];

    private readonly TaskCompletionSource<Process> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _cancellation;
    private readonly TimeSpan _patience;
    private readonly Timer _watchdog;
    private readonly Process _process;
    private readonly Task _listening;
    private readonly StringBuilder _complaint = new();
    private volatile bool _isWatched;
    private int _kills;

    private MediaProcess(
        string program, IReadOnlyList<string> arguments, MediaDoor? door, Action<string?>? heard, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        _patience = patience;
        cancellationToken.ThrowIfCancellationRequested();
        string[] command = door is null
            ? [program, .. arguments]
            : ["/usr/bin/sh", "-c", Relay, "sh", program, .. arguments];
        var start = Cage.Lock(door?.Folder, command, new CageLimits(Memory, TimeSpan.FromHours(24)), System);
        // A thread of its own: the kernel ends what is in the cage with the thread that started it.
        new Thread(() => Run(start)) { IsBackground = true, Name = "media" }.Start();
        try
        {
            _process = _started.Task.GetAwaiter().GetResult();
        }
        catch (Win32Exception e)
        {
            throw MediaRefusals.Unavailable(e);
        }

        Input = _process.StandardInput.BaseStream;
        Output = _process.StandardOutput.BaseStream;
        _listening = ListenAsync(_process.StandardError.BaseStream, heard);
        _watchdog = new Timer(_ => Kill());
        _cancellation = cancellationToken.Register(Kill);
    }

    public Stream Input { get; }

    public Stream Output { get; }

    /// <summary>Whether it was ended from outside: too slow, or nobody waits for it.</summary>
    public bool WasEnded => Volatile.Read(ref _kills) > 0;

    /// <summary>Starts a program.</summary>
    /// <param name="program"><see cref="Ffmpeg"/> or <see cref="Ffprobe"/>.</param>
    /// <param name="arguments">Made by us alone: nothing that came with a recording.</param>
    /// <param name="door">What it may read; null: its standard input alone.</param>
    /// <param name="heard">
    /// Is given each line of its standard error as it comes, and null after the last; null: the first of them are kept.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="patience">Another time than <see cref="Patience"/>.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.MediaUnavailable"/>.</exception>
    public static MediaProcess Start(
        string program, IReadOnlyList<string> arguments, MediaDoor? door, Action<string?>? heard,
        CancellationToken cancellationToken, TimeSpan? patience = null) =>
        new(program, arguments, door, heard, patience ?? Patience, cancellationToken);

    /// <summary>The address of a name behind a door, as the program in the cage reaches it.</summary>
    public static string Url(MediaDoor door, string name) => Authority + door.PathOf(name);

    /// <summary>What is missing and what to do about it, for the operator; null: it works.</summary>
    public static async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        var missing = Cage.MissingPackage
            ?? (!File.Exists(Ffmpeg) || !File.Exists(Ffprobe) ? "ffmpeg" : !File.Exists(Socat) ? "socat" : null);
        if (missing is not null)
            return $"Debian's package {missing} is not installed. Install it ('make setup')";
        try
        {
            await using var door = new MediaDoor(_ => null);
            await using var program = Start(Ffmpeg, ["-hide_banner", "-version"], door, heard: null, cancellationToken);
            using (program.Watch())
                await program.Output.CopyToAsync(Stream.Null, cancellationToken);
            if (await program.EndAsync() == 0)
                return null;
            return $"ffmpeg does not run in its cage ({program.Complaint().Split('\n')[0]}). "
                + "Allow user namespaces: docs/operations.md, Locked decoder";
        }
        catch (FaceDeidException e)
        {
            return $"ffmpeg cannot be started ({e.InnerException?.Message})";
        }
    }

    /// <summary>While this is not disposed, the program has to move a byte or to end within <see cref="Patience"/>.</summary>
    public Watched Watch()
    {
        _isWatched = true;
        _watchdog.Change(_patience, Timeout.InfiniteTimeSpan);
        return new Watched(this);
    }

    /// <summary>A byte moved elsewhere: a watch begins anew, if there is one.</summary>
    public void Moved()
    {
        try
        {
            if (_isWatched)
                _watchdog.Change(_patience, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The program was given up meanwhile.
        }
    }

    /// <summary>Ends it, and everything that it started.</summary>
    public void End() => Kill();

    /// <summary>Waits until it is gone, and all that it said was heard. Its exit code: 0 where all went well.</summary>
    public async Task<int> EndAsync()
    {
        using var watch = Watch();
        var code = await _ended.Task;
        await _listening;
        return code;
    }

    /// <summary>It takes no more of its input: it has ended, or is about to; else it is ended.</summary>
    public async Task EndSoonAsync()
    {
        try
        {
            await _ended.Task.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            Kill();
        }
    }

    /// <summary>What its exit code says of what is not the recording's fault; null: nothing.</summary>
    public FaceDeidException? Fault(int code) =>
        (code == Killed && !WasEnded) || (code != 0 && LostInput().IsMatch(Complaint())) ? MediaRefusals.Lost()
        : code == RelayIsDown || (code != 0 && Complaint().StartsWith("bwrap: ", StringComparison.Ordinal))
            ? MediaRefusals.Unavailable()
            : null;

    /// <summary>What a program says when its door, or what connects it with it, went away.</summary>
    [GeneratedRegex("Stream ends prematurely|Connection (reset|refused)", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex LostInput();

    /// <summary>The beginning of what it said. May speak of the recording: not for a log of recordings.</summary>
    public string Complaint()
    {
        lock (_complaint)
            return _complaint.ToString();
    }

    /// <summary>Ends it, if it has not ended, and everything that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync();
        await _watchdog.DisposeAsync();
        if (!_ended.Task.IsCompleted)
            Kill();
        await _ended.Task;
        await _listening;
        _process.Dispose();
    }

    private void Run(ProcessStartInfo start)
    {
        try
        {
#pragma warning disable IDISP001 // the other thread's, which gets it
            var process = Process.Start(start)!;
#pragma warning restore IDISP001
            VideoDiagnostics.CountChildren(1);
            _started.SetResult(process);
            process.WaitForExit();
            VideoDiagnostics.CountChildren(-1);
            _ended.SetResult(process.ExitCode);
        }
        catch (Win32Exception e)
        {
            _started.SetException(e);
        }
    }

    private void Kill()
    {
        Interlocked.Increment(ref _kills);
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It ended meanwhile, or some of it did.
        }
    }

    // Read to its end, so that nobody who writes much to it has to wait.
    private async Task ListenAsync(Stream error, Action<string?>? heard)
    {
        var buffer = new byte[MostLine];
        var line = new StringBuilder();
        try
        {
            for (int read; (read = await error.ReadAsync(buffer)) > 0;)
            {
                foreach (var letter in buffer.AsSpan(0, read))
                {
                    if (letter != '\n' && line.Length < MostLine)
                        line.Append(letter is >= (byte)' ' and <= (byte)'~' ? (char)letter : '?');
                    if (letter != '\n')
                        continue;
                    Hear(line.ToString(), heard);
                    line.Clear();
                }
            }

            Hear(line.ToString(), heard);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is gone.
        }

        heard?.Invoke(null);
    }

    private void Hear(string line, Action<string?>? heard)
    {
        if (heard is not null)
        {
            heard(line);
            return;
        }

        lock (_complaint)
        {
            if (_complaint.Length + line.Length < MostComplaint)
                _complaint.AppendLine(line);
        }
    }

    private void Unwatch()
    {
        _isWatched = false;
        try
        {
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The program was given up meanwhile.
        }
    }

    /// <summary>Ends the watch.</summary>
    public readonly struct Watched(MediaProcess program) : IDisposable
    {
        public void Dispose() => program.Unwatch();
    }
}
