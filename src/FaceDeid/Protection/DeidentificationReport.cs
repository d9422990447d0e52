namespace FaceDeid.Protection;

/// <summary>A de-identified picture with its report.</summary>
/// <param name="Picture">The written file.</param>
/// <param name="Format">Its format.</param>
/// <param name="Report">What was done.</param>
public sealed record DeidentificationResult(byte[] Picture, ImageFormat Format, DeidentificationReport Report);
