using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

/// <summary>What is a face at the second look, in light and in the dark, upright and turned.</summary>
public sealed class SecondLookTests
{
    private const string Group = "faces/2008_002470.jpg";

    [Fact]
    public void Faces_are_surely_faces_and_what_lies_beside_them_is_not()
    {
        using var image = Search(Group);
        var faces = Engine.Finder.Find(image, new DetectionOptions()).Where(face => face.Certainty == Certainty.High).ToList();

        Assert.True(faces.Count >= 5);
        foreach (var face in faces)
        {
            Assert.InRange(face.Score, FaceFinder.Certain, 1);
            var below = face with { Box = face.Box with { Y = face.Box.Y + (2 * face.Box.Height) }, Score = 0.9 };
            if (!faces.Exists(other => other.Box.Overlap(below.Box) > 0))
                Assert.InRange(Engine.SecondLook.Judge(image, below).Probability, 0, FaceFinder.Certain);
        }
    }

    [Fact]
    public void Uncertain_faces_come_when_they_are_asked_for()
    {
        using var image = Search(Group);

        var all = Engine.Finder.Find(image, new DetectionOptions { MinScore = FaceFinder.LowestProbability });
        var usual = Engine.Finder.Find(image, new DetectionOptions());
        var sure = Engine.Finder.Find(image, new DetectionOptions { MinScore = FaceFinder.Certain });

        Assert.All(usual, face => Assert.Contains(all, other => other.Box.Overlap(face.Box) > 0.5));
        Assert.All(sure, face => Assert.Equal(Certainty.High, face.Certainty));
        Assert.True(all.Count >= usual.Count && usual.Count >= sure.Count);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(-90)]
    public void Faces_that_lie_or_stand_on_their_head_are_found_without_a_thorough_search(int degrees)
    {
        using var upright = Search("faces/2009_004587.jpg");
        using var pixels = new Mat();
        Cv2.Rotate(
            upright.Bgr, pixels,
            degrees switch
            {
                90 => RotateFlags.Rotate90Clockwise,
                180 => RotateFlags.Rotate180,
                _ => RotateFlags.Rotate90Counterclockwise,
            });
        using var image = new SearchImage(pixels.Clone());

        var found = Engine.Finder.Find(image, new DetectionOptions { MinScore = 0.95 });

        Assert.Equal(2, found.Count(face => face.Roll == degrees));
        Assert.DoesNotContain(found, face =>
            face.Roll == 0 && found.Any(lying => lying.Roll != 0 && lying.Box.Overlap(face.Box) > 0));
    }

    [Theory]
    [InlineData(0.08)]
    [InlineData(0.15)]
    public void Faces_in_the_dark_are_found(double light)
    {
        using var bright = Search("faces/2008_002506.jpg");
        var expected = Engine.Finder.Find(bright, new DetectionOptions { MinScore = 0.9 });
        using var dark = new Mat();
        bright.Bgr.ConvertTo(dark, MatType.CV_8UC3, light);
        using var image = new SearchImage(dark.Clone());

        var found = Engine.Finder.Find(image, new DetectionOptions());

        Assert.NotEmpty(expected);
        foreach (var face in expected)
            FoundBoxes.AssertFinds(found, face.Box, overlap: 0.4);
    }

    [Fact]
    public void The_faint_second_portrait_of_a_document_is_found()
    {
        using var portrait = Search("johns/John_Schneider/000302_00925785.jpg");
        using var small = portrait.Bgr.Resize(new Size(110, 110), 0, 0, InterpolationFlags.Area);
        using var gray = small.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var colourless = gray.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var document = new Mat(400, 640, MatType.CV_8UC3, new Scalar(222, 226, 214));
        using (var place = document.SubMat(new Rect(440, 180, 110, 110)))
            Cv2.AddWeighted(place, 0.8, colourless, 0.2, 0, place);
        using var image = new SearchImage(document.Clone());

        var face = Assert.Single(Engine.Finder.Find(image, new DetectionOptions())).Box;

        Assert.InRange(face.CentreX(), 470, 520);
        Assert.InRange(face.CentreY(), 210, 260);
    }

    [Fact]
    public void A_picture_in_the_light_is_not_lifted()
    {
        using var image = Search("faces/Tom_Cruise_avp_2014_4.jpg");

        Assert.False(ContrastLift.Helps(image));
    }

    private static SearchImage Search(string name)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example(name)));
        return new SearchImage(picture.Bgr.Clone());
    }
}
