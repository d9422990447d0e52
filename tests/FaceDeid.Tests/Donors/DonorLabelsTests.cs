using FaceDeid.Donors;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorLabelsTests
{
    [Fact]
    public void A_line_says_what_somebody_saw()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("labels.tsv"),
        [
            "file\torigin\tlicence\tsex\tage\tuse\tglasses",
            "a.jpg\there\tCC0-1.0\tm\t43\tseed\tno",
            "b.jpg\there\tCC0-1.0\tf\t7\tvote\tyes",
            "c.jpg\there\tCC0-1.0\tf\t70\tnone\tno",
        ]);

        var labels = DonorLabels.Load(folder.File("labels.tsv"));

        Assert.Equal(new DonorLabel(IsMale: true, 43, IsUsed: true, IsClear: true, HasGlasses: false), labels.Of("a.jpg"));
        Assert.Equal(new DonorLabel(IsMale: false, 7, IsUsed: true, IsClear: false, HasGlasses: true), labels.Of("b.jpg"));
        Assert.True(labels.Uses("a.jpg") && labels.Uses("b.jpg"));
        Assert.False(labels.Uses("c.jpg") || labels.Uses("d.jpg") || labels.Uses("file"));
    }

    [Fact]
    public void The_table_of_the_repository_is_read_and_has_everyones_licence()
    {
        var file = Path.Combine(TestFiles.Root, "models", "donor-people.tsv");
        var labels = DonorLabels.Load(file);
        var rows = File.ReadLines(file).Skip(1).Select(line => line.Split('\t')).ToList();

        Assert.All(rows, row => Assert.Equal(7, row.Length));
        Assert.All(rows, row => Assert.False(string.IsNullOrWhiteSpace(row[1]) || string.IsNullOrWhiteSpace(row[2])));
        Assert.True(rows.Count(row => labels.Uses(row[0]) && labels.Of(row[0]).IsClear) >= 100);
    }
}
