/** Models over HTTP: the server that ties jobs, media, models and addresses together. */
package kinetone.server;
