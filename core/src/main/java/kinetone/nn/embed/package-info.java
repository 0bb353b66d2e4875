/** From latents, timesteps and positions to vectors of the transformer's width. */
package kinetone.nn.embed;
