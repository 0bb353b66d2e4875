/** The forward process q(z_t | x_0), its posterior, and estimates of x_0. */
package kinetone.diffusion.process;
