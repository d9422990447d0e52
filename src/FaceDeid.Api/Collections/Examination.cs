using System.Threading.Channels;
using FaceDeid.Collections;

namespace FaceDeid.Api.Collections;

/// <summary>
/// Hands pictures to a collection in their order, as many at once as there are workers, while further ones are read. So many wait
/// at most that memory is bounded and a caller who sends fast does not wait for each.
/// </summary>
internal sealed class Examination : IAsyncDisposable
{
    private const string Stage = "examine";
    private const int MaxWaiting = 64;

    private readonly CollectionRun _run;
    private readonly int _workers;
    private readonly Channel<Picture> _waiting = Channel.CreateBounded<Picture>(MaxWaiting);
    private readonly CancellationTokenSource _stop;
    private readonly Task _work;
    private int _done;
    private volatile Watcher? _watcher;

    public Examination(CollectionRun run, int workers, CancellationToken cancellationToken)
    {
        (_run, _workers) = (run, workers);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _work = Task.Run(WorkAsync, CancellationToken.None);
    }

    /// <summary>Takes the next picture, as soon as it may wait.</summary>
    /// <exception cref="FaceDeidException">
    /// There are too many pictures; perhaps an earlier one was the first of those.
    /// </exception>
    public async Task AddAsync(byte[] file, PictureUse use)
    {
        try
        {
            await _waiting.Writer.WriteAsync(new Picture(file, use), _stop.Token);
        }
        catch (ChannelClosedException)
        {
            await _work;
            throw;
        }
    }

    /// <summary>From now on says how far it is.</summary>
    public void Watch(IProgress<StageProgress> progress, int total)
    {
        _watcher = new Watcher(progress, total);
        progress.Report(new StageProgress(Stage, Volatile.Read(ref _done), total));
    }

    /// <summary>No more pictures come; returns when all are examined.</summary>
    public Task EndAsync()
    {
        _waiting.Writer.TryComplete();
        return _work;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _waiting.Writer.TryComplete();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var running = new List<Task>();
        try
        {
            await foreach (var picture in _waiting.Reader.ReadAllAsync(_stop.Token))
            {
                if (running.Count == _workers)
                {
                    var ended = await Task.WhenAny(running);
                    running.Remove(ended);
                    await ended;
                }

                running.Add(ExamineAsync(picture)); // the picture's number is given here
            }

            await Task.WhenAll(running);
        }
        finally
        {
            _waiting.Writer.TryComplete();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ExamineAsync(Picture picture)
    {
        await _run.AddAsync(picture.File, picture.Use, _stop.Token);
        var done = Interlocked.Increment(ref _done);
        if (_watcher is { } watcher)
            watcher.Progress.Report(new StageProgress(Stage, done, watcher.Total));
    }

    private readonly record struct Picture(byte[] File, PictureUse Use);

    private sealed record Watcher(IProgress<StageProgress> Progress, int Total);
}
