/** What the server tells its operator. */
package kinetone.server.log;
