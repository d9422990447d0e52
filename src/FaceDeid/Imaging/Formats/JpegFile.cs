using System.Buffers;
using System.Buffers.Binary;

namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What of a JPEG is decoded (ITU-T T.81, annex B): the segments that pixels, colours and orientation come from, written anew in
/// order. Second pictures (gain maps, MPO), appended videos and other trailers, texts, thumbnails of other vendors and stray
/// bytes between segments are left behind, and oddities of headers after which no pixel is missing are put right, so that a
/// decoder which still warns warns of lost pixels.
/// </summary>
internal static class JpegFile
{
    /// <summary>
    /// Most scans. Encoders write 1 to 3, or 10 to 20 for a progressive picture; each takes time for every block, even where it
    /// says in a few bytes that nothing changes: a file of 250 KB with 900 scans of 50 megapixels keeps a decoder busy for 7
    /// seconds.
    /// </summary>
    public const int MostScans = 100;

    private const byte Marker = 0xFF;
    private const byte FrameOfLosslessJpegLs = 0xF7;
    private const int AdobeLength = 12;

    private static readonly byte[] Jfif = [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]; // version 1.01, square pixels, no thumbnail

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The whole file; it begins as a JPEG.</param>
    /// <returns>
    /// The segments that are decoded; and the size where the picture is plain: gray, or three colours of one scan, with neither a
    /// colour profile nor EXIF, which may turn it. Else null.
    /// </returns>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.UnsupportedFormat"/>: a kind of JPEG that is not read, or too many scans.
    /// </exception>
    public static (byte[] Essence, ImageSize? Plain) Read(ReadOnlySpan<byte> file)
    {
        var essence = new Writer(file.Length);
        var rest = file[2..];
        while (NextMarker(ref rest) is { } marker)
        {
            if (marker == Code.EndOfImage)
                return (essence.Ended(hasEnd: true), essence.Plain);
            if (StandsAlone(marker))
                continue;
            var length = rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length < 2 || length > rest.Length)
                break;
            var content = rest[2..length];
            rest = rest[length..];
            if (marker == Code.StartOfScan)
            {
                var data = rest[..EndOfScan(rest)];
                rest = rest[data.Length..];
                essence.AddScan(content, data);
            }
            else
            {
                essence.Add(marker, content);
            }
        }

