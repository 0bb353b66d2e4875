/** Cnn14 of Kong et al. 2020: the levels that CAVP's sound network and PANNs share. */
package kinetone.feature.cnn14;
