using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Verdicts on collections of photos, on what is no certificate, and in words.</summary>
public sealed class CertificateVerdictTests
{
    private static readonly Lazy<Task<CollectionResult>> Made =
        new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Neighbours = NeighbourSpace.Embedding }));
    private static readonly Lazy<Task<CollectionResult>> Photos =
        new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Chips = false, Photos = true }));

    [Fact]
    public async Task A_photo_that_was_changed_exchanged_or_left_out_is_found()
    {
        var made = await Photos.Value;
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        Assert.Equal(string.Empty, Verdicts.Failed(json, files));

        Assert.Equal(
            "files", Verdicts.Failed(json, new(files, StringComparer.Ordinal) { ["photos/0000.jpg"] = Collected.Sha256([1]) }));
        Assert.Equal("files", Verdicts.Failed(
            json,
            new(files, StringComparer.Ordinal)
            {
                ["photos/0000.jpg"] = files["photos/0001.jpg"],
                ["photos/0001.jpg"] = files["photos/0000.jpg"],
            }));
        files.Remove("photos/0000.jpg");
        Assert.Equal("files", Verdicts.Failed(json, files));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void What_is_no_certificate_fails_by_its_schema(string text) =>
        Assert.Equal("schema", Verdicts.Failed(Encoding.UTF8.GetBytes(text), new(StringComparer.Ordinal)));

    [Fact]
    public async Task A_property_that_is_said_twice_makes_it_no_certificate()
    {
        var text = Encoding.UTF8.GetString((await Made.Value).FileOf(Certificate.FileName));
        var doubled = text.Replace("\"people\": 5,", "\"people\": 5, \"people\": 5,", StringComparison.Ordinal);

        Assert.NotEqual(text.Length, doubled.Length);
        Assert.Equal("schema", Verdicts.Failed(Encoding.UTF8.GetBytes(doubled), (await Made.Value).Hashes()));
    }

    [Fact]
    public async Task The_statement_names_the_bound_or_that_there_is_none()
    {
        var (chips, photos) = (await Made.Value, await Photos.Value);
        string Statement(CollectionResult result, Dictionary<string, string> files) => CertificateVerifier.Verify(
            result.FileOf(Certificate.FileName), signature: null, new CollectionContent(files), key: null).Statement;

        Assert.Contains("above 0.5,", Statement(chips, chips.Hashes()), StringComparison.Ordinal);
        Assert.Contains("guarantees nothing", Statement(photos, photos.Hashes()), StringComparison.Ordinal);
        Assert.Contains("does not fit", Statement(chips, photos.Hashes()), StringComparison.Ordinal);
    }
}
