using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>
/// Makes a smooth picture of blocks of one colour: one sample per block, interpolated, and corrected until the blocks of the
/// result have the means that were measured (iterative back-projection: Irani and Peleg 1991). What is finer than a block stays
/// lost.
/// </summary>
internal sealed class BlockUpsampling : IInversion
{
    private const int Steps = 12;
    private const double MostWithin = 0.1; // of the variance may lie within the blocks: what a JPEG file adds
    private const double MostMeanDifference = 0.2; // of the blocks' contrast: their means are the original's
    private const double LeastContrast = 1; // squared gray levels

    public Inversion Kind => Inversion.Upsampling;

    public Mat? Invert(Mat original, Mat deidentified)
    {
        using var mask = TreatedArea.Find(original, deidentified);
        if (mask is null || BlockGrid.Find(deidentified, mask) is not { } grid)
            return null;
        var blocks = new Blocks(grid, mask);
        if (!ArePixelated(blocks, original, deidentified))
            return null;
        var channels = new Mat[3];
        try
        {
            for (var channel = 0; channel < channels.Length; channel++)
                channels[channel] = Smooth(blocks, Blocks.Channel(deidentified, channel), deidentified.Size());
            using var smooth = new Mat();
            Cv2.Merge(channels, smooth);
            var result = new Mat();
            smooth.ConvertTo(result, MatType.CV_8UC3);
            return result;
        }
        finally
        {
            foreach (var channel in channels)
                channel?.Dispose();
        }
    }

    // Blocks of one colour each, with the means of the original's: not a puzzle, nor another face.
    private static bool ArePixelated(Blocks blocks, Mat original, Mat deidentified)
    {
        var (seen, truth) = (Blocks.Channel(deidentified, 1), Blocks.Channel(original, 1));
        var (means, trueMeans) = (blocks.Means(seen), blocks.Means(truth));
        var (within, between) = blocks.Variances(seen, means);
        var (lost, _) = blocks.Variances(truth, trueMeans);
        return between > LeastContrast && within < MostWithin * (within + between) && within < lost / 2
            && blocks.MeanSquare([.. means.Zip(trueMeans, (a, b) => a - b)]) < MostMeanDifference * between;
    }

    private static Mat Smooth(Blocks blocks, float[] pixels, Size size)
    {
        var measured = blocks.Means(pixels);
        blocks.Add(pixels, measured, replace: true);
        for (var step = 0; step < Steps; step++)
        {
            WorkerGate.Checkpoint();
            var means = blocks.Means(pixels);
            blocks.Add(pixels, [.. measured.Zip(means, (wanted, reached) => wanted - reached)], replace: false);
        }

        return pixels.ToMat(size.Height, size.Width, MatType.CV_32FC1);
    }
}
