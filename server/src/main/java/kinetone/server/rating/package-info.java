/** What people think of clips. */
package kinetone.server.rating;
