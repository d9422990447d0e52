using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>The donors, and the shape model that they lie in. Read-only after it was made: threads may share it.</summary>
internal sealed class DonorLibrary(ShapeModel shapes, ExpressionTexture expression, IReadOnlyList<Donor> donors) : IDisposable
{
    /// <summary>Name of the file in the models' cache.</summary>
    public const string FileName = "donors.bin";

    private const int TextureBytes = ShapeModel.FrameSide * ShapeModel.FrameSide * 3;
    private static readonly byte[] Magic = "FaceDeid donors 3"u8.ToArray();

    public ShapeModel Shapes => shapes;

    /// <summary>How donors fade out towards their outline.</summary>
    public Mat Opacity { get; } = DonorOpacity.InFrame(shapes);

    public IReadOnlyList<Donor> Donors => donors;

    /// <summary>How pose and expression change the donors' pixels.</summary>
    public ExpressionTexture Expression => expression;

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
            var mean = ReadPoints(reader);
            var directions = Enumerable.Range(0, reader.ReadInt32())
                .Select(_ => Doubles(reader, 2 * Landmarks68.Count)).ToArray();
#pragma warning disable IDISP001, IDISP004 // the library owns what it is made of
            var expression = new ExpressionTexture(
                Array.ConvertAll(directions, _ => ReadChange(reader)), Doubles(reader, directions.Length));
            var donors = Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadDonor(reader)).ToArray();
            return new DonorLibrary(new ShapeModel(mean, directions), expression, donors)
            {
                HashOfFile = Convert.ToHexStringLower(hash),
            };
#pragma warning restore IDISP001, IDISP004
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable, $"The donor file {file} cannot be read. Run 'make donors'.", e);
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

    private byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Magic);
        WritePoints(writer, shapes.Mean);
        writer.Write(shapes.Expression.Length);
        foreach (var direction in shapes.Expression)
            Array.ForEach(direction, writer.Write);
        foreach (var change in expression.Changes)
            WriteChange(writer, change);
        foreach (var limit in expression.Limits)
            writer.Write(limit);
        writer.Write(donors.Count);
        foreach (var donor in donors)
        {
            WritePoints(writer, donor.Shape);
            writer.Write(donor.Embedding.Values.Length);
            foreach (var value in donor.Embedding.Values)
                writer.Write(value);
            WriteTexture(writer, donor.Texture);
        }

        writer.Flush();
        return memory.ToArray();
    }

    public void Dispose()
    {
        foreach (var donor in donors)
            donor.Texture.Dispose();
        expression.Dispose();
        Opacity.Dispose();
    }

    private static Donor ReadDonor(BinaryReader reader)
    {
        var shape = ReadPoints(reader);
        var embedding = new float[reader.ReadInt32()];
        for (var i = 0; i < embedding.Length; i++)
            embedding[i] = reader.ReadSingle();
#pragma warning disable IDISP004 // the library that gets the donor disposes its texture
        return new Donor(ReadTexture(reader), shape, new FaceEmbedding(embedding));
#pragma warning restore IDISP004
    }

    private static Mat ReadTexture(BinaryReader reader)
    {
        var pixels = reader.ReadBytes(TextureBytes);
        if (pixels.Length != TextureBytes)
            throw new InvalidDataException("It is cut off.");
        return pixels.ToMat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_8UC3);
    }

    private static Mat ReadChange(BinaryReader reader)
    {
        var numbers = reader.ReadBytes(TextureBytes * sizeof(float));
        if (numbers.Length != TextureBytes * sizeof(float))
            throw new InvalidDataException("It is cut off.");
        return numbers.ToMat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_32FC3);
    }

    private static void WriteChange(BinaryWriter writer, Mat change)
    {
        change.GetArray(out Vec3f[] pixels);
        writer.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
    }

    private static void WriteTexture(BinaryWriter writer, Mat texture)
    {
        texture.GetArray(out Vec3b[] pixels);
        writer.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
    }

    private static Complex[] ReadPoints(BinaryReader reader)
    {
        var numbers = Doubles(reader, 2 * Landmarks68.Count);
        return [.. Enumerable.Range(0, Landmarks68.Count).Select(i => new Complex(numbers[2 * i], numbers[(2 * i) + 1]))];
    }

    private static void WritePoints(BinaryWriter writer, Complex[] points)
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
