namespace FaceDeid.Video.Wishes;

/// <summary>What a person changed in the tracks of a recording, or that there is nothing to change.</summary>
/// <param name="Name">Names it: letters and digits.</param>
/// <param name="Before">The name of the one before it; null: it is the first.</param>
/// <param name="Edits">The tracks as they shall be; null: as they are.</param>
public sealed record VideoRevision(string Name, string? Before, VideoTracks? Edits);
