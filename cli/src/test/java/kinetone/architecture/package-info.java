/** What holds for all modules together: layers, habits, and the index of equations. */
package kinetone.architecture;
