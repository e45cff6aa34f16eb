"""The training step of the benchmark in PyTorch, as a person would write it: the same network, data shapes, losses, coefficients and optimiser.

Takes orders on stdin, a number of steps a line; answers with milliseconds per step. Run by the benchmark: pytorch_step.py THREADS
"""
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
BATCH, CLASSES, FEATURES, SAMPLES, ALPHA, BETA = 32, 10, 64, 7000, 0.25, 4.0
SHAPES = [(1, 64, 32), (1, 28, 28)]


class ConvNet(nn.Module):
    def __init__(self, shape, width=8, depth=3):
        super().__init__()
        channels, layers = shape[0], []
        for _ in range(depth):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
            channels, width = width, width * 2
        self.stages = nn.Sequential(*layers)
        self.project = nn.Linear(channels * (shape[1] >> depth) * (shape[2] >> depth), FEATURES)
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward(self, x):
        z = F.relu(self.project(self.stages(x).flatten(1)))
        return z, self.head(z)


encoders = [ConvNet(shape) for shape in SHAPES]
slices = [nn.Linear(FEATURES, CLASSES, bias=i == 0) for i in range(2)]
parameters = [p for module in encoders + slices for p in module.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=1e-4)
data = [torch.randn(SAMPLES, *shape) for shape in SHAPES]
labels = torch.randint(0, CLASSES, (SAMPLES,))
order = torch.randperm(SAMPLES)
position = 0


def step():
    global position, order
    if position + BATCH > SAMPLES:
        order, position = torch.randperm(SAMPLES), 0
    rows = order[position:position + BATCH]
    position += BATCH
    truth = labels[rows]
    features, logits = zip(*(encoder(inputs[rows]) for encoder, inputs in zip(encoders, data)))
    fused = slices[0](features[0]) + slices[1](features[1])
    multimodal = F.cross_entropy(fused, truth)
    loss = multimodal + sum(F.cross_entropy(own, truth) for own in logits)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    with torch.no_grad():
        scores = [F.softmax(own, 1).gather(1, truth[:, None]).mean().item() for own in logits]
        correct = [(own.argmax(1) == truth).sum().item() for own in (fused, *logits)]
        for i, encoder in enumerate(encoders):
            ratio = scores[1 - i] / scores[i]
            k = 1 + ((BETA if ratio > 1 else 2) - 1) * math.tanh(ALPHA * (ratio - 1))
            for p in list(encoder.parameters()) + [slices[i].weight]:
                p.grad.mul_(k)
    optimizer.step()
    return multimodal.item(), correct


print(f"{torch.__version__} ({torch.get_num_threads()} threads)", flush=True)
for line in sys.stdin:
    count = int(line)
    start = time.perf_counter()
    for _ in range(count):
        step()
    print((time.perf_counter() - start) * 1000 / count, flush=True)
