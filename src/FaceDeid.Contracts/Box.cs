namespace FaceDeid.Contracts;

/// <summary>A rectangle in pixels of the upright picture; it may reach beyond the picture's edge.</summary>
/// <param name="X">Left edge; 0 is the picture's left edge.</param>
/// <param name="Y">Top edge; 0 is the picture's top edge.</param>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
public readonly record struct Box(int X, int Y, int Width, int Height);
