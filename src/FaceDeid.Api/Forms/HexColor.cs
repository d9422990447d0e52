using System.Globalization;
using FaceDeid.Geometry;

namespace FaceDeid.Api.Forms;

/// <summary>Colours as they stand in forms: <c>#RRGGBB</c>.</summary>
internal static class HexColor
{
    public const string Black = "#000000";

    public const string Pattern = "^#[0-9A-Fa-f]{6}$";

    /// <summary>Reads a colour that has been checked against its pattern.</summary>
    public static RgbColor Parse(string text)
    {
        var rgb = int.Parse(text.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new RgbColor((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }
}
