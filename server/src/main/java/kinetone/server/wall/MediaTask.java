package kinetone.server.wall;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import kinetone.media.ClipFormat;
import kinetone.pipeline.PictureInput;

/** Something to do with files of media. Files are absolute paths of the server's own. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = MediaTask.Probe.class, name = "probe"),
  @JsonSubTypes.Type(value = MediaTask.Trial.class, name = "trial"),
  @JsonSubTypes.Type(value = MediaTask.Decode.class, name = "decode"),
  @JsonSubTypes.Type(value = MediaTask.DecodeLong.class, name = "decode-long"),
  @JsonSubTypes.Type(value = MediaTask.Encode.class, name = "encode"),
  @JsonSubTypes.Type(value = MediaTask.Beside.class, name = "beside"),
  @JsonSubTypes.Type(value = MediaTask.WithSound.class, name = "with-sound"),
  @JsonSubTypes.Type(value = MediaTask.Derive.class, name = "derive")
})
public sealed interface MediaTask {
  /** Reads the headers; answers {@link MediaAnswer.Headers}. */
  record Probe(String file, Bounds bounds) implements MediaTask {}

  /** Decodes all of a file and keeps nothing. */
  record Trial(String file, Bounds bounds) implements MediaTask {}

  /**
   * Decodes one clip as long as a model's into {@code out}, a {@link RawClip}.
   *
   * @param start seconds to skip
   * @param seconds to take at most; null takes what a clip of the model takes
   * @param picture whether pictures are needed
   * @param sound whether sound is needed
   */
  record Decode(
      String file,
      ClipFormat format,
      PictureInput pictures,
      double start,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double seconds,
      boolean picture,
      boolean sound,
      String out,
      Bounds bounds)
      implements MediaTask {}

  /**
   * Decodes the pictures of a video of any length that will get a sound into {@code out}; answers
   * {@link MediaAnswer.Stretch}.
   */
  record DecodeLong(
      String file,
      ClipFormat format,
      PictureInput pictures,
      double start,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double seconds,
      String out,
      Bounds bounds)
      implements MediaTask {}

  /** Writes a {@link RawClip} as what the ending of each of {@code out} says: mp4, wav or flac. */
  record Encode(String clip, List<String> out) implements MediaTask {}

  /** Writes the sound of a {@link RawClip} beside the copied pictures of {@code video}. */
  record Beside(
      String video,
      double start,
      @JsonInclude(JsonInclude.Include.NON_NULL) Double seconds,
      String clip,
      String out)
      implements MediaTask {}

  /**
   * Writes the pictures of a {@link RawClip} with the sound of {@code file} as it is, as an MP4,
   * and the sound alone as WAV.
   */
  record WithSound(
      String clip,
      String file,
      ClipFormat format,
      double start,
      String out,
      String outSound,
      Bounds bounds)
      implements MediaTask {}

  /**
   * Makes something of a result: {@code flac}, {@code thumbnail}, {@code waveform}, {@code
   * spectrogram} or {@code analysis}.
   */
  record Derive(String file, String kind, String out, Bounds bounds) implements MediaTask {}
}
