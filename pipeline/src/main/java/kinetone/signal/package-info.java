/** Clips as tensors and back. */
package kinetone.signal;
