using System.Buffers.Binary;
using System.Text;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>
/// HEIF files box by box (ISO/IEC 23008-12), as phones write them and heif-enc cannot: turned, in tiles, with pictures that
/// nobody should see. What HEVC there is comes from heif-enc.
/// </summary>
internal sealed class HeifFileWriter
{
    private readonly List<(string Type, byte[] Data, byte[][] Properties)> _items = [];
    private readonly List<byte[]> _references = [];

    /// <summary>The number of the item that <see cref="Write"/> names as the primary one; the first unless it is set.</summary>
    public int Primary { get; set; } = 1;

    /// <summary>An HEVC picture of its own with more properties, as an item; returns its number.</summary>
    public int AddPicture(Picture picture, params byte[][] properties)
    {
        var file = Encoders.Heic(picture);
        var configuration = file.AsSpan().IndexOf("hvcC"u8) - 4;
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(configuration));
        var data = file.AsSpan().LastIndexOf("mdat"u8) + 4;
        return Add("hvc1", file[data..], [file[configuration..(configuration + length)], Size(picture.Width, picture.Height),
            .. properties]);
    }

    /// <summary>A picture made of tiles that were added before; returns its number.</summary>
    public int AddGrid(int columns, int rows, int width, int height, int[] tiles, params byte[][] properties)
    {
        var grid = Add(
            "grid", [0, 0, (byte)(rows - 1), (byte)(columns - 1), .. UInt16(width), .. UInt16(height)],
                [Size(width, height), .. properties]);
        Refer("dimg", grid, tiles);
        return grid;
    }

    public int Add(string type, byte[] data, params byte[][] properties)
    {
        _items.Add((type, data, properties));
        return _items.Count;
    }

    /// <summary>Says what an item has to do with others: <c>auxl</c>, <c>dimg</c>, <c>thmb</c>.</summary>
    public void Refer(string kind, int from, params int[] to) =>
        _references.Add(Box(kind, [.. UInt16(from), .. UInt16(to.Length), .. to.SelectMany(UInt16)]));

    public static byte[] Rotation(int quartersAnticlockwise) => Box("irot", [(byte)quartersAnticlockwise]);

    public static byte[] Mirror(int axis) => Box("imir", [(byte)axis]);

    /// <summary>What the samples mean, by code points of ITU-T H.273.</summary>
    public static byte[] Colours(int primaries, int transfer) =>
        Box("colr", [.. "nclx"u8, .. UInt16(primaries), .. UInt16(transfer), 0, 0, 0x80]);

    public static byte[] Auxiliary(string kind) => Box("auxC", [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(kind), 0]);

    public byte[] Write(params string[] brands)
    {
        var start = Box("ftyp", [.. Encoding.ASCII.GetBytes(brands[0]), 0, 0, 0, 0,
            .. brands.SelectMany(Encoding.ASCII.GetBytes)]);
        var length = Meta(0).Length;
        return [.. start, .. Meta(start.Length + length + 8), .. Box("mdat", [.. _items.SelectMany(item => item.Data)])];
    }

    public static byte[] Box(string type, byte[] content) =>
        [.. UInt32(content.Length + 8), .. Encoding.ASCII.GetBytes(type), .. content];

    private static byte[] Full(string type, byte version, byte[] content) => Box(type, [version, 0, 0, 0, .. content]);

    private byte[] Meta(int dataStart)
    {
        List<byte> locations = [0x44, 0, .. UInt16(_items.Count)];
        List<byte> infos = [.. UInt16(_items.Count)];
        List<byte> properties = [];
        List<byte> associations = [.. UInt32(_items.Count)];
        var property = 0;
        for (var i = 0; i < _items.Count; i++)
        {
            var (type, data, own) = _items[i];
            locations.AddRange([.. UInt16(i + 1), 0, 0, 0, 1, .. UInt32(dataStart), .. UInt32(data.Length)]);
            infos.AddRange(Full("infe", 2, [.. UInt16(i + 1), 0, 0, .. Encoding.ASCII.GetBytes(type), 0]));
            properties.AddRange(own.SelectMany(box => box));
            associations.AddRange([.. UInt16(i + 1), (byte)own.Length, .. own.Select(_ => (byte)(0x80 | ++property))]);
            dataStart += data.Length;
        }

        return Full(
            "meta", 0,
            [
                .. Full("hdlr", 0, [0, 0, 0, 0, .. "pict"u8, .. new byte[13]]),
                .. Full("pitm", 0, UInt16(Primary)),
                .. Full("iinf", 0, [.. infos]),
                .. Box("iprp", [.. Box("ipco", [.. properties]), .. Full("ipma", 0, [.. associations])]),
                .. Full("iloc", 0, [.. locations]),
                .. _references.Count == 0 ? [] : Full("iref", 0, [.. _references.SelectMany(box => box)]),
            ]);
    }

    private static byte[] Size(int width, int height) => Full("ispe", 0, [.. UInt32(width), .. UInt32(height)]);

    private static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] UInt32(int value) => [.. UInt16(value >> 16), .. UInt16(value)];
}
