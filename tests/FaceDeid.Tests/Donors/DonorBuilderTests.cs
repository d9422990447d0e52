using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorBuilderTests
{
    [Fact]
    public void Many_pictures_of_five_people_are_too_few_people()
    {
        // Nobody is counted twice, however many pictures there are: 55 here.
        var johns = Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns");

        var message = Refusal.Of(ErrorCode.ModelUnavailable, () => Engine.DonorBuilder.Build(johns).Dispose());

        Assert.Contains("usable people, at least 8 are needed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_pictures_are_too_few_people()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("a.jpg"));
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("b.jpg"));

        Refusal.Of(ErrorCode.ModelUnavailable, "show 1 usable people", () => Engine.DonorBuilder.Build(folder.Path).Dispose());
    }

    [Fact]
    public void An_empty_and_a_missing_folder_are_refused()
    {
        using var folder = new TemporaryFolder();

        Refusal.Of(ErrorCode.ModelUnavailable, "show 0 usable people", () => Engine.DonorBuilder.Build(folder.Path).Dispose());
        Refusal.Of(ErrorCode.ModelUnavailable, "is missing", () => Engine.DonorBuilder.Build(folder.File("nowhere")).Dispose());
    }
}
