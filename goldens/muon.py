"""Fifty Muon steps on a small two-layer problem: a tall matrix, a wide one, one left to AdamW, a bias.

Source: torch.optim.Muon and torch.optim.AdamW of torch 2.13.0 (CPU); Muon with adjust_lr_fn
"match_rms_adamw", its Newton-Schulz iteration in float32 (the conversion to bfloat16 is taken out,
since its rounding would hide errors). Weight decay 0.05 for matrices, none for the bias; lr 3e-2
(a third of it from step 25 on), momentum 0.9, AdamW's betas (0.8, 0.97).
Tolerance: 1e-4 absolute (float32 rounding over fifty steps, which the iteration amplifies).
Writes training/src/test/resources/goldens/muon/steps.safetensors.

Usage: python goldens/muon.py
"""

import pathlib

import torch
from safetensors.torch import save_file

torch.Tensor.bfloat16 = lambda self: self.clone()

target = pathlib.Path(__file__).parent.parent / "training/src/test/resources/goldens/muon"
target.mkdir(parents=True, exist_ok=True)


def wave(count, *shape):
    return torch.nn.Parameter(torch.sin(torch.arange(float(count))).reshape(shape))


tall, wide, table = wave(24, 6, 4), wave(18, 3, 6), wave(12, 3, 4)
bias = torch.nn.Parameter(torch.cos(torch.arange(3.0)))
muon = torch.optim.Muon(
    [tall, wide], lr=3e-2, weight_decay=0.05, momentum=0.9, adjust_lr_fn="match_rms_adamw"
)
adamw = torch.optim.AdamW(
    [
        {"params": [table], "weight_decay": 0.05},
        {"params": [bias], "weight_decay": 0.0},
    ],
    lr=3e-2,
    betas=(0.8, 0.97),
    eps=1e-8,
)
for n in range(50):
    for group in muon.param_groups + adamw.param_groups:
        group["lr"] = 3e-2 if n < 25 else 1e-2
    x = torch.sin(0.7 * torch.arange(20.0) + n).reshape(5, 4)
    y = torch.cos(0.4 * torch.arange(15.0) - n).reshape(5, 3)
    muon.zero_grad()
    adamw.zero_grad()
    torch.mean((torch.tanh(x @ tall.T) @ wide.T + x @ table.T + bias - y) ** 2).backward()
    muon.step()
    adamw.step()
save_file(
    {
        "tall": tall.detach(),
        "wide": wide.detach(),
        "table": table.detach(),
        "bias": bias.detach(),
        "momentum_buffer.tall": muon.state[tall]["momentum_buffer"],
        "momentum_buffer.wide": muon.state[wide]["momentum_buffer"],
        "exp_avg.table": adamw.state[table]["exp_avg"],
        "exp_avg_sq.bias": adamw.state[bias]["exp_avg_sq"],
    },
    target / "steps.safetensors",
)
