using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using Xunit;

namespace FaceDeid.Tests.Protection;

public sealed class StrengthsTests
{
    public static TheoryData<DeidentificationMethod> Methods => new(Enum.GetValues<DeidentificationMethod>());

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_default_is_allowed_and_not_weak(DeidentificationMethod method)
    {
        var (standard, floor, range) = (Strengths.Default(method), Strengths.Floor(method), Strengths.Range(method));
        Assert.Equal(standard is null, floor is null);
        Assert.Equal(standard is null, range is null);
        if (standard is not { } strength || floor is not { } least || range is not var (from, to))
            return;
        Assert.True(strength >= least);
        Assert.InRange(strength, from, to);
        Assert.InRange(least, from, to);
        Assert.False(Strengths.IsWeak(new DeidentificationOptions { Method = method }));
        Assert.False(Strengths.IsWeak(new DeidentificationOptions { Method = method, Strength = least }));
        Assert.True(Strengths.IsWeak(new DeidentificationOptions { Method = method, Strength = least - 0.01 }));
        Assert.Equal(strength, Strengths.Effective(new DeidentificationOptions { Method = method }));
        Assert.Equal(0.5, Strengths.Effective(new DeidentificationOptions { Method = method, Strength = 0.5 }));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Eyebar, true)]
    [InlineData(DeidentificationMethod.Threshold, true)]
    [InlineData(DeidentificationMethod.Merge, true)]
    [InlineData(DeidentificationMethod.Mask, false)]
    [InlineData(DeidentificationMethod.Average, false)]
    [InlineData(DeidentificationMethod.Scramble, false)]
    public void Methods_without_a_strength_are_weak_or_they_are_not(DeidentificationMethod method, bool isWeak)
    {
        Assert.Equal(isWeak, Strengths.IsWeak(new DeidentificationOptions { Method = method }));
        Assert.Throws<InvalidOperationException>(() => Strengths.Effective(new DeidentificationOptions { Method = method }));
    }
}
