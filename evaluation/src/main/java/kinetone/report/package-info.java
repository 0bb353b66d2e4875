/** Pictures for people: contact sheets, waveforms, spectrograms and the page that shows them. */
package kinetone.report;
