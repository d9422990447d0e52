namespace FaceDeid.Contracts;

/// <summary>What happens to a damaged file.</summary>
public enum DamagePolicy
{
    /// <summary>It is refused.</summary>
    Error,

    /// <summary>What its decoder shows of it is the picture.</summary>
    Accept,
}
