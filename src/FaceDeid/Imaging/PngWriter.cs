using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics.Tensors;
using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// Pixels to a PNG of 8 bits a channel, strip by strip: of a large picture there is no second copy. libvips writes the same
/// pixels, but takes three to six times as long.
/// </summary>
internal static class PngWriter
{
    private const int StripBytes = 1 << 16; // less than what .NET keeps for long
    private const byte Up = 2; // of the filters the best one for photos, and the quickest

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes gray, red-green-blue or red-green-blue-alpha.</summary>
    /// <param name="pixels">The samples, <c>CV_8UC1</c>; or <c>CV_8UC3</c>, blue-green-red.</param>
    /// <param name="alpha">The opacity of colours, <c>CV_8UC1</c>, or null. Where it is zero, black is written.</param>
    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    public static byte[] Write(Mat pixels, Mat? alpha)
    {
        var (channels, type) = (pixels.Channels(), alpha) switch
        {
            (1, _) => (1, (byte)0),
            (_, null) => (3, (byte)2),
            _ => (4, (byte)6),
        };
        var (width, height) = (pixels.Width, pixels.Height);
        var header = new byte[13]; // no interlacing, and the only compression and filtering that there are
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, type);

        using var file = new Chunks();
        file.Add("IHDR"u8, header);
        var length = 1 + (width * channels);
        var rows = Math.Clamp(StripBytes / length, 1, height);
        var (lines, last) = (new byte[rows * length], new byte[length - 1]);
        for (var top = 0; top < height; top += rows)
        {
            WorkerGate.Checkpoint();
            var strip = new Rect(0, top, width, Math.Min(rows, height - top));
            using var samples = Samples(pixels, alpha, strip);
            ReadOnlySpan<byte> above = last;
            for (var y = 0; y < strip.Height; y++)
            {
                var line = lines.AsSpan(y * length, length);
                line[0] = Up;
                TensorPrimitives.Subtract(samples.Row<byte>(y), above, line[1..]);
                above = samples.Row<byte>(y);
            }

            above.CopyTo(last);
            file.AddData(lines.AsSpan(0, strip.Height * length), isLast: strip.Bottom == height);
        }

        file.Add("IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The channels of a strip in the order of the file; the caller owns them, and does not write to them.</summary>
    private static Mat Samples(Mat pixels, Mat? alpha, Rect strip)
    {
        using var part = pixels.SubMat(strip);
        if (part.Channels() == 1)
            return part.Share();
        if (alpha is null)
            return part.CvtColor(ColorConversionCodes.BGR2RGB);

        using var opacity = alpha.SubMat(strip);
        using var isHidden = new Mat();
        Cv2.Compare(opacity, Scalar.Black, isHidden, CmpTypes.EQ);
        var samples = part.CvtColor(ColorConversionCodes.BGR2RGBA);
        samples.SetTo(Scalar.Black, isHidden);
        Cv2.InsertChannel(opacity, samples, 3);
        return samples;
    }

    /// <summary>A file in pieces, which are put together when all are there: as it grows nothing of it is copied.</summary>
    private sealed class Chunks : IDisposable
    {
        private const int Around = 12; // length and name, checksum
        private const int MostData = (1 << 16) - Around; // less than what .NET keeps for long

        private readonly Deflater _deflate = new();
        private readonly List<ReadOnlyMemory<byte>> _pieces = [];
        private byte[]? _data;
        private int _length;

        public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
        {
            var chunk = new byte[content.Length + Around];
            content.CopyTo(chunk.AsSpan(8));
            Add(name, chunk, content.Length);
        }

        /// <summary>Compresses what comes next of the lines.</summary>
        public void AddData(ReadOnlySpan<byte> lines, bool isLast)
        {
            var isFull = true;
            while (isFull)
            {
                _data ??= new byte[MostData + Around];
                _length += _deflate.Write(ref lines, isLast, _data.AsSpan(8 + _length, MostData - _length));
                isFull = _length == MostData;
                if (!isFull && !isLast)
                    return;
                Add("IDAT"u8, _data, _length);
                (_data, _length) = (null, 0);
            }
        }

        public byte[] ToArray()
        {
            var file = new byte[Signature.Length + _pieces.Sum(piece => piece.Length)];
            Signature.CopyTo(file);
            var at = Signature.Length;
            foreach (var piece in _pieces)
            {
                piece.CopyTo(file.AsMemory(at));
                at += piece.Length;
            }

            return file;
        }

        public void Dispose() => _deflate.Dispose();

        /// <summary>A chunk whose content is in place.</summary>
        private void Add(ReadOnlySpan<byte> name, byte[] chunk, int length)
        {
            BinaryPrimitives.WriteInt32BigEndian(chunk, length);
            name.CopyTo(chunk.AsSpan(4));
            BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + length)));
            _pieces.Add(chunk.AsMemory(0, length + Around));
        }
    }
}
