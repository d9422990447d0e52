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

        var message = Refusal.Of(FaceDeidError.ModelUnavailable, () => Engine.DonorBuilder.Build(johns).Dispose());

        Assert.Contains("usable people, at least 8 are needed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_pictures_are_too_few_people()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("a.jpg"));
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("b.jpg"));

        Refusal.Of(
            FaceDeidError.ModelUnavailable, "show 1 usable people", () => Engine.DonorBuilder.Build(folder.Path).Dispose());
    }

    [Fact]
    public void Many_people_with_one_picture_each_do_not_say_what_an_expression_is()
    {
        using var folder = new TemporaryFolder();
        var pictures = Path.Combine(TestFiles.Root, "models", "cache", "donor-pictures");
        string[] names = [.. Directory.GetDirectories(Path.Combine(pictures, "johns"))
            .Select(person => Directory.GetFiles(person).Order(StringComparer.Ordinal).First())];
        foreach (var file in names.Concat(["faces/2007_007763.jpg", "faces/2008_002506.jpg", "faces/2008_002470.jpg"]))
            File.Copy(Path.Combine(pictures, file), folder.File(Path.GetFileName(file)));

        Refusal.Of(FaceDeidError.ModelUnavailable, "too seldom", () => Engine.DonorBuilder.Build(folder.Path).Dispose());
    }

    [Fact]
    public void What_is_no_picture_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("notes.txt"), "no picture");

        Refusal.Of(FaceDeidError.ModelUnavailable, "notes.txt cannot be read. Put pictures only", () =>
            Engine.DonorBuilder.Build(folder.Path).Dispose());
    }

    [Fact]
    public void An_empty_and_a_missing_folder_are_refused()
    {
        using var folder = new TemporaryFolder();

        Refusal.Of(
            FaceDeidError.ModelUnavailable, "show 0 usable people", () => Engine.DonorBuilder.Build(folder.Path).Dispose());
        Refusal.Of(
            FaceDeidError.ModelUnavailable, "is missing", () => Engine.DonorBuilder.Build(folder.File("nowhere")).Dispose());
    }
}
