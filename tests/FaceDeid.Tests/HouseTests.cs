using Xunit;

namespace FaceDeid.Tests;

/// <summary>
/// The ladder: each folder knows those that its line names, which stand above it, and no other. Who needs another edge changes
/// the table here, and a reviewer sees it.
/// </summary>
public sealed class HouseTests
{
    private const string Library = """
        Core                  :
        Models                : Core
        Geometry              : Core
        Imaging/Colour        : Core
        Imaging/Formats       : Core Imaging/Colour
        Imaging/Caged         : Core Imaging/Colour Imaging/Formats
        Imaging               : Core Geometry Imaging/Colour Imaging/Formats Imaging/Caged
        Faces/Networks        : Core Models Geometry
        Faces/Detection       : Core Models Geometry Imaging Faces/Networks
        Faces/Landmarks       : Core Geometry Faces/Networks Faces/Detection
        Faces/Recognition     : Core Models Geometry Faces/Landmarks
        Faces                 : Core Imaging/Formats Imaging Faces/Detection Faces/Landmarks
        Donors                : Core Geometry Imaging Faces/Detection Faces/Landmarks Faces/Recognition Faces
        Notebook              : Core Geometry Imaging Faces/Detection Faces/Landmarks Faces
        Protection/Subjects   : Geometry Faces/Detection Faces/Landmarks Faces/Recognition
        Protection/Scrambling : Core Protection/Subjects
        Protection/Replacement/Eyewear: Core Donors
        Protection/Replacement: Protection/Replacement/Eyewear Core Geometry Faces/Networks Faces/Landmarks Faces/Recognition Donors Protection/Subjects
        Protection/Methods    : Core Geometry Imaging Faces/Landmarks Donors Notebook Protection/Subjects Protection/Scrambling Protection/Replacement
        Protection            : Core Geometry Imaging/Formats Imaging Faces/Detection Faces/Landmarks Faces/Recognition Faces Protection/Subjects Protection/Scrambling Protection/Replacement Protection/Methods
        Sealing/Keys          : Core
        Sealing/Carriers      : Imaging
        Sealing               : Core Geometry Imaging/Formats Imaging Faces/Detection Faces Protection/Subjects Protection/Scrambling Protection Sealing/Keys Sealing/Carriers
        Collections           : Core Geometry Imaging Faces/Detection Faces/Landmarks Faces/Recognition Faces Donors Protection/Subjects Protection/Replacement Protection/Methods Protection
        Evaluation/Datasets   : Core Collections
        Evaluation/Utility    : Core Geometry Faces/Detection Faces/Landmarks Faces/Recognition Donors Protection/Subjects
        Evaluation/Examined   : Faces/Recognition Evaluation/Utility
        Evaluation/Recognisers: Core Faces/Recognition Evaluation/Examined
        Evaluation/Figures    : Evaluation/Utility Evaluation/Examined
        Evaluation/Attacks    : Core Evaluation/Examined Evaluation/Recognisers Evaluation/Figures
        Evaluation/Inversions : Core
        Evaluation            : Core Geometry Imaging/Formats Imaging Faces/Detection Faces/Landmarks Faces/Recognition Faces Protection/Subjects Protection Collections Evaluation/Datasets Evaluation/Utility Evaluation/Examined Evaluation/Attacks Evaluation/Inversions
        Video/Wishes          : Core Protection/Subjects
        Video/Spool           : Core
        Video/Media           : Core Imaging/Caged Video/Spool
        Video/Tracking        : Core
        Video/Search          : Geometry Faces/Networks Faces/Detection Video/Tracking
        Video/People          : Core Geometry Faces/Detection Faces/Landmarks Faces/Recognition Protection/Subjects Protection/Replacement Protection/Methods Protection Video/Tracking
        Video/Rendering       : Core Geometry Imaging Faces/Detection Faces/Landmarks Faces/Recognition Protection/Subjects Protection/Replacement Protection/Methods Protection Video/Media Video/Tracking
        Video/Segments        : Core Geometry Faces/Detection Faces/Landmarks Faces/Recognition Donors Protection/Subjects Protection/Replacement Protection Video/Wishes Video/Spool Video/Media Video/Tracking Video/Search Video/People Video/Rendering
        Video/Review          : Core Imaging Faces/Landmarks Protection/Subjects Protection Video/Wishes Video/Spool Video/Media Video/Tracking Video/Rendering Video/Segments
        Video                 : Core Imaging/Formats Imaging Models Faces Protection/Subjects Protection Video/Wishes Video/Spool Video/Media Video/Tracking Video/Rendering Video/Segments Video/Review
        Video/Evidence        : Collections Video
        .                     : *
        """;

