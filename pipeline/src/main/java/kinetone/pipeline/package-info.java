/** The API for users: requests, pipelines and results. */
package kinetone.pipeline;
