#!/usr/bin/env bash
# The comparison in the README: five methods, five seeds each, on av-digits. Needs about 20 minutes on two cores.
# Learning rates were chosen on validation with seeds 10 and 11: joint among 0.02, 0.05, 0.1, the others at 0.02.
set -eu
cd "$(dirname "$0")/.."
out=${1:-runs/av-digits-comparison}
actors=${ACTORS:-dotnet run -c Release --project src/Client --}
train() { # NAME [--set …]
  name=$1; shift
  $actors train examples/av-digits.yaml --output "$out" --name "$name" --seeds 0..4 --set training.log_every_steps=109 "$@"
}
train unimodal-audio --set method.name=unimodal --set method.modality=audio
train unimodal-image --set method.name=unimodal --set method.modality=image
train joint --set method.name=joint --set optimizer.learning_rate=0.05
train multi-loss --set method.name=multi-loss
train mlb
$actors compare "$out"/*-seed* --format markdown
