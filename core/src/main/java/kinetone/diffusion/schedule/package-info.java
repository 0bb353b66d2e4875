/** Noise schedules and the choice of the steps that a sampler visits. */
package kinetone.diffusion.schedule;
