/** Layer normalisation whose scale, shift and gate depend on a condition (Peebles and Xie 2023). */
package kinetone.nn.adaln;
