using FaceDeid.Core;
using FaceDeid.Decoder;

// One picture file on standard input, its pixels on standard output (DecoderProtocol). Whoever starts this locks it in first.
ProcessDumps.Forbid(); // its memory is somebody's picture
using var input = new BinaryReader(Console.OpenStandardInput());
using var output = new BinaryWriter(new BufferedStream(Console.OpenStandardOutput(), 1 << 16));
PictureReader.Answer(input, output);
