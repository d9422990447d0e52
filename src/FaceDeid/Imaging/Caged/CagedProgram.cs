using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace FaceDeid.Imaging.Caged;

/// <summary>
/// A program in its cage, from start to end. It is ended when it takes too long or nobody waits for it any more.
/// </summary>
internal sealed class CagedProgram : IDisposable
{
    private const int MostComplaint = 1000;

    private readonly Process _process;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenRegistration _kill;
    private readonly Task<string> _complaint;

    /// <summary>Starts it.</summary>
    /// <param name="folder">As <see cref="Cage.Lock"/>.</param>
    /// <param name="command">As <see cref="Cage.Lock"/>.</param>
    /// <param name="limits">As <see cref="Cage.Lock"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public CagedProgram(string folder, IReadOnlyList<string> command, CageLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _process = Process.Start(Cage.Lock(folder, command, limits))!;
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _kill = _deadline.Token.Register(Kill);
        _deadline.CancelAfter(limits.Time);
        _complaint = DrainAsync(_process.StandardError.BaseStream);
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Whether it was ended from outside.</summary>
    public bool WasEnded => _deadline.IsCancellationRequested;

    /// <summary>Waits until it is gone. Whether it ended by itself and says that all went well.</summary>
    public bool EndedWell()
    {
        _process.WaitForExit();
        return _process.ExitCode == 0;
    }

    /// <summary>
    /// The beginning of what it wrote to standard error. Only what it says of files of our own is fit for a log.
    /// </summary>
    public string Complaint()
    {
        _process.WaitForExit();
        return _complaint.GetAwaiter().GetResult();
    }

    /// <summary>Ends it, if it has not ended, and everything that it started.</summary>
    public void Dispose()
    {
        _kill.Dispose();
        _deadline.Dispose();
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Kill()
    {
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
    private static async Task<string> DrainAsync(Stream error)
    {
        var first = new byte[MostComplaint];
        try
        {
            var length = await error.ReadAtLeastAsync(first, MostComplaint, throwOnEndOfStream: false);
            await error.CopyToAsync(Stream.Null);
            return string.Concat(Encoding.ASCII.GetString(first, 0, length).Where(letter => letter is >= ' ' and <= '~'));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return "";
        }
    }
}
