"""Writes spectrograms.json: log(|STFT| + 1e-7) by PyTorch, linear and in mel bands. Run: python3 make_spectrograms.py (made with torch 1.13)."""
import json
import math
import torch

RATE, COUNT, SIZE, HOP, BANDS = 8000, 64, 16, 6, 5
samples = torch.tensor([0.5 * math.sin(0.9 * t) + 0.3 * math.sin(0.01 * t * t + 1) for t in range(COUNT)])  # the test makes the same


def magnitude(centered):
    return torch.stft(samples, SIZE, HOP, SIZE, torch.hann_window(SIZE), center=centered, pad_mode="reflect", return_complex=True).abs()  # [F, T]


def filters():  # HTK's scale, triangles from 0 Hz to half the rate that peak at 1
    top = 2595 * math.log10(1 + RATE / 2 / 700)
    edges = [700 * (10 ** (top * i / (BANDS + 1) / 2595) - 1) for i in range(BANDS + 2)]
    return torch.tensor([[
        max(0.0, min((RATE * k / SIZE - low) / (peak - low), (high - RATE * k / SIZE) / (high - peak))) for k in range(SIZE // 2 + 1)]
        for low, peak, high in zip(edges, edges[1:], edges[2:])])  # [BANDS, F]


result = {
    "centered": (magnitude(True) + 1e-7).log().tolist(),
    "within": (magnitude(False) + 1e-7).log().tolist(),
    "mel": (filters() @ magnitude(True) + 1e-7).log().tolist(),
}
json.dump(result, open("spectrograms.json", "w"), indent=1)
