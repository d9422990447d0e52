using FaceDeid.Donors;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorBuilderTests
{
    private static readonly string Pictures = Path.Combine(TestFiles.Root, "tests", "data", "cache");

    [Fact]
    public void Many_pictures_of_five_people_are_too_few_people()
    {
        // Nobody is counted twice, however many pictures there are: 55 here.
        var message = Refusal.Of(FaceDeidError.ModelUnavailable, () => Build(Path.Combine(Pictures, "johns")));

        Assert.Contains("show 5 usable people, at least 8 are needed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_pictures_are_too_few_people()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("a.jpg"));
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("b.jpg"));

        Refusal.Of(FaceDeidError.ModelUnavailable, "show 1 usable people", () => Build(folder.Path));
    }

    [Fact]
    public void Eight_people_give_donors_each_around_another_and_an_average()
    {
        using var folder = EightPeople();

        var library = Build(folder.Path);

        Assert.Equal(Enumerable.Range(0, 8), library.Made.Where(donor => !donor.IsAverage).Select(donor => donor.Seed).Order());
        Assert.NotEmpty(library.Averages);
        Assert.Equal(16, library.Donors.Count); // and their mirror images
        var pairs = library.Donors.SelectMany(a => library.Donors.Where(b => b.Seed != a.Seed).Select(b => (a, b)));
        Assert.All(pairs, pair => Assert.NotEqual(pair.a.Picture, pair.b.Picture));
        Assert.All(library.Made, donor =>
        {
            using var texture = donor.Texture();
            Assert.InRange(texture.Width, 250, 300);
            Assert.InRange(donor.Measures.Skin.Tone.Item0, 30, 90);
        });
        library.Save(folder.File("donors.bin"));
        Assert.Equal(library.Sha256(), DonorLibrary.Load(folder.File("donors.bin")).Sha256());
    }

    [Fact]
    public void Labels_say_whom_to_use_around_whom_and_of_what_kind_they_are()
    {
        using var folder = EightPeople();
        string[] files =
            [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file)!)];
        File.Copy(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"), folder.File("unknown.jpg"));
        using var labels = new TemporaryFolder();
        // Five years old: all of them, whatever the network sees.
        File.WriteAllLines(labels.File("labels.tsv"),
        [
            "file\torigin\tlicence\tsex\tage\tuse\tglasses",
            .. files.Select((file, i) => $"{file}\there\tnone\tf\t5\t{(i < 3 ? "vote" : "seed")}\tno"),
        ]);

        var library = Engine.DonorBuilder.Build(folder.Path, Engine.Donors.Shapes, DonorLabels.Load(labels.File("labels.tsv")));

        Assert.Equal(Enumerable.Range(3, 5), library.Made.Where(donor => !donor.IsAverage).Select(donor => donor.Seed).Order());
        Assert.All(library.Made, donor => Assert.InRange(donor.Who.Age, 0, 12.99));
        Assert.All(library.Made, donor => Assert.Equal(0, donor.Who.Male));
    }

    [Fact]
    public void What_is_no_picture_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("notes.txt"), "no picture");

        Refusal.Of(FaceDeidError.ModelUnavailable, "notes.txt cannot be read. Put pictures only", () => Build(folder.Path));
    }

    [Fact]
    public void An_empty_and_a_missing_folder_are_refused()
    {
        using var folder = new TemporaryFolder();

        Refusal.Of(FaceDeidError.ModelUnavailable, "show 0 usable people", () => Build(folder.Path));
        Refusal.Of(FaceDeidError.ModelUnavailable, "is missing", () => Build(folder.File("nowhere")));
    }

    private static DonorLibrary Build(string folder) => Engine.DonorBuilder.Build(folder, Engine.Donors.Shapes);

    private static TemporaryFolder EightPeople()
    {
        var folder = new TemporaryFolder();
        foreach (var name in Protection.ReplacementTests.People
            .Concat(["faces/2008_001322.jpg", "faces/2008_002506.jpg", "faces/2007_007763.jpg"]))
            File.Copy(TestFiles.Example(name), folder.File(Path.GetFileName(name)));
        return folder;
    }
}
