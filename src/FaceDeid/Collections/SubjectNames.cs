using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace FaceDeid.Collections;

/// <summary>
/// Names of people that are one name to whoever reads them: written composed or decomposed, in other widths or cases, with spaces
/// or letters that nobody sees. Two people who were one would share a face with fewer than k others. Thread-safe.
/// </summary>
/// <remarks>
/// The service runs without ICU, where .NET leaves texts as they are instead of normalizing them. GLib, which libvips is built
/// with, has the tables.
/// </remarks>
public static partial class SubjectNames
{
    private const string GLib = "libvips.so.42";
    private const int CompatibilityComposed = 3; // G_NORMALIZE_ALL_COMPOSE: NFKC
    private const string Unseen = "\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0"; // fillers, which are no format characters

    // Armenian, Cherokee, Coptic, Cyrillic, Greek, Latin, Lisu.
    private static readonly int[] LookAlikeScripts = [3, 6, 7, 8, 14, 25, 63];

    /// <summary>What names have in common that look the same.</summary>
    public static string Key(string name)
    {
        var composed = Folded(Seen(name));
        return string.Join(' ', Seen(composed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// Whether letters of scripts that look alike stand in one name, as in a Latin name with a Cyrillic letter.
    /// </summary>
    public static bool MixesScripts(string name) => RunesOf(name).Where(Rune.IsLetter).Select(rune => Script((uint)rune.Value))
        .Where(LookAlikeScripts.Contains).Distinct().Skip(1).Any();

    /// <summary>Finds two names that are written differently and look the same; null: there are none.</summary>
    /// <param name="names">Names; null: there is none.</param>
    /// <returns>Their indexes.</returns>
    public static (int First, int Second)? FindAlike(IEnumerable<string?> names)
    {
        var known = new Dictionary<string, (string Name, int Index)>(StringComparer.Ordinal);
        foreach (var (index, name) in names.Index())
        {
            if (name is null || known.TryAdd(Key(name), (name, index)))
                continue;
            var first = known[Key(name)];
            if (!string.Equals(first.Name, name, StringComparison.Ordinal))
                return (first.Index, index);
        }

        return null;
    }

    private static List<Rune> RunesOf(string text)
    {
        var runes = new List<Rune>(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            _ = Rune.DecodeFromUtf16(rest, out var rune, out var length);
            runes.Add(rune);
            rest = rest[length..];
        }

        return runes;
    }

    private static string Seen(string text)
    {
        var seen = new StringBuilder(text.Length);
        foreach (var rune in RunesOf(text))
        {
            var isVariation = rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180F);
            if (!isVariation && !(rune.IsBmp && Unseen.Contains((char)rune.Value))
                && (Rune.IsWhiteSpace(rune)
                    || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control)))
                seen.Append(rune);
        }

        return seen.ToString();
    }

    /// <summary>NFKC of the case-folded text, which folding may have left decomposed.</summary>
    private static string Folded(string text) =>
        Taken(Normalize(Taken(Fold(Taken(Normalize(text, -1, CompatibilityComposed)), -1)), -1, CompatibilityComposed));

    private static string Taken(nint text)
    {
        try
        {
            return Marshal.PtrToStringUTF8(text) ?? string.Empty;
        }
        finally
        {
            Free(text);
        }
    }

    [LibraryImport(GLib, EntryPoint = "g_utf8_normalize", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Normalize(string text, nint length, int mode);

    [LibraryImport(GLib, EntryPoint = "g_utf8_casefold", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Fold(string text, nint length);

    [LibraryImport(GLib, EntryPoint = "g_unichar_get_script")]
    private static partial int Script(uint letter);

    [LibraryImport(GLib, EntryPoint = "g_free")]
    private static partial void Free(nint memory);
}
