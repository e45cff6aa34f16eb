"""The training step of the benchmark in PyTorch, as a person would write it: the same network, data shapes, losses, coefficients and optimiser.

Takes orders on stdin, a number of steps a line; answers with milliseconds per step. Run by the benchmark: pytorch_step.py THREADS DEVICE ENCODER
Its data lie on the device, where there is nothing to wait for.
"""
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
DEVICE, RESNET = torch.device(sys.argv[2]), sys.argv[3] == "resnet18"
CLASSES, ALPHA, BETA = 10, 0.25, 4.0
BATCH, FEATURES, SAMPLES = (64, 512, 512) if RESNET else (32, 64, 7000)
SHAPES = [(1, 224, 224)] * 2 if RESNET else [(1, 64, 32), (1, 28, 28)]


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


class ResNet(nn.Module):
    def __init__(self, shape):
        super().__init__()
        from torchvision.models import resnet18
        self.body = resnet18()
        self.body.conv1 = nn.Conv2d(shape[0], 64, 7, stride=2, padding=3, bias=False)
        self.body.fc = nn.Identity()
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward(self, x):
        z = self.body(x)
        return z, self.head(z)


encoders = [(ResNet if RESNET else ConvNet)(shape).to(DEVICE) for shape in SHAPES]
slices = [nn.Linear(FEATURES, CLASSES, bias=i == 0).to(DEVICE) for i in range(2)]
parameters = [p for module in encoders + slices for p in module.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=1e-4)
data = [torch.randn(SAMPLES, *shape).to(DEVICE) for shape in SHAPES]
labels = torch.randint(0, CLASSES, (SAMPLES,)).to(DEVICE)
order = torch.randperm(SAMPLES).to(DEVICE)
position = 0


def step():
    global position, order
    if position + BATCH > SAMPLES:
        order, position = torch.randperm(SAMPLES).to(DEVICE), 0
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
