package kinetone.model.monl;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.zeros;

import kinetone.nn.embed.SinCosPosition;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What the learned positions of {@link AvDiT} start from; the paper does not say. One half of the
 * width holds sinusoids of the time, counted in sound tokens for both modalities, so that a sound
 * token finds the frame of its moment from the first step on; the other half holds sinusoids of the
 * place in the picture, and zeros for sound.
 */
final class AvDiTPositions {
  private AvDiTPositions() {}

  /** The table (tokens, width): the frames' patches in row-major order, then the sound. */
  static Tensor of(AvDiTConfig config) {
    AvDiTConfig.Video video = config.video();
    int half = config.width() / 2;
    int sounds = config.audio().tokens();
    double perFrame = (double) sounds / video.frames();
    Tensor middles =
        arange(new Scalar((double) video.frames()))
            .add(new Scalar(0.5))
            .mul(new Scalar(perFrame))
            .sub(new Scalar(0.5));
    Tensor time = SinCosPosition.at(middles, half).unsqueeze(1);
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
}
