/**
 * What each metric notices: clips are altered in known steps, and every metric says by how much it
 * moved and whether the right way. A new alteration is a constant of {@link
 * kinetone.evaluate.sensitivity.Alteration}.
 */
package kinetone.evaluate.sensitivity;
