#!/usr/bin/env bash
# What a GPU makes of Kinetone, in under five minutes: seconds per sound of MDSGen's sizes at batch 1 (25 guided steps, random weights) in
# float32 and bfloat16, with the two passes of a step joined and apart, and training steps per second of MoNL's denoiser.
#
#   mvn -B -Pgpu -DskipTests package && bench/gpu.sh        on a machine with a CUDA 13 driver and libraries
#   DEVICE=cpu SIZES=t STEPS=2 bench/gpu.sh                 the same on the CPU, to try the script
#
# Variables: KINETONE the command (./kinetone), DEVICE (cuda), SIZES (t,s,b,l), STEPS (25), REPEATS (5), BATCH of a training step (256),
# MODEL of the training (monl-scenes), LIMIT seconds of one measurement (60).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kinetone="${KINETONE:-./kinetone}"
device="${DEVICE:-cuda}" sizes="${SIZES:-t,s,b,l}" steps="${STEPS:-25}" repeats="${REPEATS:-5}" batch="${BATCH:-256}"
model="${MODEL:-monl-scenes}" limit="${LIMIT:-60}"

name="$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -1)"
echo "device: ${device}${name:+ ($name)}"

# The value of a key on a line of JSON; "denoiserSeconds" stands once for every size.
values() { grep -o "\"$1\":[^,}]*" | cut -d: -f2 | tr -d '"' | tr '\n' ' '; }

measure() { timeout "$limit" "$kinetone" bench "$@" --json --device "$device" 2>/tmp/kinetone-gpu-bench.err || { head -3 /tmp/kinetone-gpu-bench.err >&2; echo '{}'; }; }

echo
echo "MDSGen, one sound, $steps guided steps: seconds of the denoiser"
printf '%-6s %-6s %-8s %s\n' form tf32 passes "$(echo "$sizes" | tr ',' '\t')"
for precision in fp32 bf16; do
  for passes in apart joined; do
    line="$(measure mdsgen --size "$sizes" --num-inference-steps "$steps" --repeats "$repeats" --precision "$precision" --guided-passes "$passes" | tail -1)"
    printf '%-6s %-6s %-8s %s\n' "$precision" off "$passes" "$(echo "$line" | values denoiserSeconds | xargs -n1 printf '%.3f\t' 2>/dev/null)"
  done
done
line="$(measure mdsgen --size "$sizes" --num-inference-steps "$steps" --repeats "$repeats" --precision fp32 --guided-passes joined --tf32 | tail -1)"
printf '%-6s %-6s %-8s %s\n' fp32 on joined "$(echo "$line" | values denoiserSeconds | xargs -n1 printf '%.3f\t' 2>/dev/null)"
echo "autoencoder and vocoder: $(echo "$line" | values autoencoderSeconds) / $(echo "$line" | values vocoderSeconds)"

echo
echo "MoNL's denoiser ($model), batch $batch: training steps a second"
for precision in fp32 bf16; do
  line="$(measure train --model "$model" --batch "$batch" --steps 20 --precision "$precision" | tail -1)"
  seconds="$(echo "$line" | values stepSeconds | tr -d ' ')"
  [ -z "$seconds" ] || awk -v p="$precision" -v s="$seconds" 'BEGIN { printf "%-6s %.2f\n", p, 1 / s }'
done
