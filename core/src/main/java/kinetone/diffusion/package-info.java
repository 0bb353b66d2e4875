/** The mathematics of diffusion; knows no network and no file. */
package kinetone.diffusion;
