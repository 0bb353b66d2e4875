/** What is given and what is generated, in seconds and in latent positions. */
package kinetone.diffusion.task;
