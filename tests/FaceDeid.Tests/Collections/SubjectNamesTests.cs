using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>One person under two spellings would be two people, and share a face with fewer than k others.</summary>
public sealed class SubjectNamesTests
{
    [Theory]
    [InlineData("José", "Jose\u0301")] // decomposed
    [InlineData("Anna", "ANNA")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Anna", "\uFF21nna")] // full width
    [InlineData("Anna", "An\u200Bna")] // zero-width space
    [InlineData("Anna", "An\u200Dna")]
    [InlineData("Anna", "\uFEFFAnna")]
    [InlineData("Anna", "An\u00ADna")] // soft hyphen
    [InlineData("Anna", "Anna\uFE0F")]
    [InlineData("Anna", "An\u034Fna")]
    [InlineData("Anna", "An\u0007na")]
    [InlineData("Anna B", "Anna\u00A0\u2003B")]
    [InlineData("file", "\uFB01le")]
    public void What_looks_the_same_is_one_name(string name, string other)
    {
        Assert.Equal(SubjectNames.Key(name), SubjectNames.Key(other));
        Assert.Equal((1, 2), SubjectNames.FindAlike([null, name, other, name]));
    }

    [Theory]
    [InlineData("Anna", "Hanna")]
    [InlineData("José", "Jose")]
    [InlineData("a1", "a2")]
    public void What_looks_different_is_two_names(string name, string other) =>
        Assert.Null(SubjectNames.FindAlike([name, other, null, name]));

    [Theory]
    [InlineData("\u200B\u2060 \uFEFF")]
    [InlineData("\u3164")]
    public void A_name_that_nobody_sees_is_none(string name) => Assert.Equal(string.Empty, SubjectNames.Key(name));

    [Theory]
    [InlineData("\u0410nna", true)] // a Cyrillic letter
    [InlineData("Ann\u03B1", true)] // a Greek one
    [InlineData("\u0410\u043D\u043D\u0430", false)]
    [InlineData("Anna-2", false)]
    [InlineData("\u5C71\u7530 Taro", false)]
    public void Scripts_that_look_alike_are_told_apart(string name, bool isMixed) =>
        Assert.Equal(isMixed, SubjectNames.MixesScripts(name));

    [Fact]
    public async Task A_collection_with_a_name_in_two_spellings_is_refused_and_one_with_mixed_scripts_warns()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => OfAsync("Anna", "ANNA"));
        Assert.Equal(FaceDeidError.InvalidOption, refusal.Code);
        Assert.Contains("alike", Assert.Single(refusal.Options!).Value, StringComparison.Ordinal);

        var warning = Assert.Single(
            (await OfAsync("Ann", "\u0410nn")).Certificate.Warnings, warning => warning.Code is "mixed_scripts");
        Assert.Equal([1], warning.Indexes);

        static Task<CollectionResult> OfAsync(params string[] names) => Collected.OfAsync(
            Collected.Johns.Take(2).Select(john => john.File), new CollectionOptions { K = 2 },
            [.. names.Select(name => new PictureSubject(name))]);
    }
}
