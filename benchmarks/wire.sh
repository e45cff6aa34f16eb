#!/usr/bin/env bash
# What 16 bits on the wire cost in accuracy: av-digits in two shards, so that features, their gradients and the gradients that shards average all travel. Validation, seeds 10 and 11.
# The data's settings are written out: they are harder than the defaults, so that accuracy is not near what it can be at most.
set -eu
cd "$(dirname "$0")/.."
out=${1:-runs/wire}
actors=${ACTORS:-dotnet run -c Release --project src/Client --}
train() { # NAME [--set …]
  name=$1; shift
  $actors train examples/av-digits.yaml --output "$out" --name "$name" --seeds 10..11 \
    --set 'training={epochs: 8, batch_size: 32, shards: 2, evaluate_every_epochs: 1, log_every_steps: 109}' --set 'checkpoint={every_epochs: 1}' \
    --set 'data={dataset: av-digits, path: datasets/av-digits, snr_db: 10, shift_ms: 100, pca_energy: 0.25, noise_std: 1.25, train_voices: 20, train_samples: 7000}' "$@"
}
train fp32
train bf16-features --set wire.features=bf16
train bf16-gradients --set wire.gradients=bf16
train bf16-reduction --set wire.reduction=bf16
train fp16-features --set wire.features=fp16
train fp16-gradients --set wire.gradients=fp16
train fp16-reduction --set wire.reduction=fp16
train bf16-all --set 'wire={features: bf16, gradients: bf16, reduction: bf16}'
train fp16-all --set 'wire={features: fp16, gradients: fp16, reduction: fp16}'
python3 - "$out" <<'PYTHON'
import glob, json, os, sys
print("| wire | seed | best validation accuracy % | last epoch % | last epoch's loss | audio alone % | image alone % |")
print("|---|---|---|---|---|---|---|")
for name in ["fp32", "bf16-features", "bf16-gradients", "bf16-reduction", "fp16-features", "fp16-gradients", "fp16-reduction", "bf16-all", "fp16-all"]:
    for folder in sorted(glob.glob(os.path.join(sys.argv[1], name + "-seed*"))):
        events = [json.loads(line) for line in open(os.path.join(folder, "metrics.jsonl"))]
        told = [e for e in events if e["kind"] == "evaluation" and e["split"] == "validation"]
        last, best = told[-1], max(e["accuracy"] for e in told)
        alone = " | ".join(f"{100 * m['accuracy']:.2f}" for m in last["modalities"])
        print(f"| {name} | {folder[-2:]} | {100 * best:.2f} | {100 * last['accuracy']:.2f} | {last['loss']:.4f} | {alone} |")
PYTHON
