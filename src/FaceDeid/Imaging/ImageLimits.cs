namespace FaceDeid.Imaging;

/// <summary>What a picture's header may claim before any of its pixels are decoded.</summary>
/// <param name="MaxMegapixels">Largest width x height, in units of 1,000,000 pixels.</param>
/// <param name="MaxSide">Longest width or height, in pixels.</param>
public sealed record ImageLimits(int MaxMegapixels, int MaxSide);
