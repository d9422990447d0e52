using System.Numerics;
using FaceDeid.Video.Rendering;
using Xunit;

namespace FaceDeid.Tests.Video.Rendering;

public sealed class LandmarkRunTests
{
    [Fact]
    public void Points_that_tremble_are_steadied_and_a_face_that_moves_is_not_left_behind()
    {
        var run = new LandmarkRun(around: 3, shortest: 5);
        for (var frame = 0; frame < 300; frame++)
        {
            run.Add(frame, [new Complex((10 * frame) + (frame % 2), 5)]);
            if (frame == 4)
                Assert.Equal(0, run.At(0)![0].Real);
            else if (frame >= 7)
                Assert.Equal((10 * (frame - 4)) + 0.5, run.At(frame - 4)![0].Real, tolerance: 0.08);
        }
    }

    [Fact]
    public void Points_of_a_moment_do_not_count()
    {
        var run = new LandmarkRun(around: 3, shortest: 5);
        for (var frame = 0; frame < 20; frame++)
            run.Add(frame, frame is >= 4 and < 8 or >= 10 and < 15 ? [new Complex(frame, 0)] : null);

        Assert.All(Enumerable.Range(0, 10), frame => Assert.Null(run.At(frame)));
        Assert.All(Enumerable.Range(10, 5), frame => Assert.NotNull(run.At(frame)));
        Assert.Null(run.At(15));
    }
}
