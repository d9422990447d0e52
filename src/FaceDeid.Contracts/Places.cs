namespace FaceDeid.Contracts;

/// <summary>A rectangle in pixels of the upright picture; it may reach beyond the picture's edge.</summary>
/// <param name="X">Left edge; 0 is the picture's left edge.</param>
/// <param name="Y">Top edge; 0 is the picture's top edge.</param>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
public readonly record struct Box(int X, int Y, int Width, int Height);

/// <summary>A pixel position in the upright picture; it may lie beyond the picture's edge.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
public readonly record struct PixelPoint(int X, int Y);

/// <summary>A picture's size in pixels, upright.</summary>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="Height">Pixels from top to bottom.</param>
public readonly record struct ImageSize(int Width, int Height);
