/** Media of people one does not know: looked at, decoded and encoded behind a wall. */
package kinetone.server.wall;
