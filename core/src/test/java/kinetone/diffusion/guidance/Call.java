package kinetone.diffusion.guidance;

import java.util.List;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;

/** What a network was asked. */
record Call(Latents noisy, NoiseLevels levels, Conditions conditions) {
  /** {@code inner}, of which every call is written into {@code calls} first. */
  static Denoiser spy(List<Call> calls, Denoiser inner) {
    return (noisy, levels, conditions) -> {
      calls.add(new Call(noisy, levels, conditions));
      return inner.predict(noisy, levels, conditions);
    };
  }
}
