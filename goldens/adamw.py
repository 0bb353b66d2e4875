"""Fifty AdamW steps on a small least-squares problem with momentum-sensitive gradients.

Source: torch.optim.AdamW of torch 2.13.0 (CPU, foreach=False), parameters in two groups:
matrices with weight decay 0.05, vectors with none; lr 3e-2 (a third of it from step 25 on),
betas (0.8, 0.97), eps 1e-8.
Loss of step n: mean((W x_n + b - y_n)^2) with x_n, y_n from closed formulas, so that nothing but
the result needs to be stored. Tolerance: 2e-6 absolute (float32 rounding over fifty steps).
Writes training/src/test/resources/goldens/adamw/weights.safetensors.
"""

import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(0)
weight = torch.nn.Parameter(torch.sin(torch.arange(12.0)).reshape(3, 4))
bias = torch.nn.Parameter(torch.cos(torch.arange(3.0)))
optimizer = torch.optim.AdamW(
    [
        {"params": [weight], "weight_decay": 0.05},
        {"params": [bias], "weight_decay": 0.0},
    ],
    lr=3e-2,
    betas=(0.8, 0.97),
    eps=1e-8,
    foreach=False,
)
for n in range(50):
    for group in optimizer.param_groups:
        group["lr"] = 3e-2 if n < 25 else 1e-2
    x = torch.sin(0.7 * torch.arange(20.0) + n).reshape(5, 4)
    y = torch.cos(0.4 * torch.arange(15.0) - n).reshape(5, 3)
    optimizer.zero_grad()
    torch.mean((x @ weight.T + bias - y) ** 2).backward()
    optimizer.step()

target = pathlib.Path(__file__).parent.parent / "training/src/test/resources/goldens/adamw"
target.mkdir(parents=True, exist_ok=True)
save_file(
    {
        "weight": weight.detach(),
        "bias": bias.detach(),
        "exp_avg.weight": optimizer.state[weight]["exp_avg"],
        "exp_avg_sq.weight": optimizer.state[weight]["exp_avg_sq"],
        "step.weight": optimizer.state[weight]["step"],
    },
    target / "weights.safetensors",
)
