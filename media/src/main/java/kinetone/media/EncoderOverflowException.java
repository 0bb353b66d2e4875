package kinetone.media;

import java.io.IOException;

/** An encoder gave up on a piece, as opposed to a disk that did. */
final class EncoderOverflowException extends IOException {
  EncoderOverflowException(String message) {
    super(message);
  }
}