    private const string Service = """
        Settings              :
        Errors                :
        Access                : Settings Errors
        Http                  : Settings Errors
        Admission             : Settings Errors Access Http
        Forms                 : Settings Errors Http Admission
        Keys                  : Settings Errors Forms
        Operations            : Settings Errors Access Keys
        Storage               : Settings
        Webhooks              : Settings Errors Forms
        Jobs                  : Settings Errors Storage Access Http Forms Operations Webhooks
        Faces                 : Http Forms
        Deidentify            : Settings Http Forms Keys Faces
        Seals                 : Settings Errors Http Forms Keys Operations Deidentify
        Collections           : Settings Errors Http Admission Forms Webhooks Jobs
        Evaluate              : Settings Errors Http Admission Forms Webhooks Jobs
        Videos                : Settings Errors Http Forms Operations Webhooks Jobs
        .                     : *
        """;

    [Theory]
    [InlineData("src/FaceDeid", Library)]
    [InlineData("src/FaceDeid.Api", Service)]
    public void Each_room_knows_only_those_above_it_that_its_line_names(string project, string table)
    {
        var rows = table.Split('\n').Select(line => line.Split(':')).ToDictionary(
            row => row[0].Trim(), row => row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        var order = rows.Keys.ToList();
        Assert.All(rows, row => Assert.All(row.Value.Where(known => known is not "*"), known =>
            Assert.True(
                order.IndexOf(known) >= 0 && order.IndexOf(known) < order.IndexOf(row.Key), $"{row.Key} is not below {known}")));

        var rooms = Rooms.Read(project);

        Assert.Equal(order.Order(StringComparer.Ordinal), rooms.Keys, StringComparer.Ordinal);
        foreach (var (room, known) in rooms.Where(room => rows[room.Key] is not ["*"]))
        {
            var allowed = rows[room].ToHashSet(StringComparer.Ordinal);
            Assert.Empty(known.Where(edge => !allowed.Contains(edge.Key)).Select(edge => $"{room}: {edge.Value}"));
            Assert.Empty(allowed.Where(edge => !known.ContainsKey(edge))
                .Select(edge => $"{room} knows {edge} no more: take it out of the table"));
        }
    }

    [Fact]
    public void A_room_that_knows_one_below_it_is_found()
    {
        (string Path, string Text)[] files =
        [
            ("Core/Type.cs", "using FaceDeid.Protection; class Below1 { DeidentificationPipeline? _pipeline; }"),
            ("Models/Constant.cs", "class Below2 { const int Side = FaceDeid.Faces.Detection.DetectionOptions.NotebookSide; }"),
            ("Geometry/Words.cs", "/// <summary><see cref=\"FaceDeid.Sealing.SealPipeline\"/></summary>\nclass Below3;"),
            ("Imaging/Colour/Extension.cs",
                "using FaceDeid.Faces.Detection; class Below4 { object Twice(FaceDeid.Contracts.Box box) => "
                + "box.ForLandmarks(); }"),
        ];
        var rooms = Rooms.Read("src/FaceDeid", files);

        Assert.All(files, file => Assert.Contains(
            rooms[Path.GetDirectoryName(file.Path)!], edge => edge.Value.StartsWith(file.Path, StringComparison.Ordinal)));
    }
}
