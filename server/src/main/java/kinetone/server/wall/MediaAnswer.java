package kinetone.server.wall;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What came of a {@link MediaTask}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
  @JsonSubTypes.Type(value = MediaAnswer.Done.class, name = "done"),
  @JsonSubTypes.Type(value = MediaAnswer.Headers.class, name = "headers"),
  @JsonSubTypes.Type(value = MediaAnswer.Stretch.class, name = "stretch"),
  @JsonSubTypes.Type(value = MediaAnswer.Refused.class, name = "refused")
})
public sealed interface MediaAnswer {
  /**
   * It is done.
   *
   * @param seconds of what was written, 0 where that says nothing
   */
  record Done(double seconds) implements MediaAnswer {}

  /**
   * What the headers say.
   *
   * @param seconds of the longest track
   * @param picture whether there are pictures
   * @param sound whether there is sound
   */
  record Headers(double seconds, boolean picture, boolean sound) implements MediaAnswer {}

  /**
   * The stretch of a video that will get a sound.
   *
   * @param start where its pictures begin
   * @param taken seconds that were asked for from there on; negative takes all
   * @param seconds its pictures last
   * @param ending of a file that can hold them, with its dot
   */
  record Stretch(double start, double taken, double seconds, String ending)
      implements MediaAnswer {}

  /**
   * It cannot be done.
   *
   * @param kind who can repair it, a {@code KinetoneException.Kind}
   * @param message one line
   */
  record Refused(String kind, String message) implements MediaAnswer {}
}
