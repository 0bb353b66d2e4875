/** Guidance, as decorators of {@link kinetone.diffusion.Denoiser} wherever that is possible. */
package kinetone.diffusion.guidance;
