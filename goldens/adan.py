"""Fifty Adan steps on the small least-squares problem of adamw.py.

Source: github.com/sail-sg/Adan, adan.py, revision 2c65bea (foreach=False), torch 2.13.0 (CPU).
Parameters in two groups: matrices with weight decay 0.05, vectors with none; lr 3e-2 (a third of it
from step 25 on), betas (0.95, 0.9, 0.97), eps 1e-8, max_grad_norm 0.5; once with no_prox.
Tolerance: 2e-6 absolute (float32 rounding over fifty steps; our clip adds 1e-6 to the norm, theirs
eps). Writes training/src/test/resources/goldens/adan/{prox,no_prox}.safetensors.

Usage: git -C Adan show 2c65bea:adan.py > ref/adan.py
       python goldens/adan.py ref/adan.py
"""

import importlib.util
import pathlib
import sys

import torch
from safetensors.torch import save_file

spec = importlib.util.spec_from_file_location("authors_adan", sys.argv[1])
authors = importlib.util.module_from_spec(spec)
spec.loader.exec_module(authors)

target = pathlib.Path(__file__).parent.parent / "training/src/test/resources/goldens/adan"
target.mkdir(parents=True, exist_ok=True)
for name, no_prox in [("prox", False), ("no_prox", True)]:
    weight = torch.nn.Parameter(torch.sin(torch.arange(12.0)).reshape(3, 4))
    bias = torch.nn.Parameter(torch.cos(torch.arange(3.0)))
    optimizer = authors.Adan(
        [
            {"params": [weight], "weight_decay": 0.05},
            {"params": [bias], "weight_decay": 0.0},
        ],
        lr=3e-2,
        betas=(0.95, 0.9, 0.97),
        eps=1e-8,
        max_grad_norm=0.5,
        no_prox=no_prox,
        foreach=False,
    )
    norms = []
    for n in range(50):
        for group in optimizer.param_groups:
            group["lr"] = 3e-2 if n < 25 else 1e-2
        x = torch.sin(0.7 * torch.arange(20.0) + n).reshape(5, 4)
        y = torch.cos(0.4 * torch.arange(15.0) - n).reshape(5, 3)
        optimizer.zero_grad()
        torch.mean((x @ weight.T + bias - y) ** 2).backward()
        norms.append(torch.cat([weight.grad.flatten(), bias.grad]).norm().item())
        optimizer.step()
    print(name, "clipped", sum(norm > 0.5 for norm in norms), "of 50")
    state = optimizer.state[weight]
    save_file(
        {
            "weight": weight.detach(),
            "bias": bias.detach(),
            "exp_avg.weight": state["exp_avg"],
            "exp_avg_diff.weight": state["exp_avg_diff"],
            "exp_avg_sq.weight": state["exp_avg_sq"],
            "neg_pre_grad.weight": state["neg_pre_grad"],
        },
        target / f"{name}.safetensors",
    )
