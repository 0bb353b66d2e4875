/** Clips and their files; FFmpeg lives here only. */
package kinetone.media;
