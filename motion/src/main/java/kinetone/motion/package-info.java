/** How much moves from picture to picture: the one package that knows OpenCV. */
package kinetone.motion;
