package kinetone.model.monl;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.zeros;

import kinetone.common.Check;
import kinetone.diffusion.task.SegmentMap;
import kinetone.nn.embed.SinCosPosition;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What the learned positions of {@link AvDiT} start from; the paper does not say. One half of the
 * width holds sinusoids of the time, counted in sound tokens for both modalities, so that a sound
 * token finds the frame of its moment from the first step on: a picture latent stands in the middle
 * of its time segment, and segments are not equally long. The other half holds sinusoids of the
 * place in the picture, and zeros for sound.
 */
final class AvDiTPositions {
  private AvDiTPositions() {}

  /**
   * The table (tokens, width): the frames' patches in row-major order, then the sound.
   *
   * @param segments how the latents of {@code config} lie in time
   */
  static Tensor of(AvDiTConfig config, SegmentMap segments) {
    AvDiTConfig.Video video = config.video();
    int half = config.width() / 2;
    int sounds = config.audio().tokens();
    Tensor time = SinCosPosition.at(middles(config, segments), half).unsqueeze(1);
    Tensor position =
        SinCosPosition.grid(video.height() / video.patch(), video.width() / video.patch(), half)
            .unsqueeze(0);
    Tensor frames =
        cat(
                new TensorVector(
                    time.expand(-1, video.tokensPerFrame(), -1),
                    position.expand(video.frames(), -1, -1)),
                -1)
            .flatten(0, 1);
    Tensor sound =
        cat(new TensorVector(SinCosPosition.line(sounds, half), zeros(sounds, half)), -1);
    return cat(new TensorVector(frames, sound), 0);
  }

  /** The middles of the picture latents, where sound token j has its middle at j. */
  static Tensor middles(AvDiTConfig config, SegmentMap segments) {
    int frames = config.video().frames();
    Check.that(
        segments.videoLatents() == frames && segments.audioLatents() == config.audio().length(),
        "the network is for %d picture and %d sound latents, the clips have %d and %d",
        frames,
        config.audio().length(),
        segments.videoLatents(),
        segments.audioLatents());
    float[] middles = new float[frames];
    for (int n = 0; n < frames; n++) {
      double latents = segments.audioAt((segments.start(n) + segments.end(n)) / 2);
      middles[n] = (float) (latents / config.audio().patch() - 0.5);
    }
    return Tensors.of(middles, frames);
  }
}
