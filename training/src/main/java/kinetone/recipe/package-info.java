/** Training recipes: YAML files bound to records, and the tasks they describe. */
package kinetone.recipe;
