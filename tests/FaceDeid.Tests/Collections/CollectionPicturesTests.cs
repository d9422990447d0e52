using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Pictures that cannot be used, or show several faces.</summary>
public sealed class CollectionPicturesTests
{
    private const string Several = "faces/2008_002506.jpg"; // three faces

    private static readonly Lazy<Task<CollectionRun>> WithBad = new(() => Collected.ExamineAsync([
        Collected.Johns[0].File, "no picture"u8.ToArray(), Collected.Johns[1].File, Collected.Nobody,
        Collected.Shrunk(Collected.Photo("faces/Tom_Cruise_avp_2014_4.jpg"), 0.05), Collected.Johns[2].File, [],
    ]));

    private static readonly Lazy<Task<CollectionRun>> WithSeveral =
        new(() => Collected.ExamineAsync([Collected.Johns[0].File, Collected.Photo(Several), Collected.Johns[1].File]));

    [Fact]
    public async Task Every_picture_that_cannot_be_used_is_listed_by_index_with_the_reason()
    {
        var run = await WithBad.Value;

        var refusal = await Collected.RefusedAsync(FaceDeidError.BadPictures, () =>
            run.CompleteAsync(new CollectionOptions { K = 2 }, null, null, CancellationToken.None));

        Assert.Equal(
            "1 unsupported_format, 3 no_face, 4 face_too_small, 6 unsupported_format",
            string.Join(", ", refusal.Options!.OrderBy(fault => fault.Key, StringComparer.Ordinal)
                .Select(fault => $"{fault.Key} {fault.Value.Split(':')[0]}")));
        Assert.StartsWith("4 of the pictures", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_left_out_on_request_and_the_certificate_says_why()
    {
        var run = await WithBad.Value;

        var result = await run.CompleteAsync(
            new CollectionOptions { K = 2, OnBadImage = BadImagePolicy.Skip }, null, null, CancellationToken.None);

        Collected.AssertValid(result);
        Assert.Equal((7, 3), (result.Certificate.Pictures, result.Certificate.People));
        Assert.Equal(
            "1 unsupported_format, 3 no_face, 4 face_too_small, 6 unsupported_format",
            string.Join(", ", result.Certificate.Skipped.Select(picture => $"{picture.Index} {picture.Reason}")));
        Assert.All(result.Certificate.Skipped, picture => Refusal.Checked(picture.Detail));
        Assert.Equal("chips/0000.png chips/0002.png chips/0005.png certificate.json", Collected.Names(result.Files));
    }

    [Fact]
    public async Task Those_who_are_left_out_do_not_count_as_people()
    {
        var run = await WithBad.Value;

        await Collected.RefusedAsync(FaceDeidError.TooFewPeople, () => run.CompleteAsync(
            new CollectionOptions { K = 4, OnBadImage = BadImagePolicy.Skip }, null, null, CancellationToken.None));
    }

    [Fact]
    public async Task Of_several_faces_the_largest_counts()
    {
        var result = await (await WithSeveral.Value)
            .CompleteAsync(new CollectionOptions { K = 3 }, null, null, CancellationToken.None);

        Collected.AssertValid(result);
        Assert.Equal((3, 3), (result.Certificate.People, result.Certificate.Members().Count));
        Assert.Equal("chips/0000.png chips/0001.png chips/0002.png certificate.json", Collected.Names(result.Files));
    }

    [Fact]
    public async Task Several_faces_are_a_fault_on_request()
    {
        var run = await WithSeveral.Value;
        var options = new CollectionOptions { K = 2, MultipleFaces = MultipleFacesPolicy.Error };

        var refusal = await Collected.RefusedAsync(
            FaceDeidError.BadPictures, () => run.CompleteAsync(options, null, null, CancellationToken.None));
        var result = await run.CompleteAsync(
            options with { OnBadImage = BadImagePolicy.Skip }, null, null, CancellationToken.None);

        var (index, text) = Assert.Single(refusal.Options!);
        Assert.Equal("1", index);
        Assert.StartsWith("several_faces: ", text, StringComparison.Ordinal);
        Assert.Equal("several_faces", Assert.Single(result.Certificate.Skipped).Reason);
        Assert.Equal([0, 2], result.Certificate.Members().Select(member => member.Index));
    }

    [Fact]
    public async Task On_request_every_face_is_a_person_with_a_chip_of_its_own()
    {
        var result = await (await WithSeveral.Value).CompleteAsync(
            new CollectionOptions { K = 2, MultipleFaces = MultipleFacesPolicy.All }, null, null, CancellationToken.None);

        Collected.AssertValid(result);
        Assert.Equal(5, result.Certificate.People);
        Assert.Equal(
            "chips/0000.png chips/0001-1.png chips/0001-2.png chips/0001-3.png chips/0002.png certificate.json",
            Collected.Names(result.Files));
        Assert.Equal([null, 1, 2, 3, null], result.Certificate.Members().Select(member => member.Face));
        Assert.Equal(5, result.Certificate.Members().DistinctBy(member => member.Person).Count());
    }

    [Fact]
    public async Task Faces_too_small_for_a_chip_are_named_where_every_face_counts()
    {
        byte[] crowd = Collected.Shrunk(Collected.Photo("faces/2007_007763.jpg"), 0.8);

        var result = await Collected.OfAsync([crowd], new CollectionOptions { K = 2, MultipleFaces = MultipleFacesPolicy.All });
        var largest = await Collected.OfAsync([crowd, Collected.Johns[0].File], new CollectionOptions { K = 2 });

        Assert.Equal([0], Assert.Single(result.Certificate.Warnings, warning => warning.Code is "small_faces_left_out").Indexes);
        Assert.DoesNotContain(largest.Certificate.Warnings, warning => warning.Code is "small_faces_left_out");
    }

    [Fact]
    public async Task A_name_for_a_picture_of_whose_faces_every_one_counts_is_refused()
    {
        var run = await WithSeveral.Value;

        var refusal = await Collected.RefusedAsync(FaceDeidError.BadPictures, () => run.CompleteAsync(
            new CollectionOptions { K = 2, MultipleFaces = MultipleFacesPolicy.All }, [null, new PictureSubject("Ann"), null],
            null, CancellationToken.None));

        Assert.Contains("'subjects' names one person", Assert.Single(refusal.Options!).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_pictures_than_the_limit_are_refused()
    {
        var run = new CollectionPipeline(Engine.CollectionParts with { MaxFaces = 2 }, Engine.Gate).Begin();
        var use = new PictureUse(File: false, EveryFace: false);
        await run.AddAsync(Collected.Nobody, use, CancellationToken.None);
        await run.AddAsync(Collected.Nobody, use, CancellationToken.None);

        var refusal = await Collected.RefusedAsync(
            FaceDeidError.TooManyPictures, () => run.AddAsync(Collected.Nobody, use, CancellationToken.None));

        Assert.Contains("at most 2 faces", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, run.Count);
    }

    [Fact]
    public async Task More_faces_than_the_limit_are_refused_where_every_face_may_count()
    {
        var parts = Engine.CollectionParts with { MaxFaces = 2 };
        var run = new CollectionPipeline(parts, Engine.Gate).Begin();
        await run.AddAsync(Collected.Photo(Several), new PictureUse(File: true, EveryFace: false), CancellationToken.None);

        await Collected.RefusedAsync(
            FaceDeidError.TooManyPictures, () => Collected.ExamineAsync([Collected.Photo(Several)], parts));
    }
}
