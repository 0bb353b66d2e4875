"""What each metric of `kinetone evaluate` says when it is known what was done to the clips.

Renders two worlds of scenes; one is real, of the other copies are altered: sound later by 0.05 to 0.5 s, sounds of
other clips, noise on the sound, blurred pictures, silence. Then `kinetone evaluate` compares all with the real one.

Usage: python goldens/bench/known_truth.py --ffmpeg FFMPEG [--count 48] --out FOLDER    (then see FOLDER/report)
Versions: ffmpeg 7.0.2
"""
import argparse
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ffmpeg", default="ffmpeg")
    parser.add_argument("--kinetone", default=str(HERE.parent.parent / "kinetone"))
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()

    def scenes(name, seed):
        subprocess.run([args.kinetone, "scenes", "--count", str(args.count), "--seed", str(seed), "--out",
                        str(args.out / name)], check=True, stderr=subprocess.DEVNULL)
        return sorted((args.out / name).glob("*.mp4"))

    scenes("real", 77)
    clips = scenes("as-it-is", 78)
    sound = ["-c:v", "copy", "-c:a", "aac", "-b:a", "128k"]
    changes = {f"later-{ms:03d}ms": ["-af", f"adelay={ms}:all=1,atrim=end=2.125", *sound] for ms in (0, 50, 100, 250, 500)}
    changes |= {f"noise-{snr}": ["-filter_complex", f"anoisesrc=r=16000:a={level}:d=2.125:seed=1[n];[0:a][n]amix=2:normalize=0",
                                 *sound] for snr, level in (("little", 0.02), ("much", 0.1))}
    changes |= {f"blur-{sigma}": ["-vf", f"gblur=sigma={sigma}", "-c:v", "libx264", "-crf", "15", "-c:a", "copy"] for sigma in (1, 3)}
    changes["silence"] = ["-af", "volume=0", *sound]
    folders = [args.out / "as-it-is"]
    for name, how in changes.items():
        folder = args.out / name
        folder.mkdir(exist_ok=True)
        folders.append(folder)
        for clip in clips:
            subprocess.run([args.ffmpeg, "-y", "-v", "error", "-i", clip, *how, folder / clip.name], check=True)
    swapped = args.out / "swapped"
    swapped.mkdir(exist_ok=True)
    folders.append(swapped)
    for clip, other in zip(clips, clips[1:] + clips[:1]):
        subprocess.run([args.ffmpeg, "-y", "-v", "error", "-i", clip, "-i", other, "-map", "0:v", "-map", "1:a", "-c", "copy",
                        swapped / clip.name], check=True)
    subprocess.run([args.kinetone, "evaluate", "--real", args.out / "real", "--out", args.out / "report",
                    *[part for folder in folders for part in ("--made", folder)]], check=True)


if __name__ == "__main__":
    main()
