/** PANNs' Cnn14: what a sound is, by AudioSet's classes, for FD, IS and KL. */
package kinetone.feature.panns;
