using System.Text;
using Google.Protobuf;

namespace FaceDeid.Models;

/// <summary>Protocol buffers field by field, without classes for their messages.</summary>
internal static class ProtocolBuffer
{
    /// <summary>The fields of a message, in its order.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no message.</exception>
    public static List<Field> Fields(byte[] message)
    {
        List<Field> fields = [];
        using var input = new CodedInputStream(message);
        for (var start = 0L; input.ReadTag() is var tag and not 0; start = input.Position)
        {
            byte[] content = [];
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                content = input.ReadBytes().ToByteArray();
            else
                input.SkipLastField();
            fields.Add(new Field(WireFormat.GetTagFieldNumber(tag), content, message[(int)start..(int)input.Position]));
        }

        return fields;
    }

    public static byte[] Write(int number, string text) => Write(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Write(int number, byte[] content) => Write(number, WireFormat.WireType.LengthDelimited, output =>
        output.WriteBytes(ByteString.CopyFrom(content)));

    public static byte[] Write(int number, long value) => Write(number, WireFormat.WireType.Varint, output =>
        output.WriteInt64(value));

    public static byte[] Join(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    public static string Text(Field field) => Encoding.UTF8.GetString(field.Content);

    private static byte[] Write(int number, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, type);
            write(output);
        }

        return stream.ToArray();
    }

    /// <summary>A field of a message.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Content">Its bytes, if it is a text or a message.</param>
    /// <param name="Whole">Its bytes with its tag.</param>
    public sealed record Field(int Number, byte[] Content, byte[] Whole);
}
