/**
 * Classifiers that name what kind of thing happens in a clip, one by its pictures and one by its
 * sound: judges of generated clips, which must not have seen any in training.
 */
package kinetone.feature.kind;
