using System.Buffers.Binary;
using System.Text;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// A real face in a file full of what must never come out: EXIF with a thumbnail, XMP, a colour profile, comments and a trailer,
/// all with one text in them.
/// </summary>
internal static class MarkedPicture
{
    public const string Marker = "secret-marker";

    public static readonly string[] Formats = ["jpeg", "png", "webp", "tiff"];

    public static byte[] Create(string format)
    {
        using var face = Image.NewFromBuffer(Pictures.Face, kwargs: new VOption { { "autorotate", true } });
        using var marked = face.Mutate(fields =>
        {
            foreach (var field in fields.GetFields().Where(field => field.StartsWith("exif", StringComparison.Ordinal)))
                fields.Remove(field);
            fields.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><!-- "
                + $"{Marker} --></rdf:RDF></x:xmpmeta>"));
            fields.Set(GValue.BlobType, "icc-profile-data", Profile());
            fields.Set(GValue.BlobType, "exif-data", Exif());
            fields.Set(GValue.GStrType, "png-comment-0-Comment", Marker);
            fields.Set(GValue.GStrType, "image-description", Marker);
        });
        const Enums.ForeignKeep all = Enums.ForeignKeep.All;
        var file = format switch
        {
            "jpeg" => WithComment(marked.JpegsaveBuffer(q: 95, keep: all)),
            "png" => marked.PngsaveBuffer(keep: all),
            "webp" => marked.WebpsaveBuffer(q: 95, keep: all),
            _ => marked.TiffsaveBuffer(keep: all),
        };
        file = [.. file, .. Encoding.UTF8.GetBytes($"trailer {Marker}")];
        AssertMarked(file, format is "tiff" ? "image-description" : "exif-data"); // libvips writes no EXIF into a TIFF
        return file;
    }

    /// <summary>How often the marker stands in the open in a file.</summary>
    public static int CountIn(ReadOnlySpan<byte> file) => file.Count(Encoding.UTF8.GetBytes(Marker));

    /// <summary>What is not in the file cannot be seen to be taken out of it.</summary>
    private static void AssertMarked(byte[] file, string description)
    {
        using var image = Image.NewFromBuffer(file);
        foreach (var field in new[] { description, "xmp-data", "icc-profile-data" })
        {
            var value = image.Get(field) is string text ? Encoding.UTF8.GetBytes(text) : (byte[])image.Get(field);
            var expected = field is "exif-data" ? 2 : 1; // the description and the thumbnail
            Assert.True(CountIn(value) == expected, $"The marker was to be {expected} times in the {field} of the test picture.");
        }

        Assert.True(CountIn(file) > 0, "The marker was to be behind the test picture.");
    }

    /// <summary>A Display-P3 profile, so that it has to be applied, with the marker behind its tags.</summary>
    private static byte[] Profile()
    {
        byte[] profile = [.. Image.ProfileLoad("p3"), .. Encoding.UTF8.GetBytes($"{Marker}   ")];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        return profile;
    }

    /// <summary>
    /// A minimal EXIF block: IFD0 with ImageDescription, IFD1 with a JPEG thumbnail that has the marker in its comment.
    /// </summary>
    private static byte[] Exif()
    {
        using var small = Image.NewFromBuffer(Pictures.Face).ThumbnailImage(32);
        var thumbnail = WithComment(small.JpegsaveBuffer(keep: Enums.ForeignKeep.None));
        var text = Encoding.UTF8.GetBytes($"{Marker}\0");
        const int ifd0 = 8, ifd1 = ifd0 + 2 + 12 + 4, data = ifd1 + 2 + (3 * 12) + 4;

        using var exif = new MemoryStream();
        using var writer = new BinaryWriter(exif);
        writer.Write("Exif\0\0"u8);
        writer.Write("II*\0"u8); // offsets count from here
        writer.Write(ifd0);
        writer.Write((ushort)1);
        Entry(0x010E, 2, text.Length, data);
        writer.Write(ifd1);
        writer.Write((ushort)3);
        Entry(0x0103, 3, 1, 6);
        Entry(0x0201, 4, 1, data + text.Length);
        Entry(0x0202, 4, 1, thumbnail.Length);
        writer.Write(0);
        writer.Write(text);
        writer.Write(thumbnail);
        return exif.ToArray();

        void Entry(ushort tag, ushort type, int count, int value)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            writer.Write(value);
        }
    }

    private static byte[] WithComment(byte[] jpeg) =>
        [.. jpeg[..2], 0xFF, 0xFE, 0, (byte)(2 + Marker.Length), .. Encoding.UTF8.GetBytes(Marker), .. jpeg[2..]];
}
