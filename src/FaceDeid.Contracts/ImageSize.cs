namespace FaceDeid.Contracts;

/// <summary>A picture's size in pixels, upright.</summary>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="Height">Pixels from top to bottom.</param>
public readonly record struct ImageSize(int Width, int Height);
