/** MDSGen: sound from video features (Pham, Ton, Yoo 2025, arXiv 2410.02130). */
package kinetone.model.mdsgen;
