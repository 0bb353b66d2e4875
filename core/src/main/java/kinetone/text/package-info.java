/**
 * Text for networks: captions are cleaned, cut into pieces by a SentencePiece vocabulary and
 * encoded by the encoder of T5 v1.1. {@link kinetone.text.TextEncoder} is the door.
 */
package kinetone.text;
