"""Spoken digits: said by espeak-ng, and what an ear would make of the sound.

The small set beside the lessons, ``data/spoken_digits.npz``, is made by

    python examples/spoken.py

which needs the program espeak-ng (on Debian and Ubuntu, apt-get install espeak-ng).
"""

import argparse
import io
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
from figures import panels
from matplotlib.figure import Figure

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SMALL = Path(__file__).parent / "data" / "spoken_digits.npz"
RATE = 22050  # samples a second, as espeak-ng gives them
WINDOW, STEP = 1024, 551  # samples: 46 ms, every 25 ms
BANDS = 16

ACCENTS = "en-gb en-us en-gb-scotland en-gb-x-gbclan en-gb-x-rp en-gb-x-gbcwmd en-029"
SPEAKERS = (  # the synthesizer's shapes of throat and mouth
    "adam Alex Alicia Andrea aunty belinda benjamin boris caleb david edward grandma "
    "grandpa Henrique Hugo john kaukovalta Lee linda marcelo Marco Michael miguel "
    "pablo pedro robert steph travis victor f1 f2 f3 f4 f5 m1 m2 m3 m4 klatt klatt2"
)


def say(word: str, voice: str, speed: int = 160, pitch: int = 50) -> np.ndarray:
    """The sound of a word: samples between -1 and 1, silence cut off."""
    if shutil.which("espeak-ng") is None:
        raise FileNotFoundError(
            "espeak-ng is not installed; on Debian and Ubuntu, type: "
            "apt-get install espeak-ng"
        )
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch)]
    done = subprocess.run([*command, "--stdout", word], capture_output=True, check=True)
    with wave.open(io.BytesIO(done.stdout)) as file:
        raw = file.readframes(len(done.stdout))
    sound = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2") / 2**15
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    return sound[loud[0] : loud[-1] + 1]


def filters() -> np.ndarray:
    """(513, BANDS): how much of each frequency each band hears.

    Triangles, equally wide in mel, 2595 log₁₀(1 + f/700): for an ear, as for a piano,
    the same step up is more hertz the higher one is.
    """
    top = 2595 * np.log10(1 + 8000 / 700)
    edges = 700 * (10 ** (np.linspace(60, top, BANDS + 2) / 2595) - 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    f = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    rising, falling = (f - low) / (middle - low), (high - f) / (high - middle)
    return np.maximum(np.minimum(rising, falling), 0)


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """(times, 513): the power at each frequency, in windows along the sound."""
    padded = np.pad(sound, WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::STEP]
    return np.abs(np.fft.rfft(windows * np.hanning(WINDOW))) ** 2


def log_mel(sound: np.ndarray) -> np.ndarray:
    """(times, BANDS): loudness in 20 steps of 3 dB below the loudest; uint8."""
    power = spectrogram(sound) @ filters()
    decibels = 10 * np.log10(power / power.max() + 1e-10)
    return np.clip(decibels / 3 + 20, 0, 20).round().astype(np.uint8)


def drawn(sound: np.ndarray) -> Figure:
    """A sound as it comes, its tones up to 8 kHz, and what is left of them by bands."""
    figure, rows = panels(1, 8, 5, nrows=3, sharex=True)
    seconds = len(sound) / RATE
    rows[0].plot(np.linspace(0, seconds, len(sound)), sound, lw=0.5)
    rows[0].set(title="as it comes", ylabel="membrane")
    tones = np.log10(spectrogram(sound)[:, :372] + 1e-3)
    for axes, picture, top in ((rows[1], tones, 8), (rows[2], log_mel(sound), BANDS)):
        look = {"aspect": "auto", "origin": "lower", "extent": (0, seconds, 0, top)}
        axes.imshow(picture.T, "magma", **look)
    rows[1].set(title="its tones", ylabel="kHz")
    rows[2].set(title="what the network gets", xlabel="seconds", ylabel="band")
    return figure


def other_voices(batch: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Words (n, times, BANDS) changed at random, as by another head in another room.

    All bands a place up or down; louder or softer, some bands more; a little noise.
    """
    n = len(batch)
    by = generator.integers(-1, 2, n)
    moved = np.stack([np.roll(word, up, axis=1) for word, up in zip(batch, by)])
    louder = generator.uniform(0.8, 1.2, (n, 1, 1))
    room = generator.normal(0, 0.1, (n, 1, BANDS))
    noise = generator.normal(0, 0.1, batch.shape)
    return (moved * louder + room + noise).astype(batch.dtype)


def padded(heard: list[np.ndarray]) -> np.ndarray:
    """Words as one array (n, times, BANDS), from 0 to 1: silence, then the word."""
    x = np.zeros((len(heard), max(map(len, heard)), BANDS), np.float32)
    for i, word in enumerate(heard):
        x[i, len(x[i]) - len(word) :] = word / 20
    return x


Words = tuple[list[np.ndarray], np.ndarray, np.ndarray]


def collect(takes: int, seed: int = 0) -> Words:
    """Every digit by every speaker, several times; labels, and who spoke.

    Accent, speed and pitch are drawn anew for each word.
    """
    rng = np.random.default_rng(seed)
    heard, labels, speakers = [], [], []
    for speaker, variant in enumerate(SPEAKERS.split()):
        for digit, word in enumerate(WORDS):
            for _ in range(takes):
                voice = f"{rng.choice(ACCENTS.split())}+{variant}"
                speed, pitch = rng.integers(110, 210), rng.integers(25, 75)
                heard.append(log_mel(say(word, voice, speed, pitch)))
                labels.append(digit)
                speakers.append(speaker)
    return heard, np.array(labels), np.array(speakers)


def load(path: Path = SMALL) -> Words:
    """What ``collect`` gave when the small set was made."""
    with np.load(path) as file:
        heard = np.split(file["heard"], np.cumsum(file["lengths"])[:-1])
        return heard, file["labels"].astype(int), file["speakers"]


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(description=__doc__, formatter_class=layout).parse_args()
    heard, labels, speakers = collect(takes=1)
    sound = say("seven", "en-gb")
    np.savez_compressed(
        SMALL,
        heard=np.concatenate(heard),
        lengths=np.array([len(each) for each in heard], np.uint8),
        labels=labels.astype(np.uint8),
        speakers=speakers.astype(np.uint8),
        sound=np.round(127 * sound / np.abs(sound).max()).astype(np.int8),
    )
    print(f"{len(heard)} words, {SMALL.stat().st_size:,} bytes: {SMALL}")


if __name__ == "__main__":
    main()
