namespace FaceDeid.Geometry;

/// <summary>A colour, 0 to 255 a channel.</summary>
/// <param name="Red">Red.</param>
/// <param name="Green">Green.</param>
/// <param name="Blue">Blue.</param>
public readonly record struct RgbColor(byte Red, byte Green, byte Blue);
