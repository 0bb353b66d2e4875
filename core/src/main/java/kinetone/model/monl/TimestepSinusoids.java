package kinetone.model.monl;

import static org.bytedeco.pytorch.global.torch.cat;

import kinetone.nn.embed.Sinusoid;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The sinusoids of the timestep vector, one row per segment. */
final class TimestepSinusoids {
  private TimestepSinusoids() {}

  /** Timesteps (B, T) and (B, L) to sinusoids (B, T + sound tokens, width). */
  static Tensor of(Tensor video, Tensor audio, AvDiTConfig.Audio shape, Sinusoid sinusoid) {
    if (shape.patch() == 1) {
      return sinusoid.cosFirst(cat(new TensorVector(video, audio), 1));
    }
    long missing = (long) shape.tokens() * shape.patch() - shape.length();
    Tensor last = audio.narrow(1, shape.length() - 1, 1).expand(-1, missing);
    Tensor padded = cat(new TensorVector(audio, last), 1).unflatten(1, -1, shape.patch());
    Tensor mean = sinusoid.cosFirst(padded).mean(new long[] {2});
    return cat(new TensorVector(sinusoid.cosFirst(video), mean), 1);
  }
}
