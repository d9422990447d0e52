namespace FaceDeid.Contracts;

/// <summary>What happens when nobody would be protected: there is no face, or references leave everybody visible.</summary>
public enum NoFacePolicy
{
    /// <summary>The request fails.</summary>
    Error,

    /// <summary>The picture is returned as it is, written anew.</summary>
    Pass,
}
