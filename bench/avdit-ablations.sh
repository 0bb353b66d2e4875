#!/usr/bin/env bash
# The ablations of AV-DiT (its figures 5 and 6) on scenes, at equal steps: which parts are trained, and how wide adapters are.
# Run it where the latents, codecs and the picture model of configs/avdit-scenes/denoiser.yaml are.
#
#   bench/avdit-ablations.sh OUT [STEPS [BATCH [WORKERS [SEEDS [VARIANTS]]]]]
#
# Writes OUT/VARIANT-SEED/metrics.jsonl and prints the held-out losses of the last step. KINETONE names the command,
# OPTIONS what else it is given.
set -euo pipefail
here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
kinetone="${KINETONE:-$here/kinetone}"
out="${1:?OUT is missing}"
steps="${2:-600}"
batch="${3:-64}"
workers="${4:-1}"
seeds="${5:-1 2}"
variants="${6:-full no-temporal no-joint no-audio ratio-16 ratio-64 paper whole scratch}"
recipe="$here/configs/avdit-scenes/denoiser.yaml"
mkdir -p "$out"

adapters() { # adapters RATIO PLACE...
  local ratio="$1" list="" place
  shift
  for place in "$@"; do list="$list${list:+, }$place: {ratio: $ratio}"; done
  echo "model.adapters={$list}"
}

joint="JOINT_ATTENTION: {rank: 16, alpha: 16}"
places="VIDEO_ATTENTION AUDIO_ATTENTION JOINT_ATTENTION VIDEO_MLP AUDIO_MLP"

settings() { # settings VARIANT: one --set value per line
  case "$1" in
    full) ;;
    no-temporal) echo "model.temporalAttention=null" ;;
    no-joint)
      adapters 0.25 VIDEO_ATTENTION AUDIO_ATTENTION VIDEO_MLP AUDIO_MLP
      echo "model.updates={AUDIO_ATTENTION: {rank: 16, alpha: 16}}" ;;
    no-audio)
      adapters 0.25 VIDEO_ATTENTION JOINT_ATTENTION VIDEO_MLP
      echo "model.updates={$joint}" ;;
    ratio-16) adapters 0.0625 $places ;;
    ratio-64) adapters 0.015625 $places ;;
    paper) # the parts of av-dit-xl-2
      adapters 0.0625 AUDIO_ATTENTION JOINT_ATTENTION
      echo "model.updates={AUDIO_ATTENTION: {rank: 8, alpha: 8}}" ;;
    whole) echo "train=ALL" ;;
    scratch)
      echo "train=ALL"
      echo "base=null" ;;
    *) echo "unknown variant $1" >&2; exit 2 ;;
  esac
}

one() { # one VARIANT SEED
  local arguments=(--set "trainer.steps=$steps" --set "trainer.seed=$2" --set "batch=$batch"
    --set "trainer.validateEvery=$steps" --set "trainer.checkpoint.everySteps=$steps") line
  while IFS= read -r line; do arguments+=(--set "$line"); done < <(settings "$1")
  "$kinetone" train "$recipe" --out "$out/$1-$2" ${OPTIONS:-} "${arguments[@]}" >"$out/$1-$2.log" 2>&1 ||
    echo "$1-$2 failed: $(tail -1 "$out/$1-$2.log")"
}

running=0
for seed in $seeds; do
  for variant in $variants; do
    one "$variant" "$seed" &
    running=$((running + 1))
    if [ "$running" -ge "$workers" ]; then
      wait -n
      running=$((running - 1))
    fi
  done
done
wait
for seed in $seeds; do
  for variant in $variants; do
    printf '%-14s %s  ' "$variant" "$seed"
    grep -h 'validation:' "$out/$variant-$seed.log" | tail -1 || echo "none"
  done
done
