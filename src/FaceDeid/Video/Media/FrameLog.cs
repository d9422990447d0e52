using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace FaceDeid.Video.Media;

/// <summary>
/// Reads of ffmpeg's standard error what it says of each frame: its time, and whether its decoder complained. One writer and one
/// reader.
/// </summary>
internal sealed partial class FrameLog(long frameBytes, bool coversDamage)
{
    /// <summary>After a complaint, frames may still come that were decoded before; H.264 reorders 16 at most.</summary>
    private const int MostReordered = 17;

    private const int MostUnread = 64;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private readonly Channel<FrameLine> _lines =
        Channel.CreateBounded<FrameLine>(new BoundedChannelOptions(MostUnread) { SingleReader = true, SingleWriter = true });

    private readonly Queue<bool> _damaged = new();
    private bool _isSuspect;
    private int _sinceComplaint;

    /// <summary>The tick of all times; known with the first frame.</summary>
    public TimeBase TimeBase { get; private set; }

    /// <summary>Whether what it reads from went away: what is decoded then seems to be at its end.</summary>
    public bool LostInput { get; private set; }

    /// <summary>What is said of the next frame; null: no more is said.</summary>
    public async ValueTask<FrameLine?> NextAsync(CancellationToken cancellationToken) =>
        await _lines.Reader.WaitToReadAsync(cancellationToken) && _lines.Reader.TryRead(out var line) ? line : null;

    /// <summary>Takes a line as it comes; null: all was said.</summary>
    public void Hear(string? line)
    {
        if (line is null)
            _lines.Writer.TryComplete();
        else if (FrameLinePattern().Match(line) is { Success: true } frame)
            Add(frame);
        else if (coversDamage && FrameTypePattern().Match(line) is { Success: true } type)
            Judge(isIntra: type.Groups["type"].ValueSpan is "I");
        else if (TimeBasePattern().Match(line) is { Success: true } tick)
            TimeBase = new TimeBase(Number<int>(tick, "numerator"), Number<int>(tick, "denominator"));
        else if (MediaProcess.LostInput().IsMatch(line))
            LostInput |= !line.Contains("[info]", StringComparison.Ordinal); // a title may say so, too
        else if (coversDamage && IsComplaint(line))
            (_isSuspect, _sinceComplaint) = (true, 0);
    }

    private void Add(Match frame)
    {
        // A program that says more than frames are taken of it has lost its way; the frames will tell.
        if (Number<long>(frame, "bytes") == frameBytes && TimeBase.Denominator > 0)
        {
            var isDamaged = _damaged.TryDequeue(out var mark) && mark;
            _lines.Writer.TryWrite(new FrameLine(Number<long>(frame, "time"), Number<long>(frame, "duration"), isDamaged));
        }
    }

    /// <summary>
    /// What was decoded from a damaged frame is damaged too: until a frame comes that depends on none before, and that cannot be
    /// the damaged one itself.
    /// </summary>
    private void Judge(bool isIntra)
    {
        if (isIntra && _sinceComplaint >= MostReordered)
            _isSuspect = false;
        _sinceComplaint++;
        _damaged.Enqueue(_isSuspect);
    }

    private static bool IsComplaint(string line) =>
        line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[fatal]", StringComparison.Ordinal)
            || line.Contains("corrupt", StringComparison.Ordinal) || line.Contains("conceal", StringComparison.Ordinal)
            || line.Contains("missing", StringComparison.OrdinalIgnoreCase);

    private static T Number<T>(Match match, string group)
        where T : INumberBase<T> =>
        T.TryParse(match.Groups[group].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : T.Zero;

    // Of framecrc: stream, decoding time, time, duration, bytes, checksum. The log's own words may stand before it.
    [GeneratedRegex(@"0, +-?[0-9]+, +(?<time>-?[0-9]+), +(?<duration>[0-9]+), +(?<bytes>[0-9]+), 0x[0-9a-f]{8}$", Options, 1000)]
    private static partial Regex FrameLinePattern();

    [GeneratedRegex("#tb 0: (?<numerator>[0-9]+)/(?<denominator>[0-9]+)$", Options, 1000)]
    private static partial Regex TimeBasePattern();

    // Of the filter showinfo.
    [GeneratedRegex("^\\[Parsed_showinfo.* n: *[0-9]+ pts:.* type:(?<type>.)", Options, 1000)]
    private static partial Regex FrameTypePattern();
}

/// <summary>What ffmpeg says of a frame.</summary>
/// <param name="Time">In ticks.</param>
/// <param name="Duration">In ticks; 0: not known.</param>
/// <param name="IsDamaged">Whether its decoder complained of it, or of one that it depends on.</param>
internal readonly record struct FrameLine(long Time, long Duration, bool IsDamaged);
