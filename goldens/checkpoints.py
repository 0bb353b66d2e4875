"""Tiny checkpoints in the forms that torch.save has had, and the same tensors as safetensors.

Versions: torch 2.13.0 (CPU), safetensors 0.8.0, numpy 2.4.6; exact, no tolerance

Usage: python goldens/checkpoints.py --out core/src/test/resources/goldens/checkpoints

plain        state dict of a module (OrderedDict with _metadata), zip form
legacy       the same, form before PyTorch 1.6
types        every dtype that is read, a scalar, an empty tensor, a value beyond float16
views        transposed, sliced, shared and overlapping views of storages; Parameter; a tensor twice
views-legacy the same, form before PyTorch 1.6
nested       {'ema': ..., 'model': ..., 'opt': optimiser state, as Adam has it after a step, 'epoch': ...}
protocol5    plain with pickle protocol 5
numpy        plain within a dictionary that holds numbers of NumPy, as trainers leave them
numpy5       the same with pickle protocol 5
deflated     plain, packed again with deflate
script       a scripted module (torch.jit.save), whose tensors lie in modules within modules
"""

import argparse
import collections
import pathlib
import zipfile

import numpy
import torch
from safetensors.torch import save_file
from torch import nn


def module(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Conv1d(2, 3, 5), nn.BatchNorm1d(3))


def views():
    base = torch.arange(60, dtype=torch.float32) / 7
    grid = base.view(6, 10)
    return collections.OrderedDict(
        base=base,
        transposed=grid.t(),
        columns=grid[:, 3:7],
        stepped=base[5::4],
        windows=base[:20].as_strided((8, 5), (2, 1)),
        parameter=nn.Parameter(grid[2:4]),
        again=base,
        halves=torch.arange(12, dtype=torch.float16).view(3, 4).t())


def types():
    tensors = {str(t).split(".")[1]: (torch.arange(-3, 4) * 37).to(t)
               for t in (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
                         torch.int16, torch.int8, torch.uint8, torch.bool)}
    return dict(tensors, scalar=torch.tensor(2.5), none=torch.zeros(0, 3), huge=torch.tensor([1e30, -1e-30]))


def nested():
    net = module(3)
    optimiser = torch.optim.Adam(net[0].parameters(), lr=1e-3)
    net[0](torch.ones(1, 3)).sum().backward()
    optimiser.step()
    return {"ema": module(4).state_dict(), "model": net.state_dict(), "opt": optimiser.state_dict(), "epoch": 7,
            "loss": 0.25, "name": "tiny", "shape": torch.Size([3, 4]), "nothing": None, "big": 2 ** 80}


class Part(nn.Module):
    """What a scripted module holds besides tensors: numbers, tuples, lists, texts, nothing."""

    def __init__(self):
        super().__init__()
        self.stride, self.pads, self.scale, self.mode, self.more = (1, 2), [0, 1], 0.5, "same", None
        self.conv = nn.Conv1d(2, 3, 5)
        self.norm = nn.BatchNorm1d(3)

    def forward(self, x):
        return self.norm(self.conv(x)) * self.scale + self.stride[0] + self.pads[0]


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(5)
        self.branch = nn.Sequential(Part(), nn.ReLU())
        self.weight = nn.Parameter(torch.randn(3))

    def forward(self, x, rescale: bool = False):
        return self.branch(x / 255 if rescale else x).mean(2) * self.weight


def flat(tensors):
    return {k: v.detach().clone().contiguous() for k, v in tensors.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    plain = module(1).state_dict()
    torch.save(plain, out / "plain.pt")
    torch.save(plain, out / "protocol5.pt", pickle_protocol=5)
    torch.save(plain, out / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(types(), out / "types.pt")
    torch.save(views(), out / "views.pt")
    torch.save(views(), out / "views-legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(nested(), out / "nested.pt")
    trained = {"state_dict": plain, "best": numpy.float64(0.25), "step": numpy.int64(7), "on": numpy.bool_(True),
               "callbacks": {"score": numpy.float32(-1e30), "scores": [numpy.float16(1), numpy.uint8(2)]}}
    torch.save(trained, out / "numpy.pt")
    torch.save(trained, out / "numpy5.pt", pickle_protocol=5)
    with zipfile.ZipFile(out / "plain.pt") as stored, zipfile.ZipFile(
            out / "deflated.pt", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in stored.namelist():
            packed.writestr(zipfile.ZipInfo(name), stored.read(name), zipfile.ZIP_DEFLATED)
    whole = Whole().eval()
    torch.jit.save(torch.jit.script(whole), out / "script.pt")
    save_file(flat(whole.state_dict()), out / "script.safetensors")
    save_file(flat(plain), out / "plain.safetensors")
    save_file(flat(types()), out / "types.safetensors")
    save_file(flat(views()), out / "views.safetensors")
    save_file(flat(module(4).state_dict()), out / "nested-ema.safetensors")


if __name__ == "__main__":
    main()
