/**
 * Orderings that papers claim, put to the test on sounding scenes: variants are trained at an equal
 * budget, measured on the same scenes with the same seeds, and each claim gets a verdict.
 */
package kinetone.experiment;
