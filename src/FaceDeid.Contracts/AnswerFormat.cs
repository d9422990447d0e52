namespace FaceDeid.Contracts;

/// <summary>The forms that answers have; each call offers some of them.</summary>
public enum AnswerFormat
{
    /// <summary>application/json.</summary>
    Json,

    /// <summary>image/png: every pixel is as it was.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,

    /// <summary>multipart/mixed: the report, then the picture in the format it came in.</summary>
    Multipart,

    /// <summary>text/html: a page that needs nothing else.</summary>
    Html,

    /// <summary>application/zip: several files.</summary>
    Zip,

    /// <summary>application/x-ndjson: progress, a line each, then the result.</summary>
    Jsonl,

    /// <summary>text/event-stream: the same as server-sent events.</summary>
    Sse,
}
