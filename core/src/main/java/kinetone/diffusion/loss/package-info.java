/** Training objectives. */
package kinetone.diffusion.loss;
