/** Training data: clip sources, the loader, and the cache of latents. */
package kinetone.data;
