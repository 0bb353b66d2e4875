/** Layers and initialisation, named as in PyTorch. */
package kinetone.nn;
