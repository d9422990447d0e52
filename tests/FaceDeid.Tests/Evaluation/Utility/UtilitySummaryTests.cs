using FaceDeid.Evaluation.Utility;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class UtilitySummaryTests
{
    [Fact]
    public void Faces_become_figures_of_their_set()
    {
        var utility = UtilitySummary.Compute(
            [
                Row(new KeptKind(true, true), new SkinComparison(0.9, 1, 4), 0, 0.01),
                Row(new KeptKind(null, true), new SkinComparison(null, 2, 5), 3, null),
                Row(new KeptKind(false, false), new SkinComparison(0.5, 9, 6), null, 0.05),
                Row(new KeptKind(true, true), null, 0.3, 0.02),
            ],
            []);

        Assert.Equal((0.6667, 3), (utility.SexKept.Share, utility.SexKept.N));
        Assert.Equal((0.75, 4), (utility.AgeClassKept.Share, utility.AgeClassKept.N));
        Assert.Equal(new SharpnessRatio(0.9, 2), utility.Sharpness);
        Assert.Equal(new SkinDifference(2, 5, 3), utility.SkinDifference);
        Assert.Equal(new RimStepMean(1.1, 3), utility.RimStep);
        Assert.Equal(new GazeShift(0.02, 3), utility.Gaze);
    }

    [Fact]
    public void What_no_face_has_is_left_out()
    {
        var utility = UtilitySummary.Compute([Row(new KeptKind(null, true), null, null, null)], []);

        Assert.Equal((null, 0), (utility.SexKept.Share, utility.SexKept.N));
        Assert.Null(utility.Sharpness);
        Assert.Null(utility.SkinDifference);
        Assert.Null(utility.RimStep);
        Assert.Null(utility.Gaze);
    }

    private static RowUtility Row(KeptKind kind, SkinComparison? skin, double? rimStep, double? gaze) => new(
        new HashSet<DetectorKind>(), new HashSet<DetectorKind>(), null, null, null, null, null, kind, skin, rimStep, gaze);
}
