/** Files that mean harm. */
package kinetone.server.wall;