        return (essence.Ended(hasEnd: false), essence.Plain);
    }

    /// <summary>Passes over stray bytes and filling to the next marker; null: there is none.</summary>
    private static byte? NextMarker(ref ReadOnlySpan<byte> rest)
    {
        while (rest.IndexOf(Marker) is >= 0 and var at)
        {
            rest = rest[(at + 1)..].TrimStart(Marker);
            if (rest.IsEmpty)
                return null;
            var code = rest[0];
            rest = rest[1..];
            if (code != 0)
                return code;
        }

        rest = [];
        return null;
    }

    private static bool StandsAlone(byte marker) => marker is 0x01 or (>= 0xD0 and <= 0xD8);

    /// <summary>Where the entropy-coded data ends: at the first marker that is no restart.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> data)
    {
        for (var at = 0; ;)
        {
            var next = data[at..].IndexOf(Marker);
            if (next < 0 || at + next + 1 >= data.Length)
                return data.Length;
            at += next;
            if (data[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or Marker))
                return at;
            at += data[at + 1] == Marker ? 1 : 2;
        }
    }

    private static class Code
    {
        public const byte StartOfImage = 0xD8;
        public const byte EndOfImage = 0xD9;
        public const byte StartOfScan = 0xDA;
        public const byte HuffmanTables = 0xC4;
        public const byte JpegExtension = 0xC8;
        public const byte ArithmeticConditioning = 0xCC;
        public const byte QuantizationTables = 0xDB;
        public const byte NumberOfLines = 0xDC;
        public const byte RestartInterval = 0xDD;
        public const byte App0 = 0xE0;
        public const byte App1 = 0xE1;
        public const byte App2 = 0xE2;
        public const byte App14 = 0xEE;
        public const byte Comment = 0xFE;
    }

    private sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _bytes;
        private bool _hasJfif;
        private bool _hasExif;
        private byte[]? _adobe;
        private bool _hasHeight = true;
        private byte _frame;
        private int _components;
        private int _scanned;
        private int _scans;
        private bool _isPlain = true;
        private ImageSize? _size;

        public Writer(int capacity)
        {
            _bytes = new ArrayBufferWriter<byte>(capacity + Jfif.Length);
            _bytes.Write([Marker, Code.StartOfImage]);
        }

        public ImageSize? Plain => _isPlain && _scans == 1 ? _size : null;

        private bool IsProgressive => _frame is 0xC2 or 0xCA;

        public void Add(byte marker, ReadOnlySpan<byte> content)
        {
            switch (marker)
            {
                case Code.HuffmanTables or Code.ArithmeticConditioning or Code.QuantizationTables or Code.RestartInterval:
                    Write(marker, content);
                    break;
                case FrameOfLosslessJpegLs:
                    throw NotRead("JPEG-LS");
                case Code.NumberOfLines when !_hasHeight:
                    throw NotRead("JPEG that says its height behind its pixels");
                case >= 0xC0 and <= 0xCF and not Code.JpegExtension:
                    AddFrame(marker, content);
                    break;
                case Code.App0 when content.StartsWith("JFIF\0"u8) && !_hasJfif: // of any version
                    _hasJfif = true;
                    Write(marker, Jfif);
                    break;
                case Code.App1 when content.StartsWith("Exif\0"u8) && !_hasExif: // for the orientation
                    (_hasExif, _isPlain) = (true, false);
                    Write(marker, content);
                    break;
                case Code.App2 when content.StartsWith("ICC_PROFILE\0"u8):
                    _isPlain = false;
                    Write(marker, content);
                    break;
                case Code.App14 when content.StartsWith("Adobe"u8) && content.Length >= AdobeLength:
                    _adobe = content[..AdobeLength].ToArray();
                    break;
                case < 0xC0 or Code.JpegExtension or (>= 0xF0 and < Code.Comment): // no decoder knows what follows
                    Write(marker, content);
                    break;
            }
        }

        /// <summary>A scan's header and data.</summary>
        public void AddScan(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
        {
            if (++_scans > MostScans)
            {
                throw new FaceDeidException(
                    FaceDeidError.UnsupportedFormat,
                    $"The JPEG has more than {MostScans} scans. Save it anew, with fewer or as baseline.");
            }

            if (_scans == 1 && _adobe is not null)
                AddAdobe(_adobe);
            var components = header.IsEmpty ? 0 : header[0];
            _scanned += components;
            _isPlain &= components == _components;
            // Sequential scans hold all of each block, whatever older phones write here.
            if (!IsProgressive && header.Length == 1 + (2 * components) + 3)
                header = (byte[])[.. header[..^3], 0, 63, 0];

            Write(Code.StartOfScan, header);
            _bytes.Write(data);
        }

        /// <summary>The end. Where it is missing though every component had its scan, nothing else is.</summary>
        public byte[] Ended(bool hasEnd)
        {
            if (hasEnd || (!IsProgressive && _components > 0 && _scanned >= _components))
                _bytes.Write([Marker, Code.EndOfImage]);
            return _bytes.WrittenSpan.ToArray();
        }

        private void AddFrame(byte marker, ReadOnlySpan<byte> content)
        {
            // Baseline, extended and progressive, by Huffman's or arithmetic coding.
            if (marker is not (0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA))
                throw NotRead(marker is 0xC3 or 0xCB ? "lossless JPEG" : "hierarchical or lossless JPEG");
            if (content.Length >= 6)
            {
                if (content[0] != 8)
                    throw NotRead($"JPEG with {content[0]} bits a channel");
                _hasHeight = BinaryPrimitives.ReadUInt16BigEndian(content[1..]) != 0;
                if (content[5] is 2 or > 4)
                    throw NotRead($"JPEG with {content[5]} channels");
                _isPlain &= _frame == 0 && marker is 0xC0 or 0xC1 && content[5] is 1 or 3;
                (_frame, _components) = (marker, content[5]);
                _size = new ImageSize(
                    BinaryPrimitives.ReadUInt16BigEndian(content[3..]), BinaryPrimitives.ReadUInt16BigEndian(content[1..]));
            }

            Write(marker, content);
        }

        /// <summary>Says how colours are coded. What is no transform of so many channels is taken as the usual one.</summary>
        private void AddAdobe(byte[] content)
        {
            byte usual = _components == 4 ? (byte)2 : (byte)1;
            if (content[^1] != 0)
                content[^1] = usual;
            Write(Code.App14, content);
        }

        private void Write(byte marker, ReadOnlySpan<byte> content)
        {
            Span<byte> head = [Marker, marker, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
            _bytes.Write(head);
            _bytes.Write(content);
        }

        private static FaceDeidException NotRead(string kind) => new(
            FaceDeidError.UnsupportedFormat,
            $"A {kind} is not read. Save the picture as a usual JPEG with 8 bits a channel, or as PNG.");
    }
}
