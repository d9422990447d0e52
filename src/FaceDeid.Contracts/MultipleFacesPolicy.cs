namespace FaceDeid.Contracts;

/// <summary>What becomes of a picture with several faces.</summary>
public enum MultipleFacesPolicy
{
    /// <summary>Its largest face counts.</summary>
    Largest,

    /// <summary>It is a bad picture.</summary>
    Error,

    /// <summary>Every face counts, each as a person of its own.</summary>
    All,
}
