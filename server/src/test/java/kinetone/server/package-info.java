/** The server from outside, over HTTP. */
package kinetone.server;
