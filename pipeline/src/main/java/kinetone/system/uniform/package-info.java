/** UniForm: three tasks and text. */
package kinetone.system.uniform;
