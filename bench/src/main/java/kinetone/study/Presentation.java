package kinetone.study;

/**
 * A trial as one rater gets it.
 *
 * @param trial its place in the list of trials
 * @param swapped whether the second clip of a pair is on the left
 */
record Presentation(int trial, boolean swapped) {}
