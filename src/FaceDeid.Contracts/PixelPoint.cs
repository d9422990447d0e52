namespace FaceDeid.Contracts;

/// <summary>A pixel position in the upright picture; it may lie beyond the picture's edge.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
public readonly record struct PixelPoint(int X, int Y);
