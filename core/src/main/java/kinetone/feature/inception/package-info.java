/** InceptionV3 and its like: pictures, and spectrograms as pictures, for FID, IS and KL. */
package kinetone.feature.inception;
