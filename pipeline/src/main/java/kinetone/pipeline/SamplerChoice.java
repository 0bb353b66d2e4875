package kinetone.pipeline;

/** The samplers by the names users type. */
public enum SamplerChoice {
  /** Denoising diffusion implicit models, η = 0. */
  DDIM,
  /** Ancestral sampling. */
  DDPM,
  /** DPM-Solver++ (2M). */
  DPMPP
}
