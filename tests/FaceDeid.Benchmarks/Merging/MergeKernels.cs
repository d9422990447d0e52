using BenchmarkDotNet.Attributes;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Formats;
using FaceDeid.Notebook;
using FaceDeid.TestData;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Merging;

/// <summary>
/// The merge of two 300 x 300 gray pictures in C#: the notebook's double loop as it stands, and the library's vectors.
/// </summary>
public class MergeKernels : IDisposable
{
    private readonly Mat _first = LoadGray("gray_1.png");
    private readonly Mat _second = LoadGray("gray_2.png");
    private readonly byte[,] _a;
    private readonly byte[,] _b;

    public MergeKernels()
    {
        _a = Matrix(_first);
        _b = Matrix(_second);
    }

    /// <summary>The two pictures' gray values, row after row.</summary>
    public (byte[] First, byte[] Second) Inputs() => (Bytes(_first), Bytes(_second));

    /// <summary>The library's result, row after row.</summary>
    public byte[] Expected()
    {
        using var merged = PairwiseMerge.Pixels(_first, _second, MergeNormalization.Half);
        return Bytes(merged);
    }

    [Benchmark]
    public void Library() => PairwiseMerge.Pixels(_first, _second, MergeNormalization.Half).Dispose();

    [Benchmark(Baseline = true)]
    public byte[,] NotebookLoop()
    {
        var merged = new byte[_a.GetLength(0), _a.GetLength(1)];
        for (var row = 0; row < merged.GetLength(0); row++)
        {
            for (var column = 0; column < merged.GetLength(1); column++)
                merged[row, column] = (byte)(Math.Sqrt(Math.Pow(_a[row, column], 2) + Math.Pow(_b[row, column], 2)) / 2);
        }

        return merged;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>BenchmarkDotNet derives from this class, so it cannot be sealed.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _first.Dispose();
        _second.Dispose();
    }

    private static Mat LoadGray(string reference)
    {
        var decoder = new ImageDecoder(new ImageLimits(MaxMegapixels: 1, MaxSide: 1000), new InputFormats(new CagedDecoder()));
        using var picture = decoder.Decode(File.ReadAllBytes(TestFiles.Reference(reference)));
        return picture.Bgr.ToGray();
    }

    private static byte[] Bytes(Mat gray)
    {
        gray.GetArray(out byte[] bytes);
        return bytes;
    }

    private static byte[,] Matrix(Mat gray)
    {
        gray.GetRectangularArray(out byte[,] matrix);
        return matrix;
    }
}
