using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FaceDeid.Dlib;
using FaceDeid.Tests.Imaging;
using Xunit;

namespace FaceDeid.Tests.Core;

/// <summary>Alone in the process, because the memory it measures is the process's.</summary>
[Collection(nameof(HostileMemoryTests))]
public sealed class SpareMemoryTests
{
    private const long Megabyte = 1 << 20;

    private readonly SpareMemory _nothingKept = new([]);

    [Fact]
    public void What_the_collector_holds_for_later_goes_back()
    {
        var before = Resident();
        Fill();

        _nothingKept.GiveBack();

        Assert.InRange(Resident() - before, long.MinValue, 40 * Megabyte);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Fill()
        {
            var arrays = Enumerable.Range(0, 200).Select(_ => new byte[Megabyte]).ToList();
            arrays.ForEach(array => Array.Fill(array, (byte)1));
        }
    }

    [Fact]
    public unsafe void What_lies_between_small_blocks_that_stay_goes_back()
    {
        _nothingKept.GiveBack();
        var before = Resident();
        var blocks = new nint[4000];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(50_000);
            NativeMemory.Fill((void*)blocks[i], 50_000, 1);
        }

        for (var i = 0; i < blocks.Length; i++)
        {
            if (i % 40 != 0)
                NativeMemory.Free((void*)blocks[i]);
        }

        _nothingKept.GiveBack();
        var stays = Resident() - before;
        for (var i = 0; i < blocks.Length; i += 40)
            NativeMemory.Free((void*)blocks[i]);

        Assert.InRange(stays, long.MinValue, 40 * Megabyte); // of 200
    }

    [Fact]
    public void What_the_detector_keeps_for_the_next_picture_goes_back()
    {
        var pixels = new byte[1600 * 1600];
        using var detector = FrontalFaceDetector.Create();
        var returned = 0.0;
        for (var attempt = 0; attempt < 5 && returned < 0.5; attempt++) // what earlier tests left may come and go meanwhile
        {
            _nothingKept.GiveBack();
            var before = Resident();
            for (var i = 0; i < 2; i++)
                detector.Detect(new GrayPixels(pixels, 1600, 1600), upsample: 1);
            var kept = Resident() - before;
            detector.GiveBack();
            _nothingKept.GiveBack();
            returned = kept < 8 * Megabyte ? 0 : (before + kept - Resident()) / (double)kept;
        }

        Assert.InRange(returned, 0.5, double.MaxValue);
    }

    private static long Resident()
    {
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
