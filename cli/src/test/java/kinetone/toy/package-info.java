/**
 * A system of somebody else's: nothing of Kinetone was touched to add it. Two lists name it, {@code
 * META-INF/services/kinetone.pipeline.GenerativeSystem} and {@code .../kinetone.recipe.RecipeKinds}
 * of the tests.
 */
package kinetone.toy;
