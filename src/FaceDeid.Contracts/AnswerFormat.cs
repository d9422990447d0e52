namespace FaceDeid.Contracts;

/// <summary>The forms an answer can have.</summary>
public enum AnswerFormat
{
    /// <summary>application/json.</summary>
    Json,

    /// <summary>image/png.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,
}
