package kinetone.codec;

/** A {@link Codec} of pictures (B, T, H, W, 3) in [−1, 1]; latents are (B, T', H', W', C). */
public interface VideoCodec extends Codec {
  @Override
  VideoLayout layout();
}
