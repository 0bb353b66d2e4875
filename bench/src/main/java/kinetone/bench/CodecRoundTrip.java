package kinetone.bench;

import java.nio.file.Path;
import java.util.List;
import kinetone.codec.AudioCodec;
import kinetone.codec.Codecs;
import kinetone.codec.VideoCodec;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Clips through a pair of codecs and back: the best that a model with these codecs can make. */
final class CodecRoundTrip implements AutoCloseable {
  private final VideoCodec video;
  private final AudioCodec audio;
  private final ClipFormat format;

  /** The codecs in these folders, on the CPU; make it outside of scopes. */
  CodecRoundTrip(Path videoCodec, Path audioCodec, ClipFormat format) {
    video = Codecs.openVideo(videoCodec).codec();
    audio = Codecs.openAudio(audioCodec).codec();
    this.format = format;
  }

  /** A clip of the format, coded; the same each time. */
  Clip code(Clip clip) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(0)) {
      Tensor seen = video.encode(ClipTensors.video(List.of(clip)));
      Tensor heard = audio.encode(ClipTensors.audio(List.of(clip), format.samples()));
      Tensor pictures = video.decode(seen, format.frames(), rng);
      Tensor sound = audio.decode(heard, format.samples(), rng);
      return Clip.of(
          ClipTensors.toVideo(pictures.get(0), format.framesPerSecond()),
          ClipTensors.toAudio(sound.get(0), format));
    }
  }

  @Override
  public void close() {
    video.close();
    audio.close();
  }
}
