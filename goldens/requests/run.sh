#!/usr/bin/env bash
# Twelve fixed requests to the shipped models; prints the SHA-256 of what they make.
#   goldens/requests/run.sh [CHECKOUT]            hashes of this checkout, or of another one
#   goldens/requests/run.sh | diff - goldens/requests/sha256.txt
# Sums of floating-point numbers differ between processors, so sha256.txt holds for the kind that its first line names; on another
# kind compare two checkouts. Checkouts from before the options of systems took MoNL's guidance scale one less: MONL_GUIDANCE=1.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
kinetone="${1:-$here/../..}/kinetone"
guidance="${MONL_GUIDANCE:-2}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
"$kinetone" scenes --count 2 --seed 41 --out in >/dev/null 2>&1
"$kinetone" scenes --count 1 --seed 42 --frames 50 --kind BALL --out long >/dev/null 2>&1
one="$(ls in/*.mp4 | head -1)"
other="$(ls in/*.mp4 | tail -1)"
long="$(ls long/*.mp4)"
make() {
  local name="$1"
  shift
  "$kinetone" generate "$@" --threads 2 -o "out/$name" >/dev/null 2>"$name.log" || { cat "$name.log" >&2; exit 1; }
}
make 01-joint.mp4 --task joint --seed 1 --num-inference-steps 20
make 02-v2a.wav --task v2a --video "$one" --seed 2 --num-inference-steps 20
make 03-a2v.mp4 --task a2v --audio "$other" --seed 3 --num-inference-steps 20
make 04-continue.mp4 --task continue --video "$one" --seed 4 --num-inference-steps 20
make 05-inpaint.mp4 --task inpaint --video "$other" --seed 5 --num-inference-steps 20
make 06-mdsgen.wav --model mdsgen-scenes --task v2a --video "$one" --seed 6
make 07-mdsgen-long.mp4 --model mdsgen-scenes --task v2a --video "$long" --seed 7
make 08-monl-long.mp4 --task v2a --video "$long" --seed 8 --num-inference-steps 10 --sampler ddim
make 09-replacement.mp4 --task a2v --audio "$other" --seed 9 --conditioning replacement --num-inference-steps 10
make 10-reconstruction.mp4 --task a2v --audio "$one" --seed 10 --conditioning reconstruction --sampler ddim --num-inference-steps 10
make 11-mdsgen-ddpm.wav --model mdsgen-scenes --task v2a --video "$other" --seed 11 --classifier-guidance-scale 0 --guidance-power 4 \
  --guidance-scale 4 --sampler ddpm --num-inference-steps 10
make 12-monl-guided.wav --task v2a --video "$other" --seed 12 --guidance-scale "$guidance" --sampler dpmpp --num-inference-steps 10
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: /# /'
cd out
sha256sum -- *
