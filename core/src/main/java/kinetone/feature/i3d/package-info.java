/** I3D: what a clip of pictures shows, for the Fréchet and kernel video distances. */
package kinetone.feature.i3d;
