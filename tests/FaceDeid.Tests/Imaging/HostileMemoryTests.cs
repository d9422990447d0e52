using System.Globalization;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Alone in the process, because the memory it measures is the process's.</summary>
[CollectionDefinition(nameof(HostileMemoryTests), DisableParallelization = true)]
[Collection(nameof(HostileMemoryTests))]
public sealed class HostileMemoryTests
{
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData("IDAT")]
    [InlineData("PLTE")]
    [InlineData("iCCP")]
    [InlineData("eXIf")]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("faCe")]
    public void A_72_byte_PNG_that_claims_a_4_GiB_chunk_costs_neither_memory_nor_time(string type)
    {
        var file = PngChunks.LyingChunk(type);
        Assert.Equal(72, file.Length);

        var (peak, time) = Cost(() => Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(file).Dispose()));

        Assert.InRange(peak, 0, 64 * Megabyte);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_real_bomb_of_900_megapixels_is_refused_without_being_decoded()
    {
        var file = PngChunks.OneBit(30_000, 30_000, withRows: true);

        var (peak, time) = Cost(() => Refusal.Of(FaceDeidError.TooManyPixels, () => Engine.Decoder.Decode(file).Dispose()));

        Assert.InRange(peak, 0, 64 * Megabyte);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Decoding_many_pictures_leaves_memory_flat()
    {
        var file = File.ReadAllBytes(TestFiles.Example("faces/2009_004587.jpg"));
        Decode(200);

        var (peak, _) = Cost(() => Decode(1000)); // 600 KB each

        Assert.InRange(peak, 0, 100 * Megabyte);

        void Decode(int times)
        {
            for (var i = 0; i < times; i++)
                Engine.Decoder.Decode(file).Dispose();
        }
    }

    [Fact]
    public void The_measurement_sees_memory_that_is_used()
    {
        var (peak, _) = Cost(() =>
        {
            using var large = new Mat(10_000, 10_000, MatType.CV_8UC1, Scalar.White);
        });

        Assert.InRange(peak, 90 * Megabyte, 200 * Megabyte);
    }

    /// <summary>How far resident memory rose at its highest, and the time on processors.</summary>
    private static (long Peak, TimeSpan Time) Cost(Action action)
    {
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // sets the high-water mark to what is used now
        var before = HighWaterMark();
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Math.Max(0, HighWaterMark() - before), Environment.CpuUsage.TotalTime - start);
    }

    private static long HighWaterMark()
    {
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
