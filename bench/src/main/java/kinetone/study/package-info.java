/**
 * Listening studies: {@link kinetone.study.StudyMaker} makes a page on which people rate clips
 * without knowing whose they are, {@link kinetone.study.StudyAnalysis} reads their answers, and
 * {@link kinetone.study.StudyPower} says by simulation how many raters a study needs.
 */
package kinetone.study;
