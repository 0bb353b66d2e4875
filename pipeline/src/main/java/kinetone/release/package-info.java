/** Whole models that others published: their files become a model folder in one step. */
package kinetone.release;
