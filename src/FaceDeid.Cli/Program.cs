using System.CommandLine;
using FaceDeid.Cli;

ProcessDumps.Forbid(); // its memory is people's pictures
var root = new RootCommand("FaceDeid at a shell. The service is a program of its own: see the README.")
{
    VideoCommand.Create(),
    EvaluateCommand.Create(),
    BuildDonorsCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
