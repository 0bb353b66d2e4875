/** The training loop and what it needs. */
package kinetone.train;
