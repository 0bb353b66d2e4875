/**
 * Convolutions that look only into the past. Activations are channels first for libtorch but
 * channels last in memory, the layout that oneDNN prefers.
 */
package kinetone.nn.conv;
