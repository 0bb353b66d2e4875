/** How training draws the timestep vector t(m, n): the mixture of noise levels and its parts. */
package kinetone.diffusion.timestep;
