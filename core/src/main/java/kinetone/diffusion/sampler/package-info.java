/** Solvers of the reverse process. */
package kinetone.diffusion.sampler;
