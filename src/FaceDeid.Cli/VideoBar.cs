using FaceDeid.Video.Wishes;
using Spectre.Console;

namespace FaceDeid.Cli;

/// <summary>
/// How far a recording is, on standard error: a bar with phase, frames, faces and time left, or a line for each phase where
/// nobody watches.
/// </summary>
internal sealed class VideoBar : IProgress<VideoProgress>
{
    private static readonly IAnsiConsole Terminal =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private readonly Dictionary<VideoPhase, ProgressTask> _tasks = [];
    private readonly Lock _lock = new();
    private ProgressContext? _context;

    /// <summary>Does the work under the bar.</summary>
    public static Task<T> WatchAsync<T>(Func<IProgress<VideoProgress>, Task<T>> work)
    {
        var bar = new VideoBar();
        return Terminal.Progress()
            .AutoRefresh(enabled: true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                bar._context = context;
                return work(bar);
            });
    }

    public void Report(VideoProgress value)
    {
        lock (_lock)
        {
            if (!_tasks.TryGetValue(value.Phase, out var task))
            {
                foreach (var before in _tasks.Values)
                    before.Value = before.MaxValue;
                _tasks.Add(value.Phase, task = _context!.AddTask($"{value.Phase}"));
            }

            task.IsIndeterminate = value.Total is null;
            task.MaxValue = Math.Max(1, Math.Max(value.Total ?? 0, value.Frames));
            task.Value = value.Frames;
            task.Description = $"{value.Phase}: {value.Frames} frames, {value.Faces} faces";
        }
    }
}
