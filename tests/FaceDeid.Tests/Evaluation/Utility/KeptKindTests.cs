using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces.Recognition;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class KeptKindTests
{
    [Theory]
    [InlineData(30, 0.9, 0.6, true)]
    [InlineData(30, 0.9, 0.4, false)]
    [InlineData(30, 0.1, 0.49, true)]
    [InlineData(30, 0.1, 0.51, false)]
    [InlineData(30, 0.69, 0.1, null)] // nobody is sure of it
    [InlineData(30, 0.31, 0.9, null)]
    [InlineData(30, 0.71, 0.1, false)]
    [InlineData(12.9, 0.9, 0.1, null)] // a child
    [InlineData(13, 0.9, 0.1, false)]
    public void Sex_is_kept_where_it_is_known(double age, double before, double after, bool? expected) =>
        Assert.Equal(expected, KeptKind.Compare(new AgeAndSex(age, before), new AgeAndSex(40, after)).Sex);

    [Theory]
    [InlineData(4, 2, true)]
    [InlineData(4, 17.9, true)] // within five years of the border
    [InlineData(4, 18, false)]
    [InlineData(30, 8, true)]
    [InlineData(30, 7.9, false)]
    [InlineData(30, 64.9, true)]
    [InlineData(30, 65, false)]
    [InlineData(60, 55, true)]
    [InlineData(60, 54.9, false)]
    [InlineData(60, 110, true)]
    public void Age_is_kept_by_class(double before, double after, bool expected) =>
        Assert.Equal(expected, KeptKind.Compare(new AgeAndSex(before, 0.5), new AgeAndSex(after, 0.5)).AgeClass);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void A_face_that_is_none_any_more_keeps_nothing(double male) =>
        Assert.Equal(new KeptKind(false, false), KeptKind.Compare(new AgeAndSex(30, male), after: null));
}
