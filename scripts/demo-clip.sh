#!/usr/bin/env bash
# scripts/demo-clip.sh : makes docs/clips/before.mp4 (two of the generated people of docs/images/replace.jpg, moved, turned and
# zoomed), docs/clips/after.mp4 (the same through `facedeid video`), and docs/images/video.jpg (frames of both). Build first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

facedeid=(dotnet src/FaceDeid.Cli/bin/Release/net10.0/FaceDeid.Cli.dll)
clips=docs/clips
mkdir --parents "$clips"

# A person of the sheet, left and top given, who sways and comes nearer for two seconds.
person() {
    echo "crop=190:190:$1:$2,loop=loop=-1:size=1,trim=end_frame=50,setpts=N/25/TB,scale=760:760,rotate='0.12*sin(2*PI*n/50)':c=gray,\
zoompan=z='1.25+0.3*sin(PI*in/100)':x='iw/2-iw/zoom/2+30*sin(2*PI*in/50)':y='ih/2-ih/zoom/2':d=1:s=360x360:fps=25,pad=640:360:140:0:0x303840"
}
ffmpeg -v error -y -i docs/images/replace.jpg -filter_complex \
    "[0]split[a][b];[a]$(person 1164 0)[p];[b]$(person 1164 194)[q];[p][q]concat=n=2,format=yuv420p" \
    -c:v libx264 -preset slow -crf 24 -map_metadata -1 -fflags +bitexact "$clips/before.mp4"
"${facedeid[@]}" video "$clips/before.mp4" --out "$clips/after.mp4" --crf 24

frames='select=not(mod(n-6\,16)),crop=360:360:140:0,scale=200:-2,tile=6x1'
ffmpeg -v error -y -i "$clips/before.mp4" -i "$clips/after.mp4" -filter_complex \
    "[0]$frames[a];[1]$frames[b];[a][b]vstack" -frames:v 1 -q:v 3 -fps_mode passthrough docs/images/video.jpg
