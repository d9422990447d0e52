namespace FaceDeid.Contracts;

/// <summary>A problem document (RFC 9457).</summary>
/// <param name="Type">Identifies the cause: `urn:facedeid:problem:` and the code.</param>
/// <param name="Title">What happened.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What to change. Never quotes what was sent.</param>
/// <param name="Code">Stable name of the cause: program against it.</param>
/// <param name="TraceId">Finds the request in the service's log.</param>
/// <param name="Errors">
/// With `invalid_option`: what is wrong with each field, by field name. With `bad_pictures`: with each picture, by index. With
/// `bad_dataset`: with each row, by folder and number.
/// </param>
public sealed record Problem(
    string Type, string Title, int Status, string Detail, string Code, string TraceId,
    IReadOnlyDictionary<string, string>? Errors = null);
