using OpenCvSharp;

namespace FaceDeid.Tests.Video;

/// <summary>A clip of which is known, pixel by pixel, where faces are.</summary>
internal sealed record SyntheticClip
{
    /// <summary>Faces, the nearest to the viewer last; null: it is not there in that frame.</summary>
    public required IReadOnlyList<(FaceSprite Face, Func<int, Pose?> Pose)> Actors { get; init; }

    public int Frames { get; init; } = 45;

    public Size Size { get; init; } = new(480, 270);

    /// <summary>What stands before the faces, in pixels of the frame.</summary>
    public Func<int, Rect?> Pillar { get; init; } = _ => null;

    /// <summary>Which background a frame has: another number is another shot.</summary>
    public Func<int, int> Shot { get; init; } = _ => 0;

    /// <summary>By how many pixels the camera is off.</summary>
    public Func<int, Point> Shake { get; init; } = _ => default;

    /// <summary>How bright the frame is, 0 to 1.</summary>
    public double Light { get; init; } = 1;

    /// <summary>Standard deviation of the noise in levels.</summary>
    public double Noise { get; init; }

    /// <summary>The frame, <c>CV_8UC3</c>, and at half the size which actor's face, counted from 1, is seen where.</summary>
    public (Mat Frame, Mat Labels) Draw(int number)
    {
        var shake = Shake(number);
        var frame = Background(Shot(number), shake);
        var labels = new Mat(Size.Height / 2, Size.Width / 2, MatType.CV_8UC1, Scalar.Black);
        foreach (var (i, (face, pose)) in Actors.Index())
        {
            if (pose(number) is { } at)
                face.Draw(frame, labels, (byte)(i + 1), at with { X = at.X + shake.X, Y = at.Y + shake.Y });
        }

        if (Pillar(number) is { } pillar)
        {
            Stand(frame, pillar);
            Cv2.Rectangle(
                labels, new Rect(pillar.X / 2, pillar.Y / 2, pillar.Width / 2, pillar.Height / 2), Scalar.Black, thickness: -1);
        }

        Cv2.Multiply(frame, Scalar.All(Light), frame);
        if (Noise > 0)
            AddNoise(frame, number);
        return (frame, labels);
    }

    /// <summary>Clouds of three sizes in muted colours.</summary>
    private Mat Background(int shot, Point shake)
    {
        const int Room = 40;
        var random = new RNG((ulong)(1000 + shot));
        var size = new Size(Size.Width + (2 * Room), Size.Height + (2 * Room));
        using var sum = new Mat(size, MatType.CV_8UC3, Scalar.All(90 + (shot % 4 * 25)));
        foreach (var (cells, strength) in new[] { (6, 0.5), (24, 0.25), (96, 0.12) })
        {
            using var coarse = new Mat(cells * 9 / 16, cells, MatType.CV_8UC3);
            random.Fill(coarse, DistributionType.Uniform, 0, 255);
            using var clouds = coarse.Resize(size, 0, 0, InterpolationFlags.Cubic);
            Cv2.AddWeighted(sum, 1, clouds, strength, -128 * strength, sum);
        }

        using var shown = sum.SubMat(new Rect(Room - shake.X, Room - shake.Y, Size.Width, Size.Height));
        return shown.Clone();
    }

    private static void Stand(Mat frame, Rect pillar)
    {
        var inside = pillar.Intersect(new Rect(default, frame.Size()));
        using var part = frame.SubMat(inside);
        using var stone = new Mat(part.Size(), MatType.CV_8UC3);
        new RNG(7).Fill(stone, DistributionType.Uniform, 70, 120);
        using var smooth = stone.GaussianBlur(new Size(0, 0), 2);
        smooth.CopyTo(part);
    }

    private void AddNoise(Mat frame, int number)
    {
        using var noise = new Mat(frame.Size(), MatType.CV_16SC3);
        new RNG((ulong)number + 1).Fill(noise, DistributionType.Normal, 0, Noise);
        using var sum = new Mat();
        frame.ConvertTo(sum, MatType.CV_16SC3);
        Cv2.Add(sum, noise, sum);
        sum.ConvertTo(frame, MatType.CV_8UC3);
    }
}
