using System.Buffers.Binary;
using System.IO.Compression;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>Changes of what is in a ZIP file, which is packed anew and whole.</summary>
internal static class ArchiveMutations
{
    private static readonly string[] Names =
    [
        "../../etc/x.jpg", "/etc/passwd", "C:\\x.jpg", "a\\b.jpg", " ", ".hidden", "__MACOSX/._a.jpg", "certificate.json",
        "certificate.json.sig", "CON", "a/", "a//b.jpg", "é.jpg", "\u202Egpj.exe", "originals/a.jpg", "deidentified/a.jpg",
        "gallery/a.jpg", "subjects.csv", "\0.jpg", "originals/../x.jpg", "chips/0000.png/", "chips/0000.png\\", "a\u200B.jpg",
    ];

    private static readonly DateTimeOffset Date = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One change, and what it is called; null: no ZIP file that can be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dice">What is changed, and how.</param>
    /// <param name="change">Changes the content of an entry.</param>
    public static (byte[] File, string Kind)? Apply(byte[] file, Dice dice, Func<byte[], Dice, (byte[] File, string Kind)> change)
    {
        if (Unzip(file) is not { Count: > 0 } entries)
            return null;
        var at = dice.Below(entries.Count);
        var (name, content) = entries[at];
        var kind = "zip.entry";
        switch (dice.Below(12))
        {
            case 0: entries.RemoveAt(at); kind = "zip.without"; break;
            case 1: entries.Add((name, entries[dice.Below(entries.Count)].Content)); kind = "zip.same"; break;
            case 2: entries[at] = (dice.Of(Names), content); kind = "zip.name"; break;
            case 3: entries[at] = (name + new string('a', dice.Below(300)), content); kind = "zip.long"; break;
            case 4:
                entries.Add((dice.Of(Names), dice.OneIn(2) ? new byte[dice.OneIn(8) ? 30_000_000 : 100] : content));
                kind = "zip.more";
                break;
            case 5:
                entries.AddRange(Enumerable.Range(0, dice.Below(3000)).Select(i => ($"{i}.jpg", Array.Empty<byte>())));
                kind = "zip.many";
                break;
            case 6: entries[at] = (name, []); kind = "zip.empty"; break;
            default:
                var changed = change(content, dice);
                entries[at] = (name, changed.File);
                kind = $"zip/{changed.Kind}";
                break;
        }

        if (dice.OneIn(8))
            return Odd(Zip(entries, CompressionLevel.NoCompression), dice);
        return (Zip(entries, dice.OneIn(2) ? CompressionLevel.Fastest : CompressionLevel.NoCompression), kind);
    }

    /// <summary>What no program writes: bytes that are in no entry, entries in one place.</summary>
    private static (byte[] File, string Kind) Odd(byte[] zip, Dice dice)
    {
        const int endLength = 22, lineLength = 46, placeInLine = 42;
        var end = zip.Length - endLength;
        var table = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(end + 16));
        var hidden = new byte[1 + dice.Below(3000)];
        switch (dice.Below(3))
        {
            case 0:
                return ([.. zip[..(end + 20)], (byte)hidden.Length, (byte)(hidden.Length >> 8), .. hidden], "zip.comment");
            case 1:
                byte[] longer = [.. zip[..table], .. hidden, .. zip[table..]];
                BinaryPrimitives.WriteInt32LittleEndian(longer.AsSpan(longer.Length - 6), table + hidden.Length);
                return (longer, "zip.gap");
            default:
                var place = zip.AsSpan(table + placeInLine, 4).ToArray();
                for (var at = table; at + lineLength < end;
                    at += lineLength + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 28)))
                    place.CopyTo(zip, at + placeInLine);
                return (zip, "zip.overlap");
        }
    }

    /// <summary>A ZIP file, every time the same.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries, CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name.Length == 0 ? "?" : name, level); // a step before may have damaged it
                entry.LastWriteTime = Date;
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The first entries; null: no ZIP file that can be read.</summary>
    public static List<(string Name, byte[] Content)>? Unzip(byte[] file)
    {
        if (!file.AsSpan().StartsWith("PK"u8))
            return null;
        try
        {
            using var bytes = new MemoryStream(file);
            using var zip = new ZipArchive(bytes, ZipArchiveMode.Read);
            return [.. zip.Entries.Take(64).Select(entry => (entry.FullName, Content(entry)))];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return null; // damaged by a step before
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using var stream = entry.Open();
        var buffer = new byte[4096];
        int count;
        while (content.Length < 2_000_000 && (count = stream.Read(buffer)) > 0)
            content.Write(buffer, 0, count);
        return content.ToArray();
    }
}
