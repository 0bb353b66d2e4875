"""Golden values for kinetone.diffusion, from three public implementations.

Sources, run and never copied:
  facebookresearch/DiT      ed81ce2229091fd4ecc9a223645f95cf379d582b  diffusion/
  huggingface/diffusers     58eb52c0803ea9af3abec60841c2a093bdf1f951  src/diffusers/schedulers
  LuChengTHU/dpm-solver     52bc3fbcd5de56d60917b826b15d2b69460fc2fa  dpm_solver_pytorch.py
with torch 2.13, numpy 2. Computed in float64 (the float32 tables of diffusers are replaced by their
float64 equals), stored as float32. Tolerance of the tests: 1e-4 of the largest value.

The denoiser is a formula: eps(z, t) = 0.5 sin(1.3 z) + 0.3 z + 0.2 cos(0.05 t) with t counted from 0,
variance output tanh(z - 0.3).

Run: PYTHONPATH=<DiT>:<diffusers>/src:<dpm-solver> python goldens/samplers.py \
         core/src/test/resources/goldens/samplers/samplers.safetensors
"""
import sys

import numpy as np
import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from diffusion import gaussian_diffusion as gd
from diffusion import respace
from dpm_solver_pytorch import DPM_Solver, NoiseScheduleVP, model_wrapper
from safetensors.torch import save_file

T, SHAPE = 1000, (2, 6)


def epsilon(z, t):
    t = torch.as_tensor(t, dtype=z.dtype)
    t = t.reshape(-1, *[1] * (z.ndim - 1)) if t.ndim else t
    return 0.5 * torch.sin(1.3 * z) + 0.3 * z + 0.2 * torch.cos(0.05 * t)


def epsilon_and_variance(z, t):
    return torch.cat([epsilon(z, t), torch.tanh(z - 0.3)], 1)


class Recorded:
    """Stands in for randn_like."""

    def __init__(self, noise):
        self.noise, self.next = noise, 0

    def __call__(self, like):
        self.next += 1
        return self.noise[self.next - 1]


def dit(variance, steps):
    betas = gd.get_named_beta_schedule("linear", T)
    return respace.SpacedDiffusion(
        use_timesteps=respace.space_timesteps(T, steps), betas=betas,
        model_mean_type=gd.ModelMeanType.EPSILON, model_var_type=variance,
        loss_type=gd.LossType.MSE)


def scheduler(kind, **options):
    result = kind(num_train_timesteps=T, beta_start=1e-4, beta_end=0.02, clip_sample=False, **options)
    result.betas = torch.linspace(1e-4, 0.02, T, dtype=torch.float64)
    result.alphas = 1 - result.betas
    result.alphas_cumprod = torch.cumprod(result.alphas, 0)
    result.one = torch.tensor(1.0, dtype=torch.float64)
    result.final_alpha_cumprod = result.one
    return result


def diffusers_loop(kind, start, steps, seed, **step_options):
    kind.set_timesteps(steps)
    generator = torch.Generator().manual_seed(seed)
    z = start
    for t in kind.timesteps:
        z = kind.step(epsilon(z, t.item()), t, z, generator=generator, **step_options).prev_sample
    return z


def main(path):
    rng = torch.Generator().manual_seed(1)
    normal = lambda *shape: torch.randn(*shape, generator=rng, dtype=torch.float64)
    start = normal(*SHAPE)
    seeded = torch.Generator().manual_seed(7)
    noise = torch.stack([torch.randn(SHAPE, generator=seeded, dtype=torch.float64) for _ in range(10)])
    out = {"start": start, "noise": noise}

    # Schedules.
    for steps in (1000, 250):
        base = gd.GaussianDiffusion(
            betas=gd.get_named_beta_schedule("linear", steps), model_mean_type=gd.ModelMeanType.EPSILON,
            model_var_type=gd.ModelVarType.FIXED_SMALL, loss_type=gd.LossType.MSE)
        out[f"linear_{steps}"] = torch.tensor(base.alphas_cumprod)
    out["cosine_1000"] = torch.tensor(np.cumprod(1 - gd.get_named_beta_schedule("squaredcos_cap_v2", T)))
    scaled = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    out["scaled_linear_1000"] = scaled.alphas_cumprod
    for name, total in (("250", 1000), ("25", 1000), ("7", 1000), ("10,15,20", 300), ("ddim50", 1000)):
        out[f"respaced_{name.replace(',', '_')}_{total}"] = torch.tensor(
            sorted(respace.space_timesteps(total, name)))

    # Forward process and posterior, one timestep per row.
    full = dit(gd.ModelVarType.FIXED_SMALL, "1000")
    t = torch.tensor([0, 1, 500, 999])
    clean, eps = normal(4, 3), normal(4, 3)
    noisy = full.q_sample(clean, t, eps)
    mean, _, log_variance = full.q_posterior_mean_variance(clean, noisy, t)
    out.update(q_t=t, q_clean=clean, q_noise=eps, q_noisy=noisy, q_mean=mean,
               q_log_variance=log_variance.expand(4, 3).contiguous())

    # Samplers.
    for name, variance in (("small", gd.ModelVarType.FIXED_SMALL), ("large", gd.ModelVarType.FIXED_LARGE),
                           ("learned", gd.ModelVarType.LEARNED_RANGE)):
        diffusion = dit(variance, "10")
        model = epsilon_and_variance if name == "learned" else epsilon
        randn_like, torch.randn_like = torch.randn_like, Recorded(noise)
        out[f"dit_{name}"] = diffusion.p_sample_loop(
            model, SHAPE, noise=start, clip_denoised=False, device="cpu")
        torch.randn_like = Recorded(noise)
        if name == "small":
            out["dit_ddim"] = diffusion.ddim_sample_loop(
                model, SHAPE, noise=start, clip_denoised=False, device="cpu", eta=0.4)
        torch.randn_like = randn_like
    ddim = scheduler(DDIMScheduler, timestep_spacing="leading")
    out["ddim_0"] = diffusers_loop(ddim, start, 10, 7, eta=0.0)
    out["ddim_07"] = diffusers_loop(ddim, start, 10, 7, eta=0.7)
    out["ddpm"] = diffusers_loop(scheduler(DDPMScheduler, timestep_spacing="leading"), start, 10, 7)
    schedule = NoiseScheduleVP(
        "discrete", betas=torch.tensor(gd.get_named_beta_schedule("linear", T)), dtype=torch.float64)
    schedule.t_array = torch.arange(1, T + 1, dtype=torch.float64).reshape(1, -1) / T
    solver = DPM_Solver(model_wrapper(epsilon, schedule), schedule, algorithm_type="dpmsolver++")
    for steps in (25, 6):
        out[f"dpm_{steps}"] = solver.sample(start, steps=steps, order=2, skip_type="time_uniform",
                                            method="multistep")

    # Hybrid loss.
    learned = dit(gd.ModelVarType.LEARNED_RANGE, "1000")
    small = clean / clean.abs().max() * 1.2
    terms = learned.training_losses(epsilon_and_variance, small, t, noise=eps)
    out.update(loss_clean=small, loss_mse=terms["mse"], loss_vlb=terms["vb"])
    save_file({k: v.to(torch.float32).contiguous() for k, v in out.items()}, path)


if __name__ == "__main__":
    main(sys.argv[1])
