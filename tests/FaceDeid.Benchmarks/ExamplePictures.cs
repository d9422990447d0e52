using FaceDeid.TestData;
using NetVips;

namespace FaceDeid.Benchmarks;

/// <summary>A picture of the test data, in memory.</summary>
/// <param name="Name">File name and what is on it.</param>
/// <param name="Path">Where the file lies.</param>
/// <param name="Bytes">The file.</param>
internal sealed record ExamplePicture(string Name, string Path, byte[] Bytes)
{
    public static ExamplePicture Group { get; } = Load("faces/2007_007763.jpg", "group 500x375");

    public static ExamplePicture TwoPeople { get; } = Load("faces/2009_004587.jpg", "two people 400x500");

    /// <summary>Small, common and larger pictures, with one face and with several.</summary>
    public static IReadOnlyList<ExamplePicture> All { get; } =
    [
        Load("johns/John_Salley/000179_02159509.jpg", "portrait 150x150"),
        Load("faces/2008_001009.jpg", "two people 360x480"),
        Group,
        TwoPeople,
        Load("faces/Tom_Cruise_avp_2014_4.jpg", "portrait 565x800"),
    ];

    /// <summary>Three megapixels, most of them without a face.</summary>
    public static ExamplePicture Large { get; } = Load("faces/bald_guys.jpg", "crowd 1986x1545");

    /// <summary>The two people, enlarged to so many pixels; JPEG.</summary>
    public static byte[] TwoPeopleOf(double pixels)
    {
        using var picture = Image.NewFromBuffer(TwoPeople.Bytes);
        using var enlarged = picture.Resize(Math.Sqrt(pixels / ((double)picture.Width * picture.Height)));
        return enlarged.JpegsaveBuffer(q: 90);
    }

    private static ExamplePicture Load(string file, string description)
    {
        var path = TestFiles.Example(file);
        return new ExamplePicture(description, path, File.ReadAllBytes(path));
    }
}
