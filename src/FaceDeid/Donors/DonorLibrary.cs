using System.Numerics;
using System.Security.Cryptography;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>The donors, and the shape model that they lie in. Read-only after it was made: threads may share it.</summary>
internal sealed class DonorLibrary(ShapeModel shapes, IReadOnlyList<Donor> donors)
{
    /// <summary>Name of the file in the models' folder.</summary>
    public const string FileName = "donors.bin";

    private static readonly byte[] Magic = "FaceDeid donors 5"u8.ToArray();

    public ShapeModel Shapes => shapes;

    /// <summary>As they were made, without their mirror images.</summary>
    public IReadOnlyList<Donor> Made => donors;

    /// <summary>Those that one person can become, each also in a mirror.</summary>
    public IReadOnlyList<Donor> Donors { get; } = BothWays(donors.Where(donor => !donor.IsAverage));

    /// <summary>The means of all people of one kind, each also in a mirror.</summary>
    public IReadOnlyList<Donor> Averages { get; } = BothWays(donors.Where(donor => donor.IsAverage));

    /// <summary>Hash of the file that all of it was read from, already verified; null: it was made here.</summary>
    private string? HashOfFile { get; init; }

    /// <summary>Reads a library that <see cref="Save"/> wrote.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.ModelUnavailable"/>: missing, cut off or altered.</exception>
    public static DonorLibrary Load(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var body = bytes.AsMemory(0, Math.Max(0, bytes.Length - SHA256.HashSizeInBytes));
            var hash = SHA256.HashData(body.Span);
            if (!bytes.AsSpan().StartsWith(Magic) || !hash.AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
                throw new InvalidDataException("It is not a donor file of this version, or it is damaged.");
            using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, body.Length - Magic.Length));
            var shapes = ReadShapes(reader);
            var donors = Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadDonor(reader)).ToArray();
            return new DonorLibrary(shapes, donors) { HashOfFile = Convert.ToHexStringLower(hash) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The donor file {file} cannot be read. It belongs to the repository: check it out again.", e);
        }
    }

    /// <summary>Writes the library, whole or not at all.</summary>
    public void Save(string file)
    {
        var bytes = ToBytes();
        var part = $"{file}.part";
        File.WriteAllBytes(part, [.. bytes, .. SHA256.HashData(bytes)]);
        File.Move(part, file, overwrite: true);
    }

    /// <summary>Hash of all that the library holds, lower-case hexadecimal.</summary>
    public string Sha256() => HashOfFile ?? Convert.ToHexStringLower(SHA256.HashData(ToBytes()));

    private static Donor[] BothWays(IEnumerable<Donor> donors) => [.. donors.SelectMany(donor =>
    {
        using var texture = donor.Texture();
        return new[] { donor, donor.Mirrored(texture.Width) };
    })];

    private byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Magic);
        Write(writer, shapes.Mean);
        writer.Write(shapes.Expression.Length);
        foreach (var (direction, deviation) in shapes.Expression.Zip(shapes.Deviations))
        {
            Array.ForEach(direction, writer.Write);
            writer.Write(deviation);
        }

        writer.Write(donors.Count);
        foreach (var donor in donors)
            Write(writer, donor);
        writer.Flush();
        return memory.ToArray();
    }

    private static ShapeModel ReadShapes(BinaryReader reader)
    {
        var mean = ReadPoints(reader);
        var directions = Enumerable.Range(0, reader.ReadInt32())
            .Select(_ => (Direction: Doubles(reader, 2 * Landmarks68.Count), Deviation: reader.ReadDouble())).ToArray();
        return new ShapeModel(mean, [.. directions.Select(d => d.Direction)], [.. directions.Select(d => d.Deviation)]);
    }

    private static void Write(BinaryWriter writer, Donor donor)
    {
        Write(writer, donor.Points);
        writer.Write(donor.Embedding.Values.Length);
        foreach (var value in donor.Embedding.Values)
            writer.Write((Half)value);
        var (skin, m) = (donor.Measures.Skin, donor.Measures);
        foreach (var value in new[] { skin.Tone, skin.Spread }.SelectMany(v => new[] { v.Item0, v.Item1, v.Item2 }))
            writer.Write(value);
        writer.Write(skin.Dark);
        writer.Write(skin.Bright);
        foreach (var value in new[]
                 {
                     m.Light, m.Beard, m.Moustache, m.Brows, m.Yaw, m.Pitch, m.Mouth, m.Smile, m.Eyes,
                     donor.Who.Age, donor.Who.Male,
                 }.Concat(donor.Expression.Shares))
            writer.Write(value);
        writer.Write(donor.Seed);
        writer.Write(donor.IsAverage);
        writer.Write(donor.Picture.Length);
        writer.Write(donor.Picture);
    }

    private static Donor ReadDonor(BinaryReader reader)
    {
        var points = ReadPoints(reader);
        var embedding = new float[reader.ReadInt32()];
        for (var i = 0; i < embedding.Length; i++)
            embedding[i] = (float)reader.ReadHalf();
        var skin = new SkinColours(
            ReadVector(reader), ReadVector(reader), reader.ReadSingle(), reader.ReadSingle(), SkinColours.Enough);
        var m = Doubles(reader, 11);
        var measures = new FaceMeasures(skin, m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]);
        var expression = new FacialExpression(Doubles(reader, ExpressionNetwork.Classes));
        var (seed, isAverage) = (reader.ReadInt32(), reader.ReadBoolean());
        var picture = reader.ReadBytes(reader.ReadInt32());
        return new Donor(
            picture, points, FaceEmbedding.FromDirection(embedding), measures, new AgeAndSex(m[9], m[10]), expression, seed)
        {
            IsAverage = isAverage,
        };
    }

    private static Vec3f ReadVector(BinaryReader reader) => new(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());

    private static Complex[] ReadPoints(BinaryReader reader)
    {
        var numbers = Doubles(reader, 2 * Landmarks68.Count);
        return [.. Enumerable.Range(0, Landmarks68.Count).Select(i => new Complex(numbers[2 * i], numbers[(2 * i) + 1]))];
    }

    private static void Write(BinaryWriter writer, Complex[] points)
    {
        foreach (var point in points)
        {
            writer.Write(point.Real);
            writer.Write(point.Imaginary);
        }
    }

    private static double[] Doubles(BinaryReader reader, int count)
    {
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
            numbers[i] = reader.ReadDouble();
        return numbers;
    }
}
