"""Writes optimizers.json: 100 steps of PyTorch's optimisers on fixed gradients. Run: python3 make_optimizers.py (made with torch 1.13.1)."""
import json
import math
import torch

COUNT, STEPS = 12, 100


def gradient(step):  # the test makes the same: no file of gradients
    return [math.sin(0.7 * step + 1.3 * i) * (1 + 0.1 * i) for i in range(COUNT)]


CASES = {
    "sgd": dict(kind="sgd", lr=0.05),
    "sgd-decay": dict(kind="sgd", lr=0.05, weight_decay=0.01),
    "sgd-momentum": dict(kind="sgd", lr=0.02, momentum=0.9, weight_decay=0.001),
    "sgd-nesterov": dict(kind="sgd", lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.001),
    "adam": dict(kind="adam", lr=0.01),
    "adam-decay": dict(kind="adam", lr=0.01, weight_decay=0.02, betas=(0.8, 0.99), eps=1e-7),
    "adamw": dict(kind="adamw", lr=0.01, weight_decay=0.02),
}
TYPES = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}

result = {}
for name, options in CASES.items():
    options = dict(options)
    kind = options.pop("kind")
    options.setdefault("weight_decay", 0.0)
    parameter = torch.nn.Parameter(torch.tensor([0.1 * i - 0.5 for i in range(COUNT)], dtype=torch.float32))
    optimizer = TYPES[kind]([parameter], **options)
    for step in range(STEPS):
        parameter.grad = torch.tensor(gradient(step), dtype=torch.float32)
        optimizer.step()
    result[name] = {"options": {"kind": kind, **options}, "parameters": parameter.tolist()}

parameter = torch.nn.Parameter(torch.tensor([0.0]))
optimizer = torch.optim.SGD([parameter], lr=1.0)
restarts = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=4, T_mult=2, eta_min=0.1)
factors = []
for step in range(60):
    factors.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    restarts.step()
result["cosine-restarts"] = {"factors": factors}

vector = torch.nn.Parameter(torch.zeros(COUNT))
vector.grad = torch.tensor(gradient(3), dtype=torch.float32)
norm = torch.nn.utils.clip_grad_norm_([vector], 0.5)
result["clip"] = {"norm": norm.item(), "clipped": vector.grad.tolist()}
json.dump(result, open("optimizers.json", "w"), indent=1)
