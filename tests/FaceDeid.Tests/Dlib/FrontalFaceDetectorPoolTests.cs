using System.Diagnostics.CodeAnalysis;
using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

public sealed class FrontalFaceDetectorPoolTests
{
    [Fact]
    public void Eight_threads_get_the_answers_of_one()
    {
        using var pool = new FrontalFaceDetectorPool(capacity: 3);
        var pictures = Enumerable.Range(1, 7).Select(DlibReference.Picture).ToArray();
        var expected = pictures.Select(picture => pool.Detect(picture.Pixels)).ToArray();
        var answers = new IReadOnlyList<FaceDetection>[8, pictures.Length];

        var threads = Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (var step = 0; step < pictures.Length; step++)
            {
                var number = (thread + step) % pictures.Length;
                answers[thread, number] = pool.Detect(pictures[number].Pixels);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.All(expected, Assert.NotEmpty);
        for (var thread = 0; thread < threads.Count; thread++)
        {
            for (var number = 0; number < pictures.Length; number++)
                Assert.Equal(expected[number], answers[thread, number]);
        }
    }

    [Fact]
    public void A_call_that_throws_does_not_spoil_the_next()
    {
        using var pool = new FrontalFaceDetectorPool(capacity: 1);
        var picture = DlibReference.Picture(1);
        var expected = pool.Detect(picture.Pixels);

        Assert.Throws<DlibException>(() => pool.Detect(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Detect(DlibReference.Picture(1).Pixels, upsample: 9));
        Assert.Equal(expected, pool.Detect(picture.Pixels));
    }

    [Fact]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP016", Justification = "The test is about it.")]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP017", Justification = "The test is about it.")]
    public void A_disposed_pool_says_so()
    {
        using var pool = new FrontalFaceDetectorPool(capacity: 1);
        pool.Detect(DlibReference.Picture(1).Pixels, upsample: 0);
        pool.Dispose();
        pool.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pool.Detect(DlibReference.Picture(1).Pixels));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void It_keeps_at_least_one(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrontalFaceDetectorPool(capacity).Dispose());
}
