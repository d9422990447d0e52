using OpenCvSharp;

namespace FaceDeid.Video.Tracking;

/// <summary>
/// The last frames of a shot: their luminance, by which boxes are carried forwards and back, and what was seen in them. The
/// pixels of a recording's past are held here and nowhere else.
/// </summary>
/// <param name="frame">The frames' size.</param>
/// <param name="usesFlow">Whether boxes are carried; tests switch it off.</param>
internal sealed class FrameWindow(ImageSize frame, bool usesFlow = true) : IDisposable
{
    /// <summary>The longest time in frames over which something is known again.</summary>
    public const int LongestGap = 125;

    private const int Length = LongestGap + 5;
    private const int MaxPixels = 1 << 21; // of a frame; larger ones are halved

    private readonly double _scale = (long)frame.Width * frame.Height > MaxPixels ? 0.5 : 1;
    private readonly List<HeldFrame> _frames = [];

    /// <summary>Number of the first frame that is held.</summary>
    public int First { get; private set; }

    /// <summary>Number of the last frame that is held; less than <see cref="First"/>: there is none.</summary>
    public int Last => First + _frames.Count - 1;

    public ImageSize Frame => frame;

    /// <summary>What was seen in a frame that is held, and shows no face that is followed already.</summary>
    public IReadOnlyList<Sighting> Seen(int number) => At(number).Seen;

    /// <summary>Holds the frame that comes next, or first after <see cref="Clear"/>: it must not change any more.</summary>
    public void Add(int number, Mat luma)
    {
        if (_frames.Count == 0)
            First = number;
        var held = _scale == 1
            ? luma.Share()
            : luma.Resize(new Size(luma.Width / 2, luma.Height / 2), 0, 0, InterpolationFlags.Area);
        _frames.Add(new HeldFrame(held));
        if (_frames.Count <= Length)
            return;
        _frames[0].Dispose();
        _frames.RemoveAt(0);
        First++;
    }

    /// <summary>Remembers what was seen in the last frame and shows no face yet.</summary>
    public void Remember(IEnumerable<Sighting> seen) => At(Last).Seen.AddRange(seen);

    /// <summary>A face was followed back to this.</summary>
    public void Forget(int number, Sighting seen) => At(number).Seen.Remove(seen);

    /// <summary>Where a box of one frame is carried in another, which is held, too; null: it is lost.</summary>
    public FlowStep? Follow(int from, int to, FaceBox box)
    {
        if (!usesFlow)
            return null;
        var halvings = Math.Max(0, (int)Math.Log2(box.Width * _scale / FaceFlow.Width));
        var scale = _scale / (1 << halvings);
        return FaceFlow.Follow(At(from).Halved(halvings), At(to).Halved(halvings), box.Scaled(scale)) is { } step
            ? step with { Box = step.Box.Scaled(1 / scale) }
            : null;
    }

    public void Clear()
    {
        Dispose();
        _frames.Clear();
    }

    public void Dispose()
    {
        _frames.ForEach(held => held.Dispose());
    }

    private HeldFrame At(int number) => _frames[number - First];

    /// <summary>A frame's luminance, and its halves where large faces are followed. Thread-safe.</summary>
    private sealed class HeldFrame(Mat luma) : IDisposable
    {
        private readonly List<Mat> _halves = [luma];

        public List<Sighting> Seen { get; } = [];

        public Mat Halved(int times)
        {
            lock (_halves)
            {
                while (_halves.Count <= times)
                {
                    var size = new Size(Math.Max(1, _halves[^1].Width / 2), Math.Max(1, _halves[^1].Height / 2));
                    _halves.Add(_halves[^1].Resize(size, 0, 0, InterpolationFlags.Area));
                }

                return _halves[times];
            }
        }

        public void Dispose() => _halves.ForEach(half => half.Dispose());
    }
}
