namespace FaceDeid.Api.Errors;

/// <summary>A refusal that has its row in the error table and a public text that says what to change.</summary>
internal sealed class ProblemException(ProblemKind kind, string detail, IReadOnlyDictionary<string, string>? fields = null)
    : Exception(detail)
{
    public ProblemKind Kind { get; } = kind;

    /// <summary>
    /// What is wrong with each field, by field name, with each picture of a collection, by its index, or with each row of a
    /// dataset, by folder and number.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Fields { get; } = fields;

    /// <summary>What the header WWW-Authenticate says, a line for each.</summary>
    public string[] Challenges { get; init; } = [];

    /// <summary>What the header Retry-After says.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
